"""Stories 19 to 25, as a manager types them: a figure never without its date, target, gap and source."""

from collections.abc import Callable, Iterator

import pytest

from tests.cast import CHAIR, COORDINATOR, LEAD, YEAR_END
from tests.conftest import Running, no_nudges, run_bot


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot in June 2019, when the year's figures are known."""
    with run_bot(copy_of("sqlite", True), YEAR_END) as running:
        yield no_nudges(running)


# Each fact of the story, as it has to stand in the answer.
STORIES = {
    "camhs 12 weeks": [
        "34%: CAMHS seen within 12 weeks, at 31 Mar 2019.",
        "Target: at least 75%: not met, 41 points below.",
        "One value held, so no trend.",
        "CAMHS referrals a month 697, 2018/19, up 23% from 566 (2017/18)",
        "Source: PAQA annual report 2018/19",
    ],
    "camhs": ["34%: CAMHS seen within 12 weeks", "41 points below", "697, 2018/19"],
    "looked after": [
        "780: Looked-after children, at 31 Mar 2019. Up 13% from 690 (at 31 Mar 2018).",
        "No target (contextual)",
        "below the national average",
        "577 (30 Sep 2015)",
        "514 (31 Mar 2015)",
        "Dates are irregular: no trend test.",
    ],
    "caseload": [
        "20: Family Support average caseload per worker",
        "South 22 (not met, 8 above), Central 18 (not met, 4 above), North 20 (not met, 6 above)",
        "Target: at most 14: not met, 6 above; not met in any area.",
        "whatever their hours: a low estimate",
    ],
    "return interviews": [
        "Return interviews held, Apr to Sep 2015.",
        "Known to CSC: yes 90.4%, no 93.8%.",
        "Return interviews within 72 hours, Apr to Sep 2015.",
        "yes 53% (not met, 47 points below), no 37.4% (not met, 62.6 points below)",
        "Target: at least 100%: not met in any.",
    ],
    "cp increase by age": [
        "0-4 64%, 5-10 167%, 11-15 216%, 16-17 210%",
        "Caution: The age table mixes two kinds of figure",
        "177 cannot sit with 85 for girls and 66 for boys",
        "115 for over 10s and 65 for under 10s",
    ],
    "neglect": [
        "70%: Child protection plans for neglect, at 31 Mar 2019. Up 14 points from 56% (at 31 Mar 2015).",
        "statistical neighbours 47% (2013/14), national 43% (2013/14)",
        "Also:",
        "22.5%, 2014/15",
    ],
}


@pytest.mark.parametrize("name", STORIES)
def test_a_manager_gets_the_facts_and_nothing_bare(slack: Running, name: str) -> None:
    told = slack.ask(CHAIR, f"/kpi {name}").text

    assert [fact for fact in STORIES[name] if fact not in told] == [], told
    assert "Source: " in told


def test_cin_cases_without_a_worker_are_told_by_area(slack: Running) -> None:
    told = slack.ask(LEAD, "/kpi cin unallocated").text

    assert "South 37, Central 17, North 7" in told


def test_an_old_figure_says_how_old_it_is(slack: Running) -> None:
    assert "years old" not in slack.ask(LEAD, "/kpi fathers attending conferences").text
    slack.sandbox.clock.move("2026-11-20")
    told = slack.ask(LEAD, "/kpi fathers attending conferences").text

    assert "44%: Fathers attending child protection conferences, 2018/19." in told
    assert "Over seven years old; no later value held." in told


def test_what_nothing_matches_gets_the_closest(slack: Running) -> None:
    answer = slack.ask(LEAD, "/kpi xyz")
    assert "No KPI matches “xyz”. Closest:" in answer.text
    [told] = slack.press(LEAD, answer, "ask_0") or [answer]
    assert "Source: " in told.text
    # A slip of the hand is no other name.
    assert "CAMHS seen within 12 weeks" in slack.ask(LEAD, "/kpi cahms").text


def test_the_board_sees_what_is_judged_first_and_what_nobody_can_judge_last(slack: Running) -> None:
    told = slack.ask(CHAIR, "/kpi board").text

    order = [
        "Not met (",
        "For information; no target (",
        "No target set (",
    ]
    places = [told.index(one) for one in order]
    assert places == sorted(places)
    assert "CAMHS seen within 12 weeks · 34% (31 Mar 2019) · target at least 75% · 41 points below" in told


@pytest.mark.parametrize(
    ("which", "has", "has_not"),
    [
        ("off target", "CAMHS seen within 12 weeks", "Looked-after children"),
        ("no target", "Looked-after children", "CAMHS seen within 12 weeks"),
        ("no baseline", "CAMHS seen within 12 weeks", "Unaccompanied"),
    ],
)
def test_some_of_them_are_listed(slack: Running, which: str, has: str, has_not: str) -> None:
    told = slack.ask(COORDINATOR, f"/kpi list {which}").text

    assert has in told
    assert has_not not in told


def test_a_filter_that_is_none_is_told_so(slack: Running) -> None:
    assert (
        "is not one of off target, within tolerance, met, stale, no target, no baseline"
        in slack.ask(LEAD, "/kpi list purple").text
    )


def test_every_figure_ever_held_is_told_with_its_source(slack: Running) -> None:
    told = slack.ask(LEAD, "/kpi history looked after").text

    assert told.count("(recorded ") == 11
    assert "at 31 Mar 2019: 780, final" in told


def test_an_action_is_told_with_the_figures_that_are_linked_to_it(slack: Running) -> None:
    told = slack.ask(LEAD, "/action status 3.1.1").text

    assert (
        "KPI: Family Support average caseload per worker 20, at 31 Oct 2015, target at most 14: not met"
        in told
    )
    past = slack.ask(LEAD, "/action status 3.1.1 at 2019-06-13").text
    assert "KPI:" not in past
    assert "no values recorded" not in past


def test_nothing_is_told_before_it_was_known(slack_on_both: Running) -> None:
    slack = slack_on_both

    assert "CAMHS seen within 12 weeks: no figure recorded" in slack.ask(LEAD, "/kpi camhs 12 weeks").text
    looked_after = slack.ask(LEAD, "/kpi looked after").text
    assert "577: Looked-after children, at 30 Sep 2015" in looked_after
    assert "780" not in looked_after
    assert "2019" not in slack.ask(LEAD, "/kpi board").text
    assert "2019" not in slack.ask(LEAD, "/kpi history looked after").text


def test_a_kpi_is_told_as_it_was_known_on_a_day(slack: Running) -> None:
    told = slack.ask(CHAIR, "/kpi looked after at 15 Dec 2016").text

    assert "As it was known on 15 Dec 2016" in told
    assert "577: Looked-after children, at 30 Sep 2015" in told
    assert "780" not in told
    slack.ask(COORDINATOR, "/kpi record looked after 600 31 Mar 2017: found later")
    assert "600" not in slack.ask(CHAIR, "/kpi looked after at 1 May 2017").text
    assert "600" in slack.ask(CHAIR, "/kpi looked after").text
    assert "no figure was known on 1 Nov 2015" in slack.ask(CHAIR, "/kpi looked after at 2015-11-01").text
    assert "Choose a day that has been" in slack.ask(CHAIR, "/kpi looked after at 2020-01-01").text


def test_a_revised_figure_is_told_as_it_was_before_the_revision(slack: Running) -> None:
    slack.sandbox.clock.move("2019-07-01")
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 35% 31 Mar 2019: checked")

    assert "34%: CAMHS" in slack.ask(CHAIR, "/kpi camhs 12 weeks at 20 June 2019").text
    assert "35%: CAMHS" in slack.ask(CHAIR, "/kpi camhs 12 weeks").text


@pytest.mark.parametrize(
    ("words", "head"),
    [
        ("red", "off target"),
        ("off target", "off target"),
        ("stale", "stale"),
        ("green", "met"),
        ("no target", "no target"),
    ],
)
def test_words_for_a_state_are_a_list_and_no_kpi(slack: Running, words: str, head: str) -> None:
    told = slack.ask(CHAIR, f"/kpi {words}").text

    assert f", {head} at 14 Jun 2019" in told or f"No KPI is “{head}”" in told


def test_another_measure_is_never_told_in_place_of_the_one_that_was_named(slack: Running) -> None:
    told = slack.ask(CHAIR, "/kpi re-referrals").text
    assert "No KPI matches “re-referrals”. Closest:" in told

    both = slack.ask(CHAIR, "/kpi camhs waiting times").text
    assert "CAMHS seen within 12 weeks" in both
    assert "CAMHS waiting time in weeks" in both


def test_the_source_of_a_figure_is_its_own(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record looked after 800 31 May 2019: weekly list")
    told = slack.ask(CHAIR, "/kpi looked after").text

    assert f"Source: recorded by <@{COORDINATOR}> on 14 Jun 2019" in told
    assert "Note: weekly list" in told
    assert "PAQA" not in told
    assert "published 3 Jun 2019" in slack.ask(CHAIR, "/kpi camhs 12 weeks").text
