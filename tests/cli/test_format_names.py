"""The names of a pack's formats are the same wherever they are told."""

import re
from pathlib import Path

from ctxpack import config, formats
from ctxpack.cli.options import PACK_FORMATS
from ctxpack.cli.plan import ENDINGS

PROJECT = Path(__file__).parents[2]


def test_each_list_of_formats_has_them_all() -> None:
    names = tuple(formats.FORMATS)
    assert set(re.findall(r"[\w-]+", PACK_FORMATS)) - {"the", "default", "or"} == set(names)
    (setting,) = (one for one in config.SETTINGS if one.key == "format")
    assert setting.meaning.partition(": ")[2] == ", ".join(names)
    told = (PROJECT / "docs" / "formats.md").read_text(encoding="utf-8")
    assert set(names) <= set(re.findall(r"^\| `([\w-]+)`", told, re.MULTILINE))
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    listed = re.search(r"the other formats \(([^)]*)\)", readme)
    assert listed is not None
    assert {config.Config().format, *re.findall(r"`([\w-]+)`", listed[1])} == set(names)


def test_a_plan_knows_the_ending_of_every_format() -> None:
    assert set(ENDINGS) == set(formats.FORMATS)
