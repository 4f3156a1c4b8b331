from crawl_helpers import _clean_git, plain, scratch

__all__ = ["_clean_git", "plain", "scratch"]
