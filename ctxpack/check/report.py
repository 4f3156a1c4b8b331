"""Writes a report as text, as JSON, as GitHub annotations, and as SARIF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ctxpack.check.findings import Finding, Report, Use
from ctxpack.check.suspect import Suspect

_SHOWN = 20
"""How many uses of one finding the text lists."""

_RULES = {
    "removed": "A definition was removed that is still used",
    "renamed": "A definition was renamed that is still used by its old name",
    "moved": "A definition was moved away from where it is still used",
    "file-removed": "A file was removed that is still used",
    "file-moved": "A file was moved away from where it is still used",
    "parameters": "Parameters changed so that a call does not fit any more",
    "unexported": "A name is still taken from a file that offers it no more",
    "column-removed": "A column was removed that is still used",
    "column-renamed": "A column was renamed that is still used by its old name",
    "column-type": "A column changed its type and is used",
    "column-nullable": "A column that is used may be null now",
}


def text(report: Report) -> list[str]:
    """The report as lines of text: each finding with its uses below it."""
    lines: list[str] = []
    for finding in report.findings:
        level, one = "error" if finding.fails else "warning", finding.suspect
        lines.append(f"{level}: {_place(one)} {_said(one)}")
        lines.extend(f"  {_line(use)}" for use in finding.uses[:_SHOWN])
        if len(finding.uses) > _SHOWN:
            lines.append(f"  and {len(finding.uses) - _SHOWN:,} more uses")
    return lines


def summary(report: Report) -> str:
    """The result in one line."""
    failing, warning = len(report.failing), len(report.findings) - len(report.failing)
    parts = [_many(failing, "break")] if failing else []
    parts += [_many(warning, "warning")] if warning else []
    found = ", ".join(parts) or "no breaks"
    passed = f"; {_many(report.suppressed, 'use')} let pass" if report.suppressed else ""
    return f"{found} in {_many(report.changed, 'changed file')}{passed}" if report.changed else "nothing is staged"


def _place(one: Suspect) -> str:
    return f"{one.path}:{one.line}" if one.line else one.path


def _said(one: Suspect) -> str:
    return f"{one.symbol}: {one.what}" if one.symbol else f"file {one.what}"


def _line(use: Use) -> str:
    who = f" {use.symbol}" if use.symbol else ""
    test = " (test)" if use.test else ""
    return f"{use.path}:{use.line}:{who}{test} {_does(use)} [{use.confidence:.2f}, {use.origin}]"


def _does(use: Use) -> str:
    return f"{use.how} it and {use.why}" if use.why else f"{use.how} it"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def document(report: Report) -> dict[str, Any]:
    """The JSON contract `ctxpack.check/1`."""
    return {
        "schema": "ctxpack.check/1",
        "base": report.base,
        "changed": report.changed,
        "fail_confidence": report.threshold,
        "findings": [_finding(finding, report.threshold) for finding in report.findings],
        "suppressed": report.suppressed,
        "problems": [{"path": one.path, "line": one.line, "message": one.message} for one in report.problems],
    }


def _finding(finding: Finding, threshold: float) -> dict[str, Any]:
    one = finding.suspect
    return {
        "kind": one.kind, "level": "error" if finding.fails else "warning", "path": one.path, "line": one.line,
        "symbol": one.symbol, "what": one.what, "successor": one.successor,
        "uses": [
            {
                "path": use.path, "line": use.line, "symbol": use.symbol, "how": use.how, "why": use.why,
                "test": use.test, "origin": use.origin, "confidence": use.confidence,
                "level": "error" if use.confidence >= threshold else "warning",
            }
            for use in finding.uses
        ],
    }  # fmt: skip


def github(report: Report) -> Iterator[str]:
    """GitHub workflow commands that annotate the lines with uses, whose paths are those of the whole repository."""
    for finding, use, level in _each(report):
        one = finding.suspect
        message = f"{_does(use)}: {_said(one)} ({report.prefix}{_place(one)}); confidence {use.confidence:.2f}"
        place = f"file={_property(report.prefix + use.path)},line={use.line},title={_property(f'ctxpack {one.kind}')}"
        yield f"::{level} {place}::{_data(f'{one.symbol or one.path}: {message}')}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _each(report: Report) -> Iterator[tuple[Finding, Use, str]]:
    for finding in report.findings:
        for use in finding.uses:
            yield finding, use, "error" if use.confidence >= report.threshold else "warning"


def sarif(report: Report) -> dict[str, Any]:
    """The report as SARIF 2.1.0: one result for each use, with the suspect's place as related location.

    Paths are those of the whole repository, which is where a code host looks for them.
    """
    used = sorted({finding.suspect.kind for finding in report.findings})
    rules = [{"id": kind, "shortDescription": {"text": _RULES[kind]}} for kind in used]
    results = [_result(finding, use, level, report.prefix) for finding, use, level in _each(report)]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "ctxpack", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }


def _result(finding: Finding, use: Use, level: str, prefix: str) -> dict[str, Any]:
    one = finding.suspect
    return {
        "ruleId": one.kind,
        "level": level,
        "message": {"text": f"{_does(use)}: {_said(one)}".replace("it:", f"{one.symbol or one.path}:", 1)},
        "locations": [_location(prefix + use.path, use.line)],
        "relatedLocations": [{**_location(prefix + one.path, one.line), "message": {"text": "where it stood"}}],
        "rank": round(100 * use.confidence, 2),
    }


def _location(path: str, line: int) -> dict[str, Any]:
    from urllib.parse import quote

    region = {"region": {"startLine": line}} if line else {}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(path)}, **region}}
