"""The Python modules that dbt offers to templates (`modules`), with a fixed clock for determinism."""

from __future__ import annotations

import datetime
import itertools
import re
from types import SimpleNamespace
from typing import Any

_NOW = (2000, 1, 1)


class _Date(datetime.date):
    """A date class with a fixed `today`."""

    @classmethod
    def today(cls) -> _Date:
        return cls(*_NOW)


class _Moment(datetime.datetime):
    """A datetime class with a fixed `now`."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> _Moment:
        return cls(*_NOW, tzinfo=tz)

    @classmethod
    def today(cls) -> _Moment:
        return cls(*_NOW)

    @classmethod
    def utcnow(cls) -> _Moment:
        return cls(*_NOW)


def _zone(name: str) -> datetime.tzinfo:
    """A stand-in for a pytz time zone; its rules do not affect what a template reads."""
    return _Zone(name)


class _Zone(datetime.tzinfo):
    def __init__(self, name: str) -> None:
        self.zone = name

    def utcoffset(self, _moment: datetime.datetime | None) -> datetime.timedelta:
        return datetime.timedelta(0)

    def dst(self, _moment: datetime.datetime | None) -> datetime.timedelta:
        return datetime.timedelta(0)

    def tzname(self, _moment: datetime.datetime | None) -> str:
        return self.zone

    def localize(self, moment: datetime.datetime, **_settings: Any) -> datetime.datetime:
        return moment.replace(tzinfo=self)

    def normalize(self, moment: datetime.datetime) -> datetime.datetime:
        return moment


_RE = ("compile", "escape", "findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")
_FLAGS = ("I", "IGNORECASE", "M", "MULTILINE", "S", "DOTALL", "X", "VERBOSE", "A", "ASCII")
_ITERTOOLS = (
    "accumulate chain combinations combinations_with_replacement compress count cycle dropwhile filterfalse groupby "
    "islice permutations product repeat starmap takewhile tee zip_longest"
).split()


def modules() -> SimpleNamespace:
    """The value of `modules` in templates."""
    return SimpleNamespace(
        datetime=SimpleNamespace(
            datetime=_Moment,
            date=_Date,
            time=datetime.time,
            timedelta=datetime.timedelta,
            timezone=datetime.timezone,
            tzinfo=datetime.tzinfo,
        ),
        re=SimpleNamespace(**{name: getattr(re, name) for name in (*_RE, *_FLAGS)}),
        pytz=SimpleNamespace(timezone=_zone, utc=_zone("UTC"), UTC=_zone("UTC")),
        itertools=SimpleNamespace(**{name: getattr(itertools, name) for name in _ITERTOOLS}),
    )


def started() -> datetime.datetime:
    """The value of `run_started_at`."""
    return _Moment(*_NOW, tzinfo=datetime.UTC)
