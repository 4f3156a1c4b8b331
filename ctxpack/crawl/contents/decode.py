"""Decodes file contents to text without loss.

Source files are not all UTF-8. Every content is decoded to text from which the same bytes can be encoded again, so that
no later stage has to handle undecodable bytes: what is not valid in a declared or detected encoding is read as
Windows-1252, or as Latin-1, in which every byte is a character.
"""

from __future__ import annotations

import codecs
import re

from ctxpack.crawl.contents.notebooks import notebook_view
from ctxpack.model import Problem, Value

HEAD_BYTES = 8192
"""How many bytes of a file are looked at to detect encoding, language and binary content."""

NOTEBOOK = ".ipynb"
"""The end of the names of notebooks."""

_BOMS = (
    ("utf-32-le-bom", codecs.BOM_UTF32_LE, "utf-32-le"),
    ("utf-32-be-bom", codecs.BOM_UTF32_BE, "utf-32-be"),
    ("utf-8-bom", codecs.BOM_UTF8, "utf-8"),
    ("utf-16-le-bom", codecs.BOM_UTF16_LE, "utf-16-le"),
    ("utf-16-be-bom", codecs.BOM_UTF16_BE, "utf-16-be"),
)
# UTF-32-LE must be tried before UTF-16-LE, whose mark is its beginning.

_DECLARED = re.compile(rb"coding[:=][ \t]*[\"']?([-\w.]+)|<\?xml[^>]*encoding=[\"']([-\w.]+)")

_DECLARABLE = frozenset(
    [
        "ascii",
        "big5",
        "big5hkscs",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "cp437",
        "cp850",
        "cp852",
        "cp866",
        "cp932",
        "cp949",
        "cp950",
        "euc_jis_2004",
        "euc_jp",
        "euc_kr",
        "gb18030",
        "gb2312",
        "gbk",
        "hz",
        "iso2022_jp",
        "iso2022_kr",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-11",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "johab",
        "koi8-r",
        "koi8-u",
        "mac-cyrillic",
        "mac-greek",
        "mac-latin2",
        "mac-roman",
        "mac-turkish",
        "ptcp154",
        "shift_jis",
        "shift_jis_2004",
        "shift_jisx0213",
        "tis-620",
    ]
)
"""Codecs that a file may declare for itself: character sets only, no transforming codecs such as rot13."""


class Decoded(Value, frozen=True, array_like=True, gc=False):
    """A file's text. `encoding` is a codec name, with "-bom" appended where a byte order mark was taken off.

    Of a notebook, `text` is the view of its cells and `encoding` that of the notebook file.
    """

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def read_text(raw: bytes, path: str, language: str) -> Decoded:
    """Decode the whole content of a file.

    A notebook (`.ipynb`) becomes the view of its cells, unless `language` is "": then its raw text is returned. Line
    ends stay as they are.
    """
    text, encoding = decode(raw)
    problems: tuple[Problem, ...] = ()
    if encoding == "latin-1" and _bom(raw) is not None:
        problems = (Problem(path, "the byte order mark and the content disagree; read as Latin-1"),)
    if not path.endswith(NOTEBOOK) or not language:
        return Decoded(text, encoding, problems)
    view = notebook_view(text)
    if isinstance(view, str):
        return Decoded(view, encoding, problems)
    return Decoded(text, encoding, (*problems, Problem(path, view.message, view.line)))


def decode(raw: bytes) -> tuple[str, str]:
    """Give the text of `raw` and the name of its encoding; `encode` of both gives `raw` back."""
    bom = _bom(raw)
    if bom is not None:
        name, mark, codec = bom
        text = _strictly(raw[len(mark) :], codec)
        return (text, name) if text is not None else (raw.decode("latin-1"), "latin-1")
    wide = wide_codec(raw[:HEAD_BYTES]) if b"\0" in raw[:HEAD_BYTES] else ""
    for codec in (wide, "utf-8", _declared(raw), "cp1252"):
        text = _strictly(raw, codec) if codec else None
        if text is not None:
            return text, codec
    return raw.decode("latin-1"), "latin-1"


def is_binary(head: bytes) -> bool:
    """Whether a file is binary, from its first bytes (up to `HEAD_BYTES`): a NUL, but not UTF-16 or UTF-32."""
    return b"\0" in head and _bom(head) is None and not wide_codec(head)


def wide_codec(head: bytes) -> str:
    """Detect UTF-16 without a byte order mark: "utf-16-le" or "utf-16-be", else "".

    In such text, NULs are in only one of the two bytes of each unit, at least 2 % of all bytes are NUL, and every
    character is printable or blank.
    """
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if bool(even) == bool(odd) or (even + odd) * 50 < len(head):
        return ""
    codec = "utf-16-le" if odd else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)().decode(head, final=len(head) < HEAD_BYTES)
    except UnicodeDecodeError:
        return ""
    printable = text.translate(_BLANKS).isprintable()
    return codec if printable and len(text) > 1 else ""


_BLANKS = {ord(blank): " " for blank in "\t\n\r\f\v\u00a0\u2028\u2029\u3000"}


def _bom(raw: bytes) -> tuple[str, bytes, str] | None:
    return next((bom for bom in _BOMS if raw.startswith(bom[1])), None)


def _strictly(raw: bytes, codec: str) -> str | None:
    """Decode; None where the bytes are not valid, or encoding the text would not give them back."""
    try:
        text = raw.decode(codec)
        if codec in ("utf-8", "cp1252") or text.encode(codec) == raw:
            return text
    except UnicodeError:
        pass
    return None


def _declared(raw: bytes) -> str:
    """Give the codec that one of the first two lines declares; "" where there is none, or it is not allowed."""
    first_lines = b"\n".join(raw[:1024].split(b"\n", 2)[:2])
    match = _DECLARED.search(first_lines)
    if match is None:
        return ""
    try:
        name = codecs.lookup((match[1] or match[2]).decode("ascii")).name
    except (LookupError, UnicodeDecodeError):
        return ""
    return name if name in _DECLARABLE else ""
