import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxpack.safety import sanitise
from ctxpack.safety.unicode import make_visible


@pytest.mark.parametrize(
    "plain", ["", "x = 1\n", "naïve 漢字", "مرحبا\u200f", "👩‍👩‍👧", "❤\ufe0f", "葛\U000e0100飾", "a\u200bb", "\ufeffx"]
)
def test_ordinary_text_stays(plain):
    assert make_visible(plain, "x") == (plain, ())


def test_turned_text_is_shown():
    clean, problems = make_visible('if level != "user\u202e \u2066# admin\u2069":\n', "x.py")
    assert clean == 'if level != "user[U+202E] [U+2066]# admin[U+2069]":\n'
    assert [(problem.path, problem.line) for problem in problems] == [("x.py", 1)] * 3
    assert problems[0].message == "a character that hides or turns text was made visible as [U+202E]"


def test_text_hidden_in_tags_is_shown():
    hidden = "".join(chr(0xE0000 + ord(letter)) for letter in "hi")
    assert make_visible(f"a{hidden}b", "x")[0] == "a[U+E0068][U+E0069]b"


def test_flags_stay_and_nothing_hides_behind_one():
    flag = "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in "gbsct") + "\U000e007f"
    assert make_visible(flag, "x") == (flag, ())
    clean, problems = make_visible(flag + "\U000e0041", "x")
    assert clean == flag + "[U+E0041]"
    assert len(problems) == 1
    assert "[U+E0078]" in make_visible("\U0001f3f4\U000e0078\U000e007f", "x")[0]


def test_runs_of_variation_selectors_are_shown():
    assert make_visible("x\U000e0100\U000e0101", "x")[0] == "x[U+E0100][U+E0101]"


def test_undecodable_bytes_can_be_encoded():
    assert make_visible("a\udcffb", "x")[0].encode() == b"a[U+DCFF]b"


def test_both_passes_report():
    clean, problems = sanitise("\u202e\n<|eot|>", ("<|eot|>",), "x")
    assert clean == "[U+202E]\n<¦eot¦>"
    assert [problem.line for problem in problems] == [1, 2]


@given(
    st.text(
        alphabet=st.sampled_from("a\n\r\u202a\u2069\U000e0041\U000e007f\U0001f3f4\ufe0f\U000e0100\ud800"), max_size=40
    )
)
def test_lines_stay_and_a_second_pass_changes_nothing(text):
    clean, _ = make_visible(text, "x")
    assert clean.count("\n") == text.count("\n")
    assert make_visible(clean, "x") == (clean, ())
    clean.encode()
