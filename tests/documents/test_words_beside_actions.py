"""Ditto marks, statuses and dates in the words of actions, days of completion, columns nobody understood."""

from datetime import date
from pathlib import Path

import pytest

from documents.closed_actions import doubt_days_to_come
from documents.draft import DraftAction
from tests.documents.office_files import doubts_of, plan_of_rows

_HEADINGS = ("Action", "Lead", "Due")
_PLAIN = ("LADO", "31/01/2027")


def _action(folder: Path, words: str) -> DraftAction:
    return plan_of_rows(folder, _HEADINGS, (words, *_PLAIN)).actions[0]


@pytest.mark.parametrize("heading", ["Outcome", "Support", "Evidence", "Status"])
@pytest.mark.parametrize("mark", ['"', "ditto", "As above"])
def test_a_ditto_mark_has_the_words_above_it(tmp_path: Path, heading: str, mark: str) -> None:
    rows = [(*_HEADINGS, heading), ("Agree it", *_PLAIN, "In progress"), ("File it", *_PLAIN, mark)]
    draft = plan_of_rows(tmp_path, *rows)
    first, second = draft.actions

    of_both = [(one.outcome_text, one.supporters, one.notes, one.progress) for one in (first, second)]
    assert of_both[0] == of_both[1]
    assert f'ditto marks in the column "{heading}" are read as the words above them' in doubts_of(draft)


@pytest.mark.parametrize(
    ("words", "progress", "day"),
    [
        ("Write a guide (done Sept 26)", "complete", date(2026, 9, 30)),
        ("Write a guide – COMPLETED 12/9/26", "complete", date(2026, 9, 12)),
        ("Write a guide. Done.", "complete", None),
        ("Closed: move the files", "complete", None),
        ("NO LONGER REQUIRED – share data", "superseded", None),
        ("Superseded by 3: share data", "superseded", None),
        ("DELETED share data", "superseded", None),
        ("ON HOLD - share data", "blocked", None),
        ("Share data (not started)", "not started", None),
        ("✓ Tell staff", "complete", None),
    ],
)
def test_a_status_in_an_actions_own_words_is_taken_and_asked_about(
    tmp_path: Path, words: str, progress: str, day: date | None
) -> None:
    action = _action(tmp_path, words)

    assert (str(action.progress), action.completed_on) == (progress, day)
    assert any("stands in its words" in doubt.text for doubt in action.doubts)


@pytest.mark.parametrize(
    "words",
    ["Complete the audit of done cases", "Close the gap", "Share data on hold music", "Complete: the audit"],
)
def test_a_word_of_the_sentence_is_no_status(tmp_path: Path, words: str) -> None:
    assert _action(tmp_path, words).progress is None


def test_a_status_beside_the_words_counts_and_differs_with_a_doubt(tmp_path: Path) -> None:
    rows = [(*_HEADINGS, "Status"), ("Write a guide (COMPLETED)", *_PLAIN, "In progress")]
    action = plan_of_rows(tmp_path, *rows).actions[0]

    assert str(action.progress) == "in progress"
    assert '"COMPLETED" stands in its words, and its status says otherwise' in action.doubts[0].text


@pytest.mark.parametrize(
    "words", ["Tell staff – DEADLINE EXTENDED TO 30 APRIL 2027", "Tell staff (revised date 30/04/2027)"]
)
def test_another_date_in_the_words_is_asked_about(tmp_path: Path, words: str) -> None:
    action = _action(tmp_path, words)

    assert action.due.day == date(2027, 1, 31)
    assert "and its date is 31 Jan 2027: the date is taken" in action.doubts[0].text


def test_a_month_of_completion_has_a_doubt_and_a_day_to_come_is_no_completion(tmp_path: Path) -> None:
    rows = [
        (*_HEADINGS, "Date completed"),
        ("File it", *_PLAIN, "July 2026"),
        ("Send it", *_PLAIN, "31/12/2026"),
    ]
    draft = plan_of_rows(tmp_path, *rows)
    doubt_days_to_come(draft, date(2026, 11, 28))

    assert '"July 2026" names no day: read as completed on 31 Jul 2026' in draft.actions[0].doubts[0].text
    assert str(draft.actions[1].progress) == "in progress"


def test_bullet_points_in_an_action_are_told(tmp_path: Path) -> None:
    draft = plan_of_rows(tmp_path, _HEADINGS, ("• Visit every family\n• Send a list", *_PLAIN))

    assert "an action with several bullet points, as in this row, is read as one action" in doubts_of(draft)


def test_a_column_of_statuses_under_another_name_is_read_or_named(tmp_path: Path) -> None:
    words = ("Implemented", "No longer applicable", "Partially implemented", "Risk accepted by Director")
    rows = [(f"Do part {at}", *_PLAIN, word) for at, word in enumerate(words)]
    draft = plan_of_rows(tmp_path, (*_HEADINGS, "Management view"), *rows)

    assert [str(one.progress) for one in draft.actions] == ["complete", "superseded", "in progress", "None"]
    assert '"Management view" is read as the status' in doubts_of(draft)
    short = plan_of_rows(tmp_path, (*_HEADINGS, "Management view"), rows[0], rows[3])
    assert 'is not used, though "Implemented" may say how far an action is' in doubts_of(short)


def test_the_impact_of_a_risk_is_no_outcome(tmp_path: Path) -> None:
    rows = [
        ("Risk description", "Impact", "Mitigation", "Owner"),
        ("Staff leave", "Caseloads rise", "Pay more", "LADO"),
    ]
    action = plan_of_rows(tmp_path, *rows).actions[0]

    assert action.outcome_text == ""
    assert "Impact: Caseloads rise" in action.notes


def test_a_section_keeps_its_number_where_refs_have_three_parts(tmp_path: Path) -> None:
    rows = [
        ("Ref", *_HEADINGS),
        ("2", "Delivery", "", ""),
        ("2.1", "Open the hub", *_PLAIN),
        ("2.1.1", "Fit the room", *_PLAIN),
    ]
    draft = plan_of_rows(tmp_path, *rows)

    assert [(section.ref, section.title) for section in draft.sections] == [("2", "Delivery")]


def test_a_month_far_from_the_other_dates_may_be_a_day(tmp_path: Path) -> None:
    rows = [("File it", "LADO", "Dec 14"), ("Send it", "LADO", "31/03/2027"), ("Post it", "LADO", "Jan 27")]
    draft = plan_of_rows(tmp_path, _HEADINGS, *rows)

    assert '"Dec 14" may be a day without its year: read as December 2014' in draft.actions[0].doubts[0].text
    assert not draft.actions[2].doubts


def test_months_of_one_time_are_no_days(tmp_path: Path) -> None:
    rows = [("File it", "LADO", "Dec 16"), ("Send it", "LADO", "31/03/2017")]

    assert not plan_of_rows(tmp_path, _HEADINGS, *rows).actions[0].doubts


@pytest.mark.parametrize(
    ("report", "progress"),
    [
        ("Police: complete. Health: three nurses to train.", "in progress"),
        ("Sept update: complete. Nov update: two staff still to train.", "in progress"),
        ("Forecast: complete.", "in progress"),
        ("Completed but not evidenced.", "in progress"),
        ("Completed, although the Trust disagrees.", "in progress"),
        ("No draft available yet.", "not started"),
    ],
)
def test_a_report_that_says_less_than_its_first_words_is_asked_about(
    tmp_path: Path, report: str, progress: str
) -> None:
    action = plan_of_rows(tmp_path, (*_HEADINGS, "Progress"), ("File it", *_PLAIN, report)).actions[0]

    assert str(action.progress) == progress
    assert action.doubts


def test_a_status_with_an_exception_says_which(tmp_path: Path) -> None:
    rows = [
        ("File it", *_PLAIN, "Complete with exception of Fire"),
        ("Send it", *_PLAIN, "Completed with one exception"),
    ]
    draft = plan_of_rows(tmp_path, (*_HEADINGS, "Status"), *rows)
    first, second = draft.actions

    assert (str(first.progress), first.exception) == ("complete with exception", "Fire")
    assert "does not say what the exception is" in second.doubts[0].text


def test_see_and_a_reference_names_the_lead_of_another_row(tmp_path: Path) -> None:
    rows = [("1.1", "File it", *_PLAIN), ("1.2", "Send it", "See 1.1", "31/01/2027")]
    action = plan_of_rows(tmp_path, ("Ref", *_HEADINGS), *rows).actions[1]

    assert action.leads == ["LADO"]
    assert '"See 1.1" is read as the lead of 1.1' in action.doubts[0].text


@pytest.mark.parametrize("heading", ["Standard", "Finding", "Evidence"])
def test_a_numbered_title_in_another_column_is_the_sections(tmp_path: Path, heading: str) -> None:
    rows = [("1", "Leadership", "", "", ""), ("1.2", "DSL has cover", "Put a deputy in place", *_PLAIN)]
    draft = plan_of_rows(tmp_path, ("No", heading, "Action needed", "Lead", "Due"), *rows)

    assert [(section.ref, section.title) for section in draft.sections] == [("1", "Leadership")]


def test_a_doubt_about_a_status_says_what_is_recorded_in_the_end(tmp_path: Path) -> None:
    row = ("File it", *_PLAIN, "Assigned", "20%")
    action = plan_of_rows(tmp_path, (*_HEADINGS, "Status", "Progress"), row).actions[0]

    assert str(action.progress) == "in progress"
    assert "recorded as in progress" in action.doubts[0].text


@pytest.mark.parametrize(
    ("status", "progress"),
    [("Complete: moved on 4 October", "complete"), ("Closed - moved to the neglect plan", "superseded")],
)
def test_what_was_moved_to_another_plan_went_elsewhere(tmp_path: Path, status: str, progress: str) -> None:
    action = plan_of_rows(tmp_path, (*_HEADINGS, "Status"), ("Move the team", *_PLAIN, status)).actions[0]

    assert str(action.progress) == progress


def test_what_is_still_to_do_is_the_action_beside_what_was_done(tmp_path: Path) -> None:
    row = ("Spot checks begun", "Buy the alarms", *_PLAIN)
    draft = plan_of_rows(tmp_path, ("Action already taken", "Action proposed", "Lead", "Due"), row)

    assert draft.actions[0].text == "Buy the alarms"
