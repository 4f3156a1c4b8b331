"""What a task loses with the form that it was written in, and what it keeps."""

from __future__ import annotations

import pytest

from ctxpack.rank import query
from ctxpack.rank.forms import without_form


def kept(task: str) -> list[str]:
    """The lines that are left, without the first and without blank ones."""
    return [line.strip() for line in without_form(task).split("\n")[1:] if line.strip()]


def test_a_task_without_a_form_stays_as_it_is() -> None:
    task = "Cap the points\n\nThe service adds them twice.\nSee `Points.add`:\n\n- the first time\n- [ ] cap them"
    assert without_form(task) == task
    assert without_form("Description:") == "Description:"
    assert without_form("") == ""


@pytest.mark.parametrize(
    "label",
    [
        "### Steps to reproduce",
        "**Describe the bug**",
        "**Expected behavior:**",
        "What did you expect to happen?",
        "#### Steps/Code to Reproduce",
        "### What browsers are you seeing the problem on?",
        "### Renderer version",
        "INSTALLED VERSIONS\n------------------",
    ],
)
def test_labels_are_taken_out_and_what_stands_under_them_is_kept(label: str) -> None:
    assert kept(f"Dates are off\n{label}\nThe parser drops the zone of a date.") == [
        "The parser drops the zone of a date."
    ]


@pytest.mark.parametrize(
    "heading", ["### Rendering of nested lists", "**Currency conversion**", "Retry the client:", "Points"]
)
def test_headings_about_the_matter_are_kept(heading: str) -> None:
    assert kept(f"Dates are off\n{heading}\nmore") == [heading, "more"]


def test_a_label_before_the_first_sentence_leaves_the_sentence_as_the_title() -> None:
    task = "**Describe the bug**\nRefunds are doubled\n\nfor split orders"
    assert without_form(task).startswith("Refunds are doubled")
    assert query.read(task).title == query.read("Refunds are doubled").title


def test_boxes_and_versions_before_the_first_sentence_are_no_title() -> None:
    task = """### Is there an existing issue for this?

- [X] I have searched the existing issues

### Version

2.1.0

### What happened?

Refunds are doubled for split orders.
More of it."""
    assert without_form(task) == "Refunds are doubled for split orders.\nMore of it."


def test_a_form_without_anything_in_it_stays_as_it_is() -> None:
    assert without_form("### Description\n\n### Version\n") == "### Description\n\n### Version\n"


def test_what_it_runs_on_is_taken_out() -> None:
    task = """Dates are off
        ### Environment
        - OS: Linux
        - Browser: some browser 88, another
        Docker on a server
        Only with the lazy loader the dates are off.
        ### Reader version
        3.5.1
        ### Result
        Wrong zone
        Python version: 3.9
        zone: Europe"""
    assert kept(task) == ["Only with the lazy loader the dates are off.", "Wrong zone", "zone: Europe"]


def test_settings_in_a_block_of_code_are_kept() -> None:
    profile = ["```", "os = Macos", "version: 3", "# setup", "make(it)", "else:", "```"]
    assert kept("\n".join(["Wrong name of the system", *profile])) == profile


def test_the_language_of_a_block_of_code_is_no_word_of_the_task() -> None:
    task = "Wrong zone\n\n```python\nparse(date)\n```"
    assert "python" not in dict(query.read(task).terms)
    assert "pars" in dict(query.read(task).terms)


def test_lists_of_what_is_installed_are_taken_out() -> None:
    versions = "numpy: 1.16.2\nmachine: x86_64\nscipy: 1.3.0\nloader: None\nreader==2.0.1\nwriter 3.0.4 py37_0"
    assert kept(f"Dates are off\n```\n{versions}\n```") == ["```", "```"]


def test_settings_and_a_single_version_are_kept() -> None:
    settings = ["image: reader", "loader: 1.2", "retries: 3", "cache: on"]
    assert kept("\n".join(["Dates are off", *settings])) == settings
    assert kept("Dates are off\nIt worked in 1.2.3.") == ["It worked in 1.2.3."]


def test_boxes_to_be_ticked_are_taken_out_and_a_list_of_work_is_kept() -> None:
    task = """Dates are off
        - [x] I have searched the tracker
          and found nothing like it
        - [ ] read zones in the loader
        ## Checklist
        - [x] Ran the linter
        - [ ]
        ## Zones
        - [x] loader
        - [ ] reader"""
    assert kept(task) == ["- [ ] read zones in the loader", "## Zones", "- [x] loader", "- [ ] reader"]


def test_words_of_the_form_do_not_count() -> None:
    plain = query.read("Dates are off\n\nThe loader drops the zone.")
    form = "Dates are off\n\n## Description\n\nThe loader drops the zone.\n\n## Checklist\n\n- [x] I ran the linter\n"
    assert query.read(form).terms == plain.terms
    assert query.read(form).pairs == plain.pairs
