"""A theme's report card asked for in Slack, and the notes that explain a figure in it."""

import io

import pytest
from docx import Document

from db.engine import reading
from db.replay import find_differences
from tests.cast import BOARD_CHANNEL, CHAIR, COORDINATOR, LEAD
from tests.conftest import Running

THEME = "Increase in child protection activity"


def test_the_card_is_offered_and_sent_to_the_asker(slack_on_both: Running) -> None:
    slack = slack_on_both
    offer = slack.ask(CHAIR, f"/kpi report {THEME}: cp-plans; children on a child in need plan")
    assert f"{THEME}: report card" in offer.text
    assert "from 2,451 (at 31 Jul 2013) to 1,801 (at 31 Jul 2015), down 26.5%" in offer.text
    assert "Small counts are hidden" in offer.text
    slack.press(CHAIR, offer, "card_send")

    [file] = [one for one in slack.sandbox.space.files.values() if one.name.endswith(".docx")]
    assert file.name == "report-card-2016-12-15.docx"
    assert Document(io.BytesIO(file.content)).paragraphs[0].text == f"{THEME}: report card"
    then = slack.ask(CHAIR, f"/kpi report {THEME} at 5 Nov 2015: cp-plans")
    assert "As at 5 Nov 2015" in then.text


def test_no_figure_is_left_out_or_guessed(slack: Running) -> None:
    unknown = slack.ask(CHAIR, f"/kpi report {THEME}: cp-plans; unicorns")
    assert "No KPI matches “unicorns”" in unknown.text
    none = slack.ask(CHAIR, "/kpi report The state of everything")
    assert "Which figures is it about? Name them after a colon" in none.text
    by_words = slack.ask(CHAIR, "/kpi report neglect")
    assert "neglect: report card" in by_words.text
    # Both that have the word, and not the one that a question would be answered with.
    assert "Figures: Child protection plans for neglect; " in by_words.text
    with_comma = slack.ask(CHAIR, "/kpi report Missing: Missing children, police yearly count")
    assert "Figures: Missing children, police yearly count." in with_comma.text
    by_comma = slack.ask(CHAIR, "/kpi report Plans: cp-plans, cin-plans")
    assert "Children on a child protection plan; Children on a child in need plan." in by_comma.text
    by_theme = slack.ask(CHAIR, "/kpi report child protection")
    listed = next(line for line in by_theme.text.split("\n") if line.startswith("Figures: "))
    assert listed.count(";") > 10
    too_many = slack.ask(CHAIR, "/kpi report o; a")
    assert "Which figures is it about?" in too_many.text
    assert "has not come yet" in slack.ask(CHAIR, f"/kpi report {THEME} at 1 Jan 2018: cp-plans").text
    assert "120 characters" in slack.ask(CHAIR, f"/kpi report {'long ' * 40}: cp-plans").text


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        ("/kpi report", "THEME is missing"),
        ("/kpi note cp-plans", "text is missing"),
        ("/kpi note", "NAME is missing"),
        ("/kpi record", "NAME is missing"),
    ],
)
def test_what_is_not_finished_is_no_question_about_another_figure(
    slack: Running, line: str, missing: str
) -> None:
    assert missing in slack.ask(COORDINATOR, line).text


def test_small_counts_stand_in_a_board_s_card_alone(slack: Running) -> None:
    line = "/kpi report Children in care: lac-legal-status"
    assert "Small counts are hidden" in slack.ask(CHAIR, line).text
    offer = slack.ask(CHAIR, line, channel=BOARD_CHANNEL)
    assert "Small counts are shown" in offer.text


def test_a_figure_s_owner_says_why_it_moves(slack_on_both: Running) -> None:
    slack = slack_on_both
    refused = slack.ask(LEAD, "/kpi note cp-plans: the new tool finds more")
    assert "Only Chair of Performance" in refused.text
    said = slack.ask(COORDINATOR, "/kpi note cp-plans: the new tool finds more")
    assert "Noted on Children on a child protection plan" in said.text
    history = slack.ask(CHAIR, "/kpi history cp-plans")
    assert "1 note, then every figure recorded" in history.text
    assert "15 Dec 2016" in history.text
    assert "the new tool finds more" in history.text
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []

    slack.press(COORDINATOR, said, "undo")
    assert "the new tool" not in slack.ask(CHAIR, "/kpi history cp-plans").text
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_note_that_may_tell_a_small_count_is_hidden_in_an_open_channel(slack: Running) -> None:
    for text in ("two children came into police protection", "down by 17 on the year"):
        slack.ask(COORDINATOR, f"/kpi note lac-legal-status: {text}")
    open_ = slack.ask(CHAIR, "/kpi history lac-legal-status")
    assert "two children" not in open_.text
    assert "down by 17" not in open_.text
    assert "hidden, because it may tell a small number" in open_.text
    own = slack.ask(CHAIR, "/kpi history lac-legal-status", channel=BOARD_CHANNEL)
    assert "two children came into police protection" in own.text
    assert "down by 17 on the year" in own.text


def test_nothing_about_a_particular_child_is_noted(slack: Running) -> None:
    said = slack.ask(COORDINATOR, "/kpi note cp-plans: call 07700 900123 about the plan")
    assert "telephone" in said.text
    assert "0 notes" not in slack.ask(CHAIR, "/kpi history cp-plans").text
    assert "07700" not in slack.ask(CHAIR, "/kpi history cp-plans").text
