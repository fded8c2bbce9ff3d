"""Column headings are matched by meaning."""

import pytest

from documents.heading_meanings import meaning
from documents.headings import read_headings


@pytest.mark.parametrize(
    ("heading", "means"),
    [
        ("Issues Raised by Inspectors", "issues"),
        ("Action", "text"),
        ("Specific actions", "text"),
        ("What", "text"),
        ("Who", "leads"),
        ("Lead", "leads"),
        ("Responsible officer", "leads"),
        ("When", "due"),
        ("Timescale/target", "due"),
        ("Completion date", "due"),
        ("By when?", "due"),
        ("How will we know", "measures"),
        ("Success measures", "measures"),
        ("Output/outcome measurement", "measures"),
        ("What will be different", "outcome"),
        ("Outcome", "outcome"),
        ("Outcome status", "outcome_status"),
        ("Outcome (Q1-Q4)", "outcome_status"),
        ("Progress", "progress"),
        ("Evaluation", "progress"),
        ("Current status", "status"),
        ("BRAG", "rating"),
        ("RAG rating", "rating"),
        ("Ref", "ref"),
        ("No.", "ref"),
        ("Original date", "original_due"),
        ("Something else altogether", None),
        ("", None),
    ],
)
def test_a_heading_is_matched_by_meaning(heading: str, means: str | None) -> None:
    assert meaning(heading) == means


def _places(cells: list[str], below: list[list[str]] | None = None) -> dict[str, object] | None:
    """The columns of each meaning, as a number where there is one."""
    found = read_headings(cells, below or [])
    if found is None:
        return None
    return {name: at[0] if len(at) == 1 else at for name, at in found.places.items()}


def test_the_order_of_columns_does_not_matter() -> None:
    assert _places(["When", "Lead", "Action"]) == {"due": 0, "leads": 1, "text": 2}


def test_an_unusual_heading_is_read_in_a_row_of_known_ones() -> None:
    columns = _places(["Action", "Lead", "Date for completion of the work", "Measures that show success"])

    assert columns == {"text": 0, "leads": 1, "due": 2, "measures": 3}


def test_a_second_outcome_column_is_its_status() -> None:
    assert _places(["Action", "Lead", "Outcome", "Outcome"]) == {
        "text": 0,
        "leads": 1,
        "outcome": 2,
        "outcome_status": 3,
    }


@pytest.mark.parametrize(
    "cells",
    [
        ["Survey the schools on the new model", "Deputy Director", "11/2017"],
        ["Action"],
        ["Lead", "Date"],
        ["What the survey says about action by schools", "Done", "2017"],
        [],
    ],
)
def test_a_row_of_an_action_is_not_a_heading_row(cells: list[str]) -> None:
    assert _places(cells) is None


def test_of_several_date_columns_the_due_date_is_read() -> None:
    assert _places(["Date of meeting", "Action", "Lead", "To be completed by date"]) == {
        "text": 1, "leads": 2, "due": 3,
    }  # fmt: skip
    columns = _places(["Action", "Lead", "Review date", "Target date", "Revised date"])
    assert columns == {"text": 0, "leads": 1, "due": 3, "revised_due": 4}


def test_a_priority_column_is_not_a_section_column() -> None:
    assert meaning("Priority") is None
