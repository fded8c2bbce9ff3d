"""Results of rounds: recorded by a line or a form, judged, shown, corrected and undone."""

import json

import pytest

from db import plans
from db.engine import reading
from db.replay import find_differences
from db.rounds import rounds_as_json
from tests.cast import CHAIR, COORDINATOR, LEAD
from tests.conftest import Running, controls


def _ask(slack: Running, line: str) -> str:
    return slack.ask(COORDINATOR, line).text


def test_a_result_is_judged_and_the_next_round_is_due(slack_on_both: Running) -> None:
    slack = slack_on_both
    answer = _ask(slack, "/action result 2.3.4 16 of 20: two files had no chronology")

    assert "Recorded: 2.3.4 16 of 20 cases, 80%: met (at least 75%)" in answer
    assert "15 days after it was due (30 Nov 2016)" in answer
    assert "The next round is due 30 Nov 2017" in answer
    status = _ask(slack, "/action status 2.3.4")
    assert "Last round, 15 Dec 2016: 16 of 20 cases, 80%: met (at least 75%)" in status
    assert "The measure: met." in status
    assert "due 30 Nov 2017" in status
    rounds = _ask(slack, "/action rounds 2.3.4")
    assert "15 Dec 2016: 16 of 20 cases, 80%: met" in rounds
    assert "Next round due 30 Nov 2017" in rounds
    assert "result 16 of 20 cases (due 30 Nov 2016)" in _ask(slack, "/action history 2.3.4")
    assert "2.3.4 result 16 of 20 cases (due 30 Nov 2016)" in _ask(slack, "/plan changes since 14 Dec")
    assert "2.3.4 20 case audits: 16 of 20 cases, 80%: met" in _ask(slack, "/kpi board")
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_result_is_undone_and_the_date_comes_back(slack_on_both: Running) -> None:
    slack = slack_on_both
    answer = slack.ask(COORDINATOR, "/action result 2.3.4 16 of 20")
    slack.press(COORDINATOR, answer, "undo")

    assert "No round is recorded yet" in _ask(slack, "/action rounds 2.3.4")
    assert "due 30 Nov 2016" in _ask(slack, "/action status 2.3.4")
    assert "result withdrawn" in _ask(slack, "/action history 2.3.4")
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_second_result_is_asked_about_and_its_day_puts_the_first_right(slack: Running) -> None:
    _ask(slack, "/action result 2.3.4 16 of 20")
    again = _ask(slack, "/action result 2.3.4 14 of 20")
    assert "The last round of 2.3.4 was recorded for 15 Dec 2016" in again
    assert "recorded nothing" in again

    assert "14 of 20 cases, 70%: not met" in _ask(slack, "/action result 2.3.4 14 of 20 for 15/12/2016")
    rounds = _ask(slack, "/action rounds 2.3.4")
    assert "14 of 20" in rounds
    assert "16 of 20" not in rounds
    assert "16 of 20" in _ask(slack, "/action history 2.3.4")


def test_which_of_two_measures_is_asked(slack: Running) -> None:
    asked = slack.ask(COORDINATOR, "/action result 1.3 45 of 50: two had no letter")
    assert "1.3 counts 2 things" in asked.text
    assert "Nothing is recorded yet" in asked.text
    slack.press(COORDINATOR, asked, "ask_1")

    assert "45 of 50 referrals, 90%: not met (100%)" in _ask(slack, "/action rounds 1.3")
    history = _ask(slack, "/action history 1.3")
    assert "two had no letter" in history
    assert history.count("result ") == 1


def test_each_measure_has_its_own_rounds(slack: Running) -> None:
    """Supervision every 4 to 6 weeks, its audit twice a year: the action is due when the first of them is."""
    _ask(slack, "/action result 2.3.3 17 of 18 practitioners")
    rounds = _ask(slack, "/action rounds 2.3.3")
    assert "Next round due 26 Jan 2017" in rounds
    assert "First round due 31 Jul 2016, 137 days overdue" in rounds
    assert "due 31 Jul 2016" in _ask(slack, "/action status 2.3.3")

    _ask(slack, "/action result 2.3.3 18 of 18 observations")
    assert "due 26 Jan 2017" in _ask(slack, "/action status 2.3.3")


def test_a_sample_without_a_pass_mark_has_no_verdict(slack: Running) -> None:
    answer = _ask(slack, "/action result 1.2 44 of 48 cases")
    assert "not judged, the plan gives no pass mark" in answer
    assert "The plan asks for a sample of 50; this was 48." in answer


def test_a_survey_is_one_round_and_a_figure_of_its_kpi(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action result 1.9 62 of 100: sent to 100")
    assert "62%: met (at least 60%)" in answer.text
    assert "The action stays open" in answer.text
    assert "62%" in _ask(slack, "/kpi threshold survey")
    slack.press(COORDINATOR, answer, "ask_0")
    assert "complete, recorded on 15 Dec 2016" in _ask(slack, "/action status 1.9")


def test_undo_takes_the_figure_back_too(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/action result 1.9 62 of 100")
    slack.press(COORDINATOR, answer, "undo")
    assert "62%" not in _ask(slack, "/kpi threshold survey")
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []


def test_a_rise_is_judged_over_the_rounds(slack: Running) -> None:
    first = _ask(slack, "/action result 1.1 80 of 100 Q1 2016/17")
    assert "the first, to be bettered in 4 rounds" in first
    second = _ask(slack, "/action result 1.1 85 of 100 Q2 2016/17")
    assert "went the right way in 1 of 4 rounds so far" in second
    assert "MASH response times" in second
    assert "85%" in _ask(slack, "/kpi mash timeliness")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/action result 2.3.4 22 of 20", "22 of 20 can't be"),
        ("/action result 2.3.4 0 of 0", "at least one"),
        ("/action result 2.3.4 16 of 20 files", "I can't read “files”. 2.3.4 counts “cases”"),
        ("/action result 2.3.4 sixteen", "“sixteen” is not a count"),
        ("/action result 2.3.4 16 of 20 2016/17", "ends on 31 Mar 2017"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(slack: Running, line: str, said: str) -> None:
    assert said in _ask(slack, line)
    assert "No round is recorded yet" in _ask(slack, "/action rounds 2.3.4")


def test_a_result_by_somebody_else_is_kept_as_a_comment(slack: Running) -> None:
    answer = slack.ask(CHAIR, "/action result 2.3.4 16 of 20: seen in the report").text
    assert "Recorded as a comment" in answer
    assert "No round is recorded yet" in _ask(slack, "/action rounds 2.3.4")


def test_a_form_asks_what_was_counted(slack: Running) -> None:
    rounds = slack.ask(COORDINATOR, "/action rounds 1.3")
    assert slack.fill_form(COORDINATOR, rounds, "round_form", count="50 of 50") == {
        "measure": "Choose what was counted."
    }
    assert slack.fill_form(COORDINATOR, rounds, "round_form", measure="0", count="fifty") == {
        "count": "Give a count, such as 16 of 20."
    }
    slack.press_button(COORDINATOR, rounds, *controls(rounds.blocks, "round_form")[0])
    filled = {"measure": "0", "count": "50 of 50", "date": "2016-12-01", "note": "all seen"}
    assert slack.send_form(COORDINATOR, **filled) == {}

    again = _ask(slack, "/action rounds 1.3")
    assert "1 Dec 2016: 50 of 50 audited cases, 100%: met" in again


def test_the_rounds_are_in_the_plan_as_json(slack: Running) -> None:
    _ask(slack, "/action result 2.3.4 14 of 20")
    with reading(slack.engine) as session:
        plan = plans.plan_by_code(session, "jtai2016")
        assert plan is not None
        rows = plans.actions_of(session, plan)
        shown = plans.plan_as_json(plan, rows, rounds=rounds_as_json(session, rows))
    held = {one["ref"]: one["rounds"] for one in shown["actions"]}
    [one] = held["2.3.4"]
    assert (str(one["due"]), one["n"], one["of"], one["passed"]) == ("2016-11-30", 14, 20, False)
    assert held["2.3.5"] == []


def test_a_rhythm_goes_with_the_words_or_is_set(slack: Running) -> None:
    _ask(slack, "/action edit 2.3.5 measure: New templates audited every six months, 80% of files right")
    assert "6-monthly" in _ask(slack, "/action status 2.3.5")
    assert "“often” is no rhythm" in _ask(slack, "/action edit 2.3.5 rhythm: often")
    _ask(slack, "/action edit 2.3.5 rhythm: every 6 weeks")
    assert "The next round is due" in _ask(slack, "/action result 2.3.5 8 of 10 files")
    _ask(slack, "/action edit 2.3.5 rhythm: once")
    assert "every 6 weeks" not in _ask(slack, "/action status 2.3.5").split("Last update")[0]


def test_a_lead_has_the_button_on_the_card(slack: Running) -> None:
    mine = slack.ask(LEAD, "/action mine")
    assert "round_form" in json.dumps(mine.blocks)
