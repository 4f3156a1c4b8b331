"""Decoding: nothing is lost, whatever the bytes are."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxpack.crawl import read_text
from ctxpack.crawl.contents.decode import decode, is_binary

_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(_TEXT)
def test_utf8_is_not_changed(text: str) -> None:
    raw = text.encode()
    if b"\0" in raw or text.startswith("\ufeff"):
        return
    assert decode(raw) == (text, "utf-8")


@given(_TEXT, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]))
def test_byte_order_marks_are_taken_off_and_remembered(text: str, codec: str) -> None:
    mark = "\ufeff".encode(codec)
    if codec == "utf-16-le" and text.startswith("\0"):
        return  # the same bytes begin UTF-32
    decoded, encoding = decode(mark + text.encode(codec))
    assert (decoded, encoding) == (text, codec + "-bom")


@given(st.binary())
def test_any_bytes_come_back(raw: bytes) -> None:
    text, encoding = decode(raw)
    codec = encoding.removesuffix("-bom")
    assert ("\ufeff" + text if codec != encoding else text).encode(codec) == raw
    text.encode("utf-8")


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_latin_1_comes_back(text: str) -> None:
    raw = text.encode("latin-1")
    decoded, encoding = decode(raw)
    assert decoded.encode(encoding) == raw


@given(st.text(alphabet="abc xyz_=()\n\tüéλж中", min_size=4), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_without_mark_is_seen_by_its_nuls(text: str, codec: str) -> None:
    raw = ("x = 1\n" + text).encode(codec)
    assert decode(raw) == ("x = 1\n" + text, codec)
    assert not is_binary(raw)


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        (b"a\r\nb\rc\n", "a\r\nb\rc\n", "utf-8"),
        (b"", "", "utf-8"),
        (b"caf\xe9 \x80", "caf\xe9 \u20ac", "cp1252"),
        (b"caf\xe9 \x81", "caf\xe9 \x81", "latin-1"),
        ("# -*- coding: koi8-r -*-\n# жук\n".encode("koi8-r"), "# -*- coding: koi8-r -*-\n# жук\n", "koi8-r"),
        (b"#!/x\n# vim: set fileencoding=shift_jis :\n\x93\xfa", None, "shift_jis"),
        (b"# coding: unicode_escape\n\xe9", "# coding: unicode_escape\n\xe9", "cp1252"),
        (b"# coding: nonsense\n\xe9", "# coding: nonsense\n\xe9", "cp1252"),
        (codecs.BOM_UTF8 + b"x", "x", "utf-8-bom"),
    ],
)
def test_encodings(raw: bytes, text: str | None, encoding: str) -> None:
    decoded = read_text(raw, "a.py", "python")
    assert decoded.encoding == encoding
    assert decoded.problems == ()
    if text is not None:
        assert decoded.text == text


def test_mark_that_lies_is_a_problem() -> None:
    decoded = read_text(codecs.BOM_UTF16_LE + b"abc", "a.sql", "sql")
    assert decoded.encoding == "latin-1"
    assert decoded.text.endswith("abc")
    assert decoded.problems[0].path == "a.sql"


@pytest.mark.parametrize(
    ("head", "binary"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", True),
        (b"\x7fELF\x02\x01\x01\0\0", True),
        (b"text", False),
        (b"", False),
        ("x = 1\n".encode("utf-16"), False),
        ("x = 1\n".encode("utf-32"), False),
        (b"a\0b\0\0\0", True),
        (b"\0\0\0\0", True),
        (b"\0", True),
    ],
)
def test_is_binary(head: bytes, binary: bool) -> None:
    assert is_binary(head) is binary
