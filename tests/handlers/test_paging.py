"""Lists page: *Next* and *Earlier* redraw an answer that one person sees, and never one that all see."""

from tests.cast import CHAIR, COORDINATOR, LEAD, YEAR_END
from tests.conftest import Running, controls


def test_a_long_list_of_kpis_is_paged_by_its_buttons(slack: Running) -> None:
    slack.sandbox.clock.set(YEAR_END)
    answer = slack.ask(COORDINATOR, "/kpi list no target")
    assert "Page 1 of 2." in answer.text
    slack.press(COORDINATOR, answer, "page_1")

    assert "Page 2 of 2." in answer.text
    assert controls(answer.blocks, "page_1") == []
    slack.press(COORDINATOR, answer, "page_0")
    assert "Page 1 of 2." in answer.text


def test_a_page_can_be_typed_and_its_words_are_no_words_of_a_note(slack: Running) -> None:
    slack.sandbox.clock.set(YEAR_END)
    assert "Page 2 of 2." in slack.ask(CHAIR, "/kpi list no target page 2").text
    slack.ask(LEAD, "/action note 2.3.5: see the minutes, page 2")
    assert "see the minutes, page 2" in slack.ask(LEAD, "/action history 2.3.5").text


def test_in_a_shared_list_the_next_page_is_for_the_one_who_turns_it(slack: Running) -> None:
    slack.sandbox.clock.set(YEAR_END)
    answer = slack.ask(COORDINATOR, "/kpi list no target")
    slack.press(COORDINATOR, answer, "share")
    shared = slack.sandbox.space.messages[-1]
    [page] = slack.press(CHAIR, shared, "page_1")

    assert page.only_for == CHAIR
    assert "Page 2 of 2." in page.text
    assert "Page 1 of 2." in shared.text


def test_the_board_of_kpis_is_a_line_each_and_a_table(slack: Running) -> None:
    slack.sandbox.clock.set(YEAR_END)
    answer = slack.ask(CHAIR, "/kpi board")
    line = next(one for one in answer.text.splitlines() if "CAMHS seen within 12 weeks" in one)
    assert "target" in line
    assert "below" in line
    [table] = slack.press(CHAIR, answer, "kpi_board_table")
    block = next(one for one in table.blocks if one["type"] == "data_table")
    assert [cell["text"] for cell in block["rows"][0]] == ["KPI", "Value", "When", "Target", "Gap", "Trend"]
    assert "KPIs in the table" in table.text
