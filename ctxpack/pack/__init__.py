"""Packs candidates into a token budget: values their pieces, selects what fits, and orders it into zones."""
