"""Status cells that say more than one status, or hedge the one they say."""

import pytest

from db.models import Progress
from db.rules.cell_statuses import read_cell_status


@pytest.mark.parametrize(
    "text",
    [
        "Complete: N",
        "Complete = No",
        "Closed: false",
        "Done - N",
        "Complete: Police. Incomplete: Health",
        "Closed; open",
        "Complete [Red]",
        "Done & in review",
        "Police complete; Health not started",
        "CSC complete / Health not started",
        "Oct: not started. Nov: draft written",
        "1/9 not started 1/10 started 1/11 complete",
        "Not started – scoping begun",
        "In progress (ICB not started)",
        "Complete in CSC, on hold in Health",
        "Blocked in Sept; back on track",
        "On hold? No",
        "Likely to be blocked",
        "Cancelled?",
        "Superseded: partly",
        "Superseded by events then reinstated",
        "Not started: N",
        "Complete. Remaining staff booked for January.",
        "Completed; remaining 2 GPs will attend in January",
    ],
)
def test_what_says_two_things_is_in_progress_and_asked_about(text: str) -> None:
    found = read_cell_status(text, {})
    assert found.progress is Progress.IN_PROGRESS
    assert found.doubt is not None
    assert text in found.doubt


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("Complete: three of five sites", Progress.COMPLETE),
        ("Complete: 50", Progress.COMPLETE),
        ("Complete; training in Jan", Progress.COMPLETE),
        ("Complete, training in Jan", Progress.COMPLETE),
        ("Done. 94% trained", Progress.COMPLETE),
        ("Previously blocked, now complete", Progress.COMPLETE),
        ("Not started – no longer required", Progress.SUPERSEDED),
        ("Not started (cancelled)", Progress.SUPERSEDED),
        ("Not started - on hold", Progress.BLOCKED),
        ("Not started in Health", Progress.NOT_STARTED),
        ("Started: No", Progress.NOT_STARTED),
        ("Declined", Progress.SUPERSEDED),
        ("Not started / In progress / Complete", None),
    ],
)
def test_what_may_mean_less_has_a_doubt(text: str, progress: Progress | None) -> None:
    found = read_cell_status(text, {})
    assert found.progress is progress
    assert found.doubt is not None


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("Complete: Y", Progress.COMPLETE),
        ("Complete: 100%", Progress.COMPLETE),
        ("Complete; evidence on file", Progress.COMPLETE),
        ("Complete. Nothing further needed.", Progress.COMPLETE),
        ("Complete with exception of Probation", Progress.COMPLETE_WITH_EXCEPTION),
        ("Not started - awaiting funding", Progress.NOT_STARTED),
        ("Not started, to be started in May", Progress.NOT_STARTED),
        ("On hold until April", Progress.BLOCKED),
        ("Superseded by 2.4", Progress.SUPERSEDED),
    ],
)
def test_what_only_adds_a_reason_needs_none(text: str, progress: Progress) -> None:
    found = read_cell_status(text, {})
    assert (found.progress, found.doubt) == (progress, None)


@pytest.mark.parametrize(
    "text",
    [
        "Not yet underway",
        "Not in progress",
        "Yet to be progressed",
        "Not currently in progress",
        "Has not been progressed",
        "No work has commenced",
        "None of the partners have started",
        "Neither agency has started",
        "Nothing under way yet",
        "Could not be started - vacancy",
        "Start delayed by vacancy",
    ],
)
def test_a_start_that_is_denied_is_none(text: str) -> None:
    assert read_cell_status(text, {}).progress is Progress.NOT_STARTED


@pytest.mark.parametrize(
    "text",
    ["No longer in progress", "Work started and then stopped", "Commenced Sept but stopped", "Shelved"],
)
def test_work_that_stopped_is_blocked_and_asked_about(text: str) -> None:
    found = read_cell_status(text, {})
    assert found.progress is Progress.BLOCKED
    assert found.doubt is not None


@pytest.mark.parametrize(
    "text",
    [
        "Closed as unachievable",
        "Complete at Sept; since reversed",
        "Complete on paper; practice unchanged",
        "Complete and sent back.",
        "Complete. Failed audit.",
        "Complete. No evidence.",
    ],
)
def test_complete_that_failed_is_not_complete_without_a_doubt(text: str) -> None:
    found = read_cell_status(text, {})
    assert found.progress is not Progress.COMPLETE
    assert found.doubt is not None


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("Complete - no further action", Progress.COMPLETE),
        ("Complete – review due 31/03/27", Progress.COMPLETE),
        ("Officially complete", Progress.COMPLETE),
        ("14/10/26 Complete", Progress.COMPLETE),
        ("Signed-off", Progress.COMPLETE),
        ("Complete – with exceptions", Progress.COMPLETE_WITH_EXCEPTION),
        ("Part met", Progress.IN_PROGRESS),
        ("50 per cent", Progress.IN_PROGRESS),
    ],
)
def test_plain_words_need_no_doubt(text: str, progress: Progress) -> None:
    found = read_cell_status(text, {})
    assert (found.progress, found.doubt) == (progress, None)


def test_a_review_that_shows_gaps_is_asked_about() -> None:
    assert read_cell_status("Complete – review shows gaps", {}).doubt is not None
