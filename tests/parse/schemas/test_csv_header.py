from __future__ import annotations

import pytest
from schema_helpers import steps


@pytest.mark.parametrize(
    "text", ["id;the note;day\n1;x;y\n", '"id","the note","day"\r\n1,2,3', "\ufeffid\tthe note\tday\n1"]
)
def test_a_header_names_columns(text: str) -> None:
    found = steps("csv", text)["{path}"]
    assert [column.name for column in found.columns] == ["id", "the note", "day"]
    assert found.kind_of == "file"


@pytest.mark.parametrize("text", ["", "1,2\n3,4", "a,a\n1,2", "a,b", "only\n1", "a,,b\n1,2,3", '"a,b\n1,2'])
def test_other_first_lines_are_no_header(text: str) -> None:
    assert steps("csv", text) == {}
