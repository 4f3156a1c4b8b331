"""Which lines of a long stretch are shown for the task."""

from ctxpack import text
from ctxpack.pack.excerpts import Telling


def words(task: str) -> dict[str, float]:
    return dict.fromkeys(text.tokens(task), 1.0)


def lines(count: int, **special: str) -> list[str]:
    return [special.get(f"n{number}", f"    step_{chr(97 + number % 26)} = {number}") for number in range(1, count + 1)]


def test_the_telling_lines_are_shown_with_some_around_each() -> None:
    telling = Telling(
        lines(100, n20="    raise TimeoutError(pool)", n70="    pool.close()"), words("timeout of the pool")
    )
    assert telling.excerpt((1, 100)) == ((17, 23),)
    assert telling.excerpt((50, 100)) == ((67, 73),)


def test_a_line_that_adds_nothing_new_is_left_out_and_one_that_does_is_not() -> None:
    found = Telling(
        lines(100, n20="    pool timeout", n40="    pool timeout", n80="    retries"),
        words("the pool retries after a timeout"),
    ).excerpt((1, 100))
    assert found == ((17, 23), (77, 83))


def test_windows_stay_in_the_stretch_and_join() -> None:
    found = Telling(lines(60, n12="    timeout", n16="    retries"), words("timeout retries")).excerpt((11, 60))
    assert found == ((11, 19),)


def test_what_says_nothing_or_is_short_has_no_excerpt() -> None:
    telling = Telling(lines(60, n5="    timeout"), words("timeout"))
    assert telling.excerpt((20, 60)) == ()
    assert telling.excerpt((1, 9)) == ()


def test_an_excerpt_is_never_long() -> None:
    texts = {f"n{number}": word for number, word in zip(range(5, 400, 20), "abcdefghijklmnopqrst", strict=True)}
    named = {key: f"word{letter} = 1" for key, letter in texts.items()}
    found = Telling(lines(400, **named), words(" ".join(f"word{letter}" for letter in texts.values()))).excerpt(
        (1, 400)
    )
    assert 0 < sum(last - first + 1 for first, last in found) <= 24


def test_the_first_and_the_last_statement_of_a_run_are_shown_whole() -> None:
    call = {"n10": "    pool = connect(", "n11": "        host,", "n15": "    )"}
    error = {"n23": "    raise Failed(", "n24": "        [name", "n25": "         for name in names],", "n26": "    )"}
    telling = Telling(lines(60, n17="    x(timeout)", **{**call, **error}), words("timeout"))
    assert telling.excerpt((1, 60)) == ((10, 20),)
    telling = Telling(lines(60, n20="    x(timeout)", **{**call, **error}), words("timeout"))
    assert telling.excerpt((1, 60)) == ((17, 26),)


def test_a_statement_that_is_long_is_not_shown_by_a_half() -> None:
    opened = Telling(lines(60, n17="    x(timeout", n22="    )"), words("timeout"))
    assert opened.excerpt((1, 60)) == ((14, 22),)
    long = Telling(lines(60, n17="    x(timeout", n30="    )", n50="    retry(timeout)"), words("timeout"))
    assert long.excerpt((1, 60)) == ((47, 53),)
    assert long.excerpt((1, 40)) == ()
    before = Telling(lines(60, n17="    x(timeout)", n19="    y(", n40="    )"), words("timeout"))
    assert before.excerpt((1, 60)) == ((14, 18),)


def test_an_entry_of_a_long_list_is_shown_whole_and_alone() -> None:
    entry = {"n14": "    cases = [", "n15": "        (", "n16": "            timeout,", "n18": "        ),"}
    rest = {f"n{number}": f"        ({number})," for number in range(19, 50)}
    telling = Telling(lines(60, n17="            1,", n50="    ]", **entry, **rest), words("timeout"))
    assert telling.excerpt((1, 60)) == ((13, 19),)


def test_an_excerpt_does_not_end_with_a_block_or_a_comment_that_belongs_to_what_is_left_out() -> None:
    text = {"n20": "        timeout", "n21": "    except Failed:", "n22": "        # why", "n23": "        # not"}
    telling = Telling(lines(60, n19="    try:", **text), words("timeout"))
    assert telling.excerpt((1, 60)) == ((17, 20),)
    text = {
        "n17": "        stop()",
        "n18": "    }",
        "n21": "    if (late) {",
        "n22": "        leave()",
        "n23": "    } else {",
    }
    telling = Telling(lines(60, n20="    timeout", n24="        stay()", n25="    }", **text), words("timeout"))
    assert telling.excerpt((1, 60)) == ((19, 20),)


def test_what_only_looks_like_a_bracket_does_not_hold_statements_together() -> None:
    for odd in ("1) the timeout", "timeout :)", "# (timeout", "x = '(' + timeout", 'x = ")" + timeout'):
        telling = Telling(lines(60, n20=f"    {odd}"), words("timeout"))
        assert telling.excerpt((1, 60)) == ((17, 23),), odd


def test_a_comment_that_tells_is_shown_whole() -> None:
    text = {f"n{number}": f"    # about it {number}" for number in range(14, 24)}
    telling = Telling(lines(60, **{**text, "n19": "    # a timeout"}), words("timeout"))
    assert telling.excerpt((1, 60)) == ((14, 23),)
