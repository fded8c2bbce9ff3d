"""Status words and progress reports: progress and outcome are read separately."""

import pytest

from db.models import Outcome, Progress
from db.rules.statuses import colour_name, read_outcome, read_progress, read_status, status_by_word


@pytest.mark.parametrize(
    ("prose", "progress", "outcome"),
    [
        ("All actions completed. All outcomes achieved.", "complete", "achieved"),
        ("All actions complete. Outcomes achieved.", "complete", "achieved"),
        ("All actions completed. All outcomes on track for the end of 2015.", "complete", "on track"),
        ("All actions have been completed. Achievement of the outcomes is on-going.", "complete", "ongoing"),
        (
            "Actions and outcomes are on-going. They are on-track to be completed by the end of 2015.",
            "in progress",
            "on track",
        ),
        (
            "Actions completed with the exception of the helpline. It starts soon. All outcomes achieved.",
            "complete with exception",
            "achieved",
        ),
        ("All actions completed, but the leaflet is still at the printer.", "complete with exception", None),
        ("All actions completed. A pilot succeeded; there is no money to go on.", "complete", None),
        ("All actions completed. Outcomes have not yet been achieved.", "complete", "not achieved"),
        ("Not all actions completed.", None, None),
        ("Actions are to be completed by March.", None, None),
        ("Complete by March 2018", None, None),
        ("Completed Dec 2016", "complete", None),
        ("Completed on 12/12/2016 (see minutes)", None, None),
        ("Completed – see the minutes of May", "complete", None),
        ("Completed draft of policy; consultation to follow", None, None),
        ("Completed phase 1", None, None),
        ("Completed 50%", None, None),
        ("Completed for schools only", None, None),
        ("Complete (partially)", None, None),
        ("Complete - awaiting sign off", "complete", None),
        ("Complete – evidence awaited", None, None),
        ("Completed? No", None, None),
        ("Actions completed: 2 of 5", None, None),
        ("Not yet complete", "in progress", None),
        ("All actions completed. Outcomes met in part.", "complete", None),
        ("All actions completed. Outcome met?", "complete", None),
        ("All actions completed. Outcomes achieved in 2 of 5 areas.", "complete", None),
        ("All actions completed and outcomes achieved.", "complete", "achieved"),
        ("Work is under way", "in progress", None),
        ("", None, None),
    ],
)
def test_a_report_gives_progress_and_outcome_only_where_it_states_them(
    prose: str, progress: str | None, outcome: str | None
) -> None:
    report = read_progress(prose)

    assert report.progress == (progress and Progress(progress))
    assert report.outcome == (outcome and Outcome(outcome))


def test_an_exception_is_read_with_its_expected_date() -> None:
    report = read_progress("Actions completed with the exception of the helpline. It starts in late 2015.")

    assert (report.exception, report.outstanding_due) == ("the helpline", "late 2015")


@pytest.mark.parametrize(
    ("prose", "due"),
    [
        ("All actions completed. All outcomes on track by end of 2015.", "end of 2015"),
        ("All actions completed. Outcomes are ongoing until March 2017.", "March 2017"),
        ("All actions completed. Outcomes achieved in March 2017.", ""),
        ("All actions completed. Outcomes not met by March 2017.", ""),
    ],
)
def test_an_outcome_that_is_still_to_come_is_read_with_its_expected_date(prose: str, due: str) -> None:
    assert read_progress(prose).outcome_due == due


@pytest.mark.parametrize(
    ("word", "progress"),
    [
        ("Done", Progress.COMPLETE),
        ("On-going", Progress.IN_PROGRESS),
        ("Stuck", Progress.BLOCKED),
        ("RAG: blue", Progress.COMPLETE),
        ("Green", Progress.IN_PROGRESS),
        ("Purple", None),
    ],
)
def test_a_status_word_is_read_by_its_synonyms(word: str, progress: Progress | None) -> None:
    assert read_status(word) == progress


def test_green_does_not_mean_complete() -> None:
    assert read_status("green") is not Progress.COMPLETE


def test_an_outcome_word_is_read_and_any_other_is_not() -> None:
    assert read_outcome("Partly achieved") is Outcome.ONGOING
    assert read_outcome("who knows") is None


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ("00B050", "green"),
        ("92D050", "green"),
        ("FFC000", "amber"),
        ("FFFF00", "amber"),
        ("FF0000", "red"),
        ("0070C0", "blue"),
        ("BFBFBF", "grey"),
        ("BDD6EE", None),
        ("9BC2E6", None),
        ("B4C6E7", None),
        ("D9E2F3", None),
        ("FFFFFF", None),
        ("000000", None),
        (None, None),
        ("auto", None),
    ],
)
def test_a_fill_colour_is_named_only_where_it_is_a_rating(rgb: str | None, name: str | None) -> None:
    assert colour_name(rgb) == name


def test_a_word_means_one_status() -> None:
    words: dict[Outcome, str] = {status: status.value for status in Outcome}
    with pytest.raises(ValueError, match="“achieved” is used for “achieved” and for “not achieved”"):
        status_by_word(Outcome, {**words, Outcome.NOT_ACHIEVED: "not achieved|achieved"})


def test_every_status_has_words() -> None:
    words: dict[Outcome, str] = {status: status.value for status in Outcome if status is not Outcome.ONGOING}
    with pytest.raises(ValueError, match="no words for: ongoing"):
        status_by_word(Outcome, words)
