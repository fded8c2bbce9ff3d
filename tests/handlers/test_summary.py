"""The chair's picture: the plan's counts against a month ago, what matters most, who is silent, a chart."""

from tests.cast import CHAIR, COORDINATOR, LEAD
from tests.conftest import Running


def test_the_summary_compares_with_a_month_ago_and_names_what_matters(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/t")
    slack.ask(LEAD, "/action update 2.2.1 blocked: the survey comes first")
    slack.ask(COORDINATOR, "/action due 2.3.1 31/03/2017: cohort starts in January")
    text = slack.ask(CHAIR, "/plan summary").text

    assert "Since 15 Nov 2016: 1 complete (1 more), 11 overdue (3 more)" in text
    assert "1 blocked (1 more), 24 not assessed (no change), 0 signed off (no change)." in text
    assert "Dates moved: 1 action, by 121 days later on average." in text
    [first, *_] = text.partition("What matters most\n")[2].splitlines()
    assert first.startswith("• 2.2.3 FWi prompts for SMART action planning: due Jul 2016, 137 days overdue")
    assert "By section: 1: 0 of 9 complete, 2 overdue;" in text
    assert "; 2.3: 1 of 5 complete" in text


def test_who_is_silent_is_named_once_the_plan_is_old_enough(slack: Running) -> None:
    slack.ask(LEAD, "/action note 2.3.1: cohort chosen")
    slack.sandbox.clock.move("2017-01-10")
    text = slack.ask(CHAIR, "/plan summary").text

    assert "No update for 30 days: " in text
    assert "Principal Social Worker" not in text.partition("No update for 30 days: ")[2].splitlines()[0]


def test_the_sections_are_a_chart_and_words(slack: Running) -> None:
    answer = slack.ask(CHAIR, "/plan summary")
    [chart] = slack.press(CHAIR, answer, "plan_chart")
    drawn = next(one for one in chart.blocks if one["type"] == "data_visualization")

    assert [one["name"] for one in drawn["chart"]["series"]] == ["Complete", "Overdue", "Other"]
    assert "JTAI 2016 by section at 15 Dec 2016:" in chart.text
    assert "2.3: 0 of 5 complete, 4 overdue: Supervision" in chart.text
    slack.sandbox.space.unsupported_blocks = frozenset({"data_visualization"})
    [words] = slack.press(CHAIR, answer, "plan_chart")
    assert "2.3: 0 of 5 complete, 4 overdue: Supervision" in words.text


def test_overdue_names_each_action_with_its_people(slack: Running) -> None:
    text = slack.ask(CHAIR, "/plan overdue").text

    assert (
        f"• 2.2.3 FWi prompts for SMART action planning, 137 days: Principal Social Worker (<@{LEAD}>" in text
    )
    assert "(no person set)" in text


def test_the_plan_is_shown_as_it_stood_on_a_past_day(slack: Running) -> None:
    slack.ask(LEAD, "/action update 2.3.5 complete: issued https://example.org/t")
    before = slack.ask(CHAIR, "/plan summary at 31 October 2016").text
    assert "JTAI 2016 at 31 Oct 2016: 24 actions: 0 complete, 8 overdue" in before
    assert "2.3: 0 of 5 complete" in before
    assert "1 of 5 complete" in slack.ask(CHAIR, "/plan summary").text

    overdue = slack.ask(CHAIR, "/plan overdue at 31/10/2016").text
    assert "8 of 24 overdue in JTAI 2016, 31 Oct 2016." in overdue
    assert "• 2.3.5 Supervision templates, 31 days: " in overdue
    # In one's own words too.
    assert "at 31 Oct 2016" in slack.ask(CHAIR, "/plan how did we stand on 31 October 2016").text


def test_of_a_day_before_the_plan_or_to_come_nothing_is_known(slack: Running) -> None:
    assert "was approved on" in slack.ask(CHAIR, "/plan summary at 1 May 2016").text
    assert "has not come yet" in slack.ask(CHAIR, "/plan overdue at 1 May 2017").text
