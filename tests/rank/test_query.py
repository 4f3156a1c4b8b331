import pytest

from ctxpack.rank.query import read
from ctxpack.rank.traces import Frame


def test_title_words_weigh_more_and_stop_words_not_at_all() -> None:
    query = read("Round totals of the basket\n\nThe currency matters for rounding the basket.")
    weights = dict(query.terms)
    assert weights["total"] > weights["currenc"]
    assert weights["basket"] == max(weights.values())
    assert "the" not in weights


def test_words_about_the_work_weigh_less() -> None:
    weights = dict(read("fix refund").terms)
    assert 0 < weights["fix"] < weights["refund"]


def test_identifiers_are_told_from_words() -> None:
    query = read("Call `total` from OrderService.place_order() when user_id is set, see Money::round")
    assert set(query.identifiers) == {"total", "OrderService.place_order", "user_id", "Money.round"}
    assert query.quoted == {"total"}


def test_a_quoted_name_is_quoted_however_its_parts_are_joined() -> None:
    query = read("`Flask::run`, `Order->to` and `Money#round()` are wrong, `url_for` is not")
    assert query.quoted == {"Flask.run", "Order.to", "Money.round", "url_for"}
    assert query.quoted <= set(query.identifiers)


def test_plain_prose_has_no_identifiers() -> None:
    assert read("please make the checkout faster for large baskets").identifiers == ()


def test_paths_are_found_and_web_addresses_are_no_frames() -> None:
    query = read("see src/shop/cart.py and cart.sql at https://example.org/a.html:80")
    assert "src/shop/cart.py" in query.paths
    assert "cart.sql" in query.paths
    assert query.traces == ()


def test_what_tells_who_and_which_is_no_part_of_what() -> None:
    ends = "Co-authored-by: Someone\nGitOrigin-RevId: f5c9b2735b08d012d9f587b801aa190ed21ed741\nReviewed-on: there"
    assert set(dict(read(f"Bound the check\n\nas in a1b2c3d4 before\n\n{ends}").terms)) == {"bound", "check"}
    assert {"deadbeef", "decad", "1234567"} & set(dict(read("deadbeef decade 1234567").terms)) == {"deadbeef", "decad"}


def test_what_a_template_says_is_not_read() -> None:
    found = read("Bound the check\n\n<!-- Describe the\nchange `here` -->\nof lengths <!-- see guide.md -->")
    assert set(dict(found.terms)) == {"bound", "check", "length"}
    assert (found.identifiers, found.paths) == ((), ())


def test_trailers_of_commits_are_not_read() -> None:
    assert "someone" not in dict(read("Round\n\nSigned-off-by: Someone <someone@example.org>").terms)


def test_links_to_files_are_paths_and_lines() -> None:
    query = read(
        "Wrong here: https://forge.example/team/shop/blob/main/src/shop/cart.py#L42-L50 (see https://x.example/y)"
    )
    assert query.traces == ((Frame("src/shop/cart.py", 42),),)
    assert "src/shop/cart.py" in query.paths
    assert "forge" not in dict(query.terms)


def test_keys_of_trackers_are_no_words_but_names_of_that_shape_are() -> None:
    found = read("MM-62008: dates of licenses [SHOP-7]\n\nSee (OPS-12); encode as UTF-8, sign with SHA-256")
    tokens = {token for token, _ in found.terms}
    assert not {"mm", "shop", "ops"} & tokens
    assert {"utf", "sha", "licens"} <= tokens


def test_a_token_is_told_by_the_part_of_a_name_that_gave_it() -> None:
    written = read("Read GH_MDWIDTH when refunding userNames").written
    assert {token: written[token] for token in ("gh", "mdwidth", "gh_mdwidth", "refund", "name", "usernames")} == {
        "gh": "gh",
        "mdwidth": "mdwidth",
        "gh_mdwidth": "gh_mdwidth",
        "refund": "refunding",
        "name": "names",
        "usernames": "usernames",
    }


@pytest.mark.parametrize("piece", ["t", "a@", "a/", "`", "<!--", "\n", "A1-", "0123456789abcdef", "a.b::"])
def test_a_long_run_of_anything_is_read(piece: str) -> None:
    """Quadratic patterns would take minutes for each of these."""
    query = read("Round totals\n" + piece * 60_000)
    assert {"round", "total"} <= set(dict(query.terms))


def test_a_name_with_a_number_is_one_word_too() -> None:
    query = read("Read Code 128 as UTF-8 over HTTP/2")
    assert {"code", "code128", "utf8", "http2"} <= set(dict(query.terms))
    assert ("read", "code128") in query.pairs
