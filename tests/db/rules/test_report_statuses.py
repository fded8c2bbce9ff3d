"""Reports in sentences, where no status says how far an action is."""

import pytest

from db.models import Progress
from db.rules.cell_statuses import read_cell_status
from db.rules.complete_cells import CellStatus
from db.rules.report_statuses import read_report


def _read(report: str) -> CellStatus:
    return read_report(report, lambda sentence: read_cell_status(sentence, {}))


@pytest.mark.parametrize(
    "report",
    [
        "On track for delivery by March 2027.",
        "Although not complete, good progress has been made.",
        "In progress. Three meetings held. Draft out for comment.",
        "The work remains in progress with partner agencies.",
    ],
)
def test_what_plainly_goes_on_is_in_progress(report: str) -> None:
    found = _read(report)
    assert (found.progress, found.doubt) == (Progress.IN_PROGRESS, None)


@pytest.mark.parametrize(
    ("report", "progress"),
    [
        ("Task and finish group set up; first meeting held 12 October.", Progress.IN_PROGRESS),
        ("75% of staff trained against a target of 90%.", Progress.IN_PROGRESS),
        ("28 of 42 schools have returned their audit.", Progress.IN_PROGRESS),
        ("Audit completed; report to be presented in January.", Progress.IN_PROGRESS),
        ("Not started in health. Complete in LA.", Progress.IN_PROGRESS),
        ("Completed in Q1; repeated in Q2; Q3 in progress.", Progress.IN_PROGRESS),
        ("Project manager left in August; on hold until replacement starts.", Progress.BLOCKED),
        ("Cannot proceed until the ICB confirms funding.", Progress.BLOCKED),
        ("Not started. Two partners were contacted.", Progress.NOT_STARTED),
        ("140 staff trained so far, with further sessions planned.", Progress.IN_PROGRESS),
        ("Had been paused but restarted in October with a new chair.", Progress.IN_PROGRESS),
        ("Replaced by 2.6.", Progress.SUPERSEDED),
    ],
)
def test_what_can_be_told_from_its_sentences_has_a_doubt(report: str, progress: Progress) -> None:
    found = _read(report)
    assert found.progress is progress
    assert found.doubt is not None


@pytest.mark.parametrize(
    "report", ["Meeting to be held in January.", "Will be sent to schools.", "See notes."]
)
def test_what_is_only_to_come_says_nothing(report: str) -> None:
    assert _read(report).progress is None


@pytest.mark.parametrize(
    "report",
    ["12/09/26 - Started. 14/10/26 - Completed and signed off.", "Oct 26: Complete.\nSept 26: In progress."],
)
def test_the_newest_entry_of_a_log_counts(report: str) -> None:
    found = _read(report)
    assert found.progress is Progress.COMPLETE
    assert "has 2 entries, and the newest counts" in (found.doubt or "")


@pytest.mark.parametrize(
    ("report", "progress"),
    [
        ("Superseded by the Families First Partnership programme.", Progress.SUPERSEDED),
        ("On hold pending publication of the national framework.", Progress.BLOCKED),
        ("Blocked. The ICB has not confirmed funding for the post.", Progress.BLOCKED),
        ("Blocked - data has not been delivered by the Trust.", Progress.BLOCKED),
        ("Not started. Awaiting appointment of the new Training Officer.", Progress.NOT_STARTED),
        ("In progress. Two of four workshops have been held.", Progress.IN_PROGRESS),
        ("This work is ongoing and is reported to the QA subgroup each quarter.", Progress.IN_PROGRESS),
    ],
)
def test_a_report_that_begins_with_its_status_needs_no_doubt(report: str, progress: Progress) -> None:
    found = _read(report)

    assert (found.progress, found.doubt) == (progress, None)
