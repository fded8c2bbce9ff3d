"""Entries of an .ics that are repeated by days, moved, cancelled or there in two versions."""

from pathlib import Path

import pytest

from db.models import SpanKind
from documents.terms import read_terms

_TERM = "UID:t\nDTSTART;VALUE=DATE:20260601\nDTEND;VALUE=DATE:20260723\nSUMMARY:Summer term"


def _inset_days(folder: Path, *entries: str) -> list[str]:
    """The INSET days of a calendar with a term and these entries."""
    parts = [f"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{one}\nEND:VEVENT" for one in (_TERM, *entries)]
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-CALNAME:Anytown", *parts, "END:VCALENDAR", ""])
    path = folder / "t.ics"
    path.write_text(text.replace("\n", "\r\n"), "utf-8", newline="")
    return [str(one.starts) for one in read_terms(path).spans if one.kind is SpanKind.INSET]


def test_a_list_of_days_repeats_an_entry(tmp_path: Path) -> None:
    days = "DTSTART;VALUE=DATE:20260605\nRDATE;VALUE=DATE:20260612,20260703\nRDATE;VALUE=DATE:20260710"
    found = _inset_days(tmp_path, f"UID:i\n{days}\nEXDATE;VALUE=DATE:20260703\nSUMMARY:INSET day")
    assert found == ["2026-06-05", "2026-06-12", "2026-07-10"]


_WEEKLY = "DTSTART;TZID=Europe/London:20260605T090000\nDTEND;TZID=Europe/London:20260605T150000"
_RULE = f"UID:i\n{_WEEKLY}\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:INSET day"


@pytest.mark.parametrize(
    "instead_of",
    [";TZID=Europe/London:20260612T090000", ":20260612T080000Z", ";VALUE=DATE:20260612"],
)
def test_an_occurrence_that_was_moved_stands_at_its_new_day_only(tmp_path: Path, instead_of: str) -> None:
    moved = "DTSTART;TZID=Europe/London:20260611T090000\nDTEND;TZID=Europe/London:20260611T150000"
    found = _inset_days(tmp_path, _RULE, f"UID:i\nRECURRENCE-ID{instead_of}\n{moved}\nSUMMARY:INSET day")
    assert found == ["2026-06-05", "2026-06-11", "2026-06-19"]


def test_an_occurrence_that_was_cancelled_stands_nowhere(tmp_path: Path) -> None:
    gone = "RECURRENCE-ID;VALUE=DATE:20260612\nDTSTART;VALUE=DATE:20260612\nSTATUS:CANCELLED"
    assert _inset_days(tmp_path, _RULE, f"UID:i\n{gone}\nSUMMARY:INSET day") == ["2026-06-05", "2026-06-19"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("SEQUENCE:0", "SEQUENCE:2"),
        ("LAST-MODIFIED:20260101T120000Z", "LAST-MODIFIED:20260201T120000Z"),
    ],
)
def test_of_two_versions_of_an_entry_the_newer_counts(tmp_path: Path, older: str, newer: str) -> None:
    versions = [
        f"UID:i\n{older}\nDTSTART;VALUE=DATE:20260605\nSUMMARY:INSET day",
        f"UID:i\n{newer}\nDTSTART;VALUE=DATE:20260612\nSUMMARY:INSET day",
    ]
    assert _inset_days(tmp_path, *versions) == ["2026-06-12"]
    assert _inset_days(tmp_path, *reversed(versions)) == ["2026-06-12"]


def test_entries_of_one_id_without_versions_are_all_kept(tmp_path: Path) -> None:
    days = ("20260605", "20260612")
    entries = [f"UID:i\nDTSTART;VALUE=DATE:{day}\nSUMMARY:INSET day" for day in days]
    assert _inset_days(tmp_path, *entries) == ["2026-06-05", "2026-06-12"]
