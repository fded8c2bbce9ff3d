"""Status cells as officers write them."""

from datetime import date

import pytest

from db.models import Progress
from db.rules.cell_statuses import read_cell_status

DONE, DOING, NOT_BEGUN = Progress.COMPLETE, Progress.IN_PROGRESS, Progress.NOT_STARTED


@pytest.mark.parametrize(
    ("written", "progress", "rating"),
    [
        ("Blue – complete and embedded", DONE, "blue"),
        ("Green – on track", DOING, "green"),
        ("Amber – some delay", DOING, "amber"),
        ("Red – not started", NOT_BEGUN, "red"),
        ("Complete (Blue)", DONE, "blue"),
        ("B - closed", DONE, "blue"),
        ("100%", DONE, None),
        ("75% complete", DOING, None),
        ("0%", NOT_BEGUN, None),
        ("Part complete", DOING, None),
        ("Substantially complete", DOING, None),
        ("🟢 ✔", DONE, "green"),
        ("Not complete", DOING, None),
        ("Not yet due", NOT_BEGUN, None),
        ("Implemented", DONE, None),
        ("Paused", Progress.BLOCKED, None),
        ("No longer required", Progress.SUPERSEDED, None),
        ("Complete and signed off", DONE, None),
        ("Open", NOT_BEGUN, None),
    ],
)
def test_what_a_cell_says_without_a_doubt(written: str, progress: Progress, rating: str | None) -> None:
    found = read_cell_status(written, {})
    assert (found.progress, found.rating, found.doubt) == (progress, rating, None)


@pytest.mark.parametrize(
    ("written", "progress", "why"),
    [
        ("Complete – evidence awaited", DOING, "takes it back"),
        ("Completed, evidence still to be seen", DOING, "takes it back"),
        ("Complete - see update, rework needed", DOING, "takes it back"),
        ("complete except schools", DOING, "takes it back"),
        ("Complete (2 schools left)", DOING, "takes it back"),
        ("Achieved?", DOING, "takes it back"),
        ("Completed 14.2.26 - reopened 3.3.26", DOING, "takes it back"),
        ("Complete save for audit", DOING, "takes it back"),
        ("Complete - ongoing monitoring", DOING, "takes it back"),
        ("Closed - transferred to SEND plan", Progress.SUPERSEDED, "went elsewhere"),
        ("Red - complete", DONE, "is rated red"),
        ("A→G", DOING, "by colour alone"),
        ("Y", DONE, "is read as complete"),
        ("G", DOING, "by colour alone"),
        ("A (was R)", DOING, "by colour alone"),
        ("B", DONE, "by colour alone"),
        ("Overdue", DOING, "not how far it is"),
        ("Purple", None, "has no usual meaning"),
        ("120%", None, "more than the whole"),
        ("Complete by September 2026", DOING, "by when it is to be complete"),
        ("Completed 3/26", DOING, "or how much of it"),
        ("Completed 12 Oct", DONE, "give the day with its year"),
        ("Complete – outcome not achieved", DOING, "takes it back"),
        ("Complete/Not complete", DOING, "takes it back"),
        ("Was complete; now slipping", DOING, "takes it back"),
        ("Completed; has since slipped back", DOING, "takes it back"),
        ("Complete; further work to do", DOING, "takes it back"),
        ("Complete except", Progress.COMPLETE_WITH_EXCEPTION, "does not say what is left"),
        ("Blue – on track", DOING, "mostly means complete"),
        ("24 delivered", DOING, "may speak of all of it or of a part"),
        ("Closed – incomplete", None, "closed and was not done"),
        ("Closed – carried forward to new plan", Progress.SUPERSEDED, "went elsewhere"),
        ("c/fwd", None, "goes on and not how far it is"),
        ("B/f from Oct", None, "goes on and not how far it is"),
        ("Complete (I think)", Progress.IN_PROGRESS, "takes it back"),
        ("Complete!?", Progress.IN_PROGRESS, "takes it back"),
        ("Done, with caveats", Progress.IN_PROGRESS, "takes it back"),
        ("No draft yet", Progress.NOT_STARTED, "has not begun"),
        ("Closed by Exec - reopened", Progress.IN_PROGRESS, "takes it back"),
        ("Closed by Board 6 Oct - handed to ICB", Progress.SUPERSEDED, "went elsewhere"),
        ("Closed - incorporated in 3.1", Progress.SUPERSEDED, "went elsewhere"),
        ("Closed, see new plan", Progress.SUPERSEDED, "went elsewhere"),
        ("Deferred to 27/28", Progress.BLOCKED, "is read as blocked"),
        ("Yet to get under way", Progress.NOT_STARTED, "has not begun"),
        ("Ongoing vacancy in the team", Progress.IN_PROGRESS, "is read as in progress"),
        ("Pending ICB approval", Progress.NOT_STARTED, "is read as not started"),
        ("Rejected by the board", Progress.SUPERSEDED, "is read as superseded"),
        ("Session cancelled due to snow; rebooked", DOING, "of the action or of a part of it"),
        ("Withdrawn consent form now in use", DOING, "of the action or of a part of it"),
        ("Duplicates removed from list", DOING, "of the action or of a part of it"),
        ("Removed from risk register", DOING, "of the action or of a part of it"),
        ("Declined by two schools", DOING, "of the action or of a part of it"),
        ("Rejected by board, to be revised", DOING, "of the action or of a part of it"),
        ("Not applicable to schools", None, "is not a known one"),
        ("Out of scope for Health only", DOING, "of the action or of a part of it"),
        ("Complete in 2027", DONE, "give the day with its year"),
        ("Complete early 2027", DONE, "give the day with its year"),
        ("Completed on 12/10", DONE, "give the day with its year"),
        ("Not started in two areas, done in three", DOING, "a part has begun"),
        ("Evidenced in part", None, "is not a known one"),
        ("Propose to close", DOING, "asks for it to be closed"),
        ("Won't be done", None, "may never be"),
        ("Cannot be completed", None, "may never be"),
        ("Not progressing", Progress.BLOCKED, "does not move"),
        ("Moved to BAU", DONE, "is read as complete"),
        ("Went live 1 Sept", DONE, "is read as complete"),
        ("Compelte", DONE, "is read as complete"),
        ("Inprogress", DOING, "is read as in progress"),
        ("Ongoin", DOING, "is read as in progress"),
        ("IP", DOING, "is read as in progress"),
        ("100", DONE, "is read as complete"),
        ("0.5", DOING, "is read as in progress"),
        ("Unmet", None, "is not a known one"),
        ("Uncompleted", None, "is not a known one"),
        ("6 of 10 installed", None, "is not a known one"),
        ("Forms installed", None, "is not a known one"),
        ("Met with schools in May", None, "is not a known one"),
        ("To be launched", None, "is not a known one"),
        ("see minutes", None, "is not a known one: recorded as not started"),
    ],
)
def test_what_is_assumed_or_cannot_be_settled_is_a_doubt(
    written: str, progress: Progress | None, why: str
) -> None:
    found = read_cell_status(written, {})
    assert found.progress == progress
    assert why in (found.doubt or "")


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Closed 12/03/24", date(2024, 3, 12)),
        ("Completed 3rd March 2024", date(2024, 3, 3)),
        ("Complete May 2024", date(2024, 5, 31)),
        ("Done", None),
    ],
)
def test_the_day_beside_a_word_for_complete_is_kept(written: str, day: date | None) -> None:
    found = read_cell_status(written, {})
    assert (found.progress, found.completed_on, found.doubt) == (DONE, day, None)


def test_the_files_own_key_comes_before_what_is_usual() -> None:
    key = {"green": DONE, "purple": Progress.SUPERSEDED, "red": None}
    assert read_cell_status("Green", key).progress is DONE
    assert read_cell_status("G", key).progress is DONE
    assert read_cell_status("purple", key).progress is Progress.SUPERSEDED
    assert "does not give red one status" in (read_cell_status("Red", key).doubt or "")


@pytest.mark.parametrize(
    ("written", "progress", "says"),
    [
        ("At risk", DOING, "not how far it is"),
        ("Closed - not achieved", None, "closed and was not done"),
        ("Closed - action not completed", None, "closed and was not done"),
        ("Complete pending board approval", DONE, "waits for a sign-off alone"),
        ("Done - awaiting sign off", DONE, "waits for a sign-off alone"),
    ],
)
def test_words_that_leave_something_open_are_a_doubt(
    written: str, progress: Progress | None, says: str
) -> None:
    read = read_cell_status(written, {})

    assert read.progress is progress
    assert says in (read.doubt or "")
    assert read.note == written


@pytest.mark.parametrize(
    ("text", "worse"), [("AMBER/GREEN", "amber"), ("A/R", "red"), ("Green to amber", "amber")]
)
def test_two_colours_are_the_worse_one_with_a_doubt_also_with_a_key(text: str, worse: str) -> None:
    key = {"green": Progress.COMPLETE, "amber": Progress.IN_PROGRESS, "red": Progress.NOT_STARTED}
    found = read_cell_status(text, key)
    assert (found.progress, found.rating) == (key[worse], worse)
    assert found.doubt is not None
    assert text in found.doubt


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("c. 60%", Progress.IN_PROGRESS),
        ("60-70%", Progress.IN_PROGRESS),
        ("3 of 5", Progress.IN_PROGRESS),
        ("0 of 5 complete", Progress.NOT_STARTED),
        ("5 of 5 complete", Progress.COMPLETE),
        ("Making progress", Progress.IN_PROGRESS),
        ("Under review", Progress.IN_PROGRESS),
        ("Re-opened", Progress.IN_PROGRESS),
        ("Signed off by the board", Progress.COMPLETE),
        ("Closed by HMICFRS", Progress.COMPLETE),
        ("1 – Complete", Progress.COMPLETE),
        ("✔ done", Progress.COMPLETE),
        ("(4) Completed", Progress.COMPLETE),
        ("Completed ✓", Progress.COMPLETE),
        ("Complete. No further work required", Progress.COMPLETE),
        ("Closed – transferred to BAU", Progress.COMPLETE),
        ("Awaiting sign-off", Progress.IN_PROGRESS),
        ("Ready for closure", Progress.IN_PROGRESS),
        ("In Review", Progress.IN_PROGRESS),
        ("Unblocked", Progress.IN_PROGRESS),
        ("Blocked by the firewall, now resolved", Progress.IN_PROGRESS),
        ("Near completion", Progress.IN_PROGRESS),
        ("Paused recruitment restarted", Progress.IN_PROGRESS),
        ("Rejected", Progress.SUPERSEDED),
        ("Closed as superseded", Progress.SUPERSEDED),
        ("Closed as duplicate", Progress.SUPERSEDED),
        ("No longer on hold", Progress.IN_PROGRESS),
        ("Was blocked, now moving", Progress.IN_PROGRESS),
        ("Postponed meeting now held", Progress.IN_PROGRESS),
        ("Partial – form sent", Progress.IN_PROGRESS),
        ("Nothing has been done", Progress.NOT_STARTED),
        ("Not required", Progress.SUPERSEDED),
        ("This action has been superseded by 2.4", Progress.SUPERSEDED),
        ("Closed - no longer needed", Progress.SUPERSEDED),
        ("Postponed", Progress.BLOCKED),
    ],
)
def test_shares_and_usual_phrases_need_no_doubt(text: str, progress: Progress) -> None:
    found = read_cell_status(text, {})
    assert (found.progress, found.doubt) == (progress, None)


@pytest.mark.parametrize(
    "text", ["High risk", "Signed off by the board, actions outstanding", "Closed by March", "6 of 5"]
)
def test_what_says_less_or_more_has_a_doubt(text: str) -> None:
    found = read_cell_status(text, {})
    assert found.progress is not Progress.COMPLETE
    assert found.doubt is not None


@pytest.mark.parametrize(
    "text",
    [
        "Underway – 3 of 5 workshops delivered",
        "3 of 5 sessions delivered",
        "Partially embedded",
        "Half complete",
        "Few done",
        "None completed",
        "Work done to date",
        "100% (awaiting QA)",
        "Nearing completion",
        "WIP",
    ],
)
def test_a_word_for_complete_that_is_taken_back_before_it_is_not_complete(text: str) -> None:
    assert read_cell_status(text, {}).progress is Progress.IN_PROGRESS


@pytest.mark.parametrize("text", ["Nothing done", "Un-started", "Never started"])
def test_what_nobody_has_begun_is_not_started(text: str) -> None:
    found = read_cell_status(text, {})
    assert (found.progress, found.doubt) == (Progress.NOT_STARTED, None)


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("2 workshops delivered", Progress.IN_PROGRESS),
        ("Slides done", Progress.IN_PROGRESS),
        ("All criteria met", Progress.COMPLETE),
        ("Issued 2 November. Closed at Gold 17/11", Progress.COMPLETE),
        ("☒", Progress.COMPLETE),
        ("5 of 5 sessions delivered", Progress.COMPLETE),
        ("100% - evidence on file", Progress.COMPLETE),
        ("Transferred to the neglect strategy", Progress.SUPERSEDED),
    ],
)
def test_what_may_mean_less_than_it_says_has_a_doubt(text: str, progress: Progress) -> None:
    found = read_cell_status(text, {})
    assert found.progress is progress
    assert found.doubt is not None


@pytest.mark.parametrize("text", ["All actions complete", "Now fully embedded", "This has been delivered"])
def test_words_that_change_nothing_before_complete_need_no_doubt(text: str) -> None:
    found = read_cell_status(text, {})
    assert (found.progress, found.doubt) == (Progress.COMPLETE, None)


def test_a_day_after_complete_is_no_share_of_it() -> None:
    found = read_cell_status("Completed 10/11/26 – 212 replies", {})
    assert (found.progress, found.completed_on, found.doubt) == (Progress.COMPLETE, date(2026, 11, 10), None)


@pytest.mark.parametrize("text", ["Steering group met 11/11", "Team met"])
def test_a_meeting_that_met_is_no_target_that_was(text: str) -> None:
    assert read_cell_status(text, {}).progress is None


def test_what_is_not_due_to_start_has_not_started() -> None:
    assert read_cell_status("Not due to start until SOP is agreed", {}).progress is Progress.NOT_STARTED


@pytest.mark.parametrize(
    ("text", "progress"),
    [
        ("Will start once 2a is embedded.", Progress.NOT_STARTED),
        (
            "Paused by Cabinet on 3 November because of the budget and will be looked at in February",
            Progress.BLOCKED,
        ),
        ("The group has met, and the training that is to be done is complete for two of the teams", None),
    ],
)
def test_of_a_long_text_the_first_words_tell_what_is_not_done(text: str, progress: Progress | None) -> None:
    assert read_cell_status(text, {}).progress is progress


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Complete Sep-26", date(2026, 9, 30)),
        ("✓ Sept 26", date(2026, 9, 30)),
        ("Complete Autumn term 2026", date(2026, 12, 31)),
        ("Complete Q2 26/27", date(2026, 9, 30)),
    ],
)
def test_the_period_of_completion_gives_its_day(text: str, day: date) -> None:
    found = read_cell_status(text, {})
    assert (found.progress, found.completed_on, found.doubt) == (DONE, day, None)


@pytest.mark.parametrize(
    "words",
    [
        "Blocked - the supplier has not delivered the system",
        "Blocked by IT, system not delivered",
        "Paused, audit not completed",
        "On hold: form not yet finished",
    ],
)
def test_the_reason_why_it_is_blocked_says_nothing_else(words: str) -> None:
    found = read_cell_status(words, {})

    assert (found.progress, found.doubt) == (Progress.BLOCKED, None)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Complete. Started 2 March 2026", None),
        ("Complete. Last audit 1 May 2025", None),
        ("Complete (update 12/10/26)", None),
        ("Completed 12/10/26", date(2026, 10, 12)),
        ("Complete - signed off 12/10/26", date(2026, 10, 12)),
    ],
)
def test_another_day_is_no_day_of_completion(words: str, day: date | None) -> None:
    assert read_cell_status(words, {}).completed_on == day


@pytest.mark.parametrize(
    "words", ["In progress: 2 of 5 completed", "In progress - draft complete", "Ongoing - phase 1 complete"]
)
def test_a_part_that_is_complete_leaves_it_in_progress(words: str) -> None:
    found = read_cell_status(words, {})

    assert (found.progress, found.doubt) == (Progress.IN_PROGRESS, None)
