"""Charts and tables: as Slack draws them, the next best thing where it will not, and always in words."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlmodel import select

from db import kpis
from db.engine import writing
from db.models import Comparator, Observation
from messages import charts
from sandbox.faults import Fault
from sandbox.workspace import Message
from tests.cast import BOARD_CHANNEL, LEAD, NOW, SCHOOL_CHANNEL, YEAR_END
from tests.conftest import Running, no_nudges, run_bot


@pytest.fixture
def slack(copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot in June 2019, when the year's figures are known."""
    with run_bot(copy_of("sqlite", True), YEAR_END) as running:
        yield no_nudges(running)


def _pressed(slack: Running, question: str, action: str, channel: str | None = None) -> list[Message]:
    return slack.press(LEAD, slack.ask(LEAD, question, channel), action)


def _kinds(message: Message) -> list[str]:
    return [block["type"] for block in message.blocks]


def test_a_chart_has_its_target_and_comparators_and_is_told_in_words(slack: Running) -> None:
    [told] = _pressed(slack, "/kpi neglect plans", "kpi_chart")
    drawn = told.blocks[0]

    assert drawn["type"] == "data_visualization"
    assert drawn["chart"]["type"] == "line"
    assert [one["name"] for one in drawn["chart"]["series"]] == [
        "Value",
        "statistical neighbou",
        "national 2013/14",
    ]
    assert "Shown (%): 31 Mar 2015: 56, 31 Mar 2019: 70." in told.text
    assert "irregular" not in told.text
    assert "Source: " in told.text


def test_irregular_dates_are_no_line(slack: Running) -> None:
    [told] = _pressed(slack, "/kpi looked after", "kpi_chart")

    assert told.blocks[0]["chart"]["type"] == "bar"
    assert "The periods are irregular, so the bars are evenly spaced but their dates are not." in told.text


def test_one_value_is_told_and_not_drawn(slack: Running) -> None:
    with writing(slack.engine) as session:
        kpi = kpis.kpi_by_code(session, "cp-neglect")
        assert kpi is not None
        for row in session.exec(select(Observation).where(Observation.kpi_id == kpi.id)):
            if row.period_end < date(2019, 1, 1):
                session.delete(row)
    [told] = _pressed(slack, "/kpi neglect plans", "kpi_chart")

    assert "data_visualization" not in _kinds(told)
    assert "A chart needs two figures at least." in told.text
    assert "70%" in told.text


def test_parts_are_bars_beside_the_target(slack: Running) -> None:
    [told] = _pressed(slack, "/kpi caseload", "kpi_chart")

    assert told.blocks[0]["chart"]["type"] == "bar"
    assert told.blocks[0]["chart"]["axis_config"]["categories"] == ["South", "Central", "North"]
    assert "Target 14" in told.text


def test_a_table_has_every_figure_with_its_source(slack: Running) -> None:
    [told] = _pressed(slack, "/kpi looked after", "kpi_table")
    table = told.blocks[0]

    assert table["type"] == "data_table"
    assert len(table["rows"]) == 12
    assert [cell["text"] for cell in table["rows"][1]][:4] == ["at 31 Mar 2019", "all", "780", "final"]
    assert "at 31 Mar 2019 780; at 31 Mar 2018 690" in told.text


@pytest.mark.parametrize(
    ("undrawn", "shows"),
    [({"data_table"}, "table"), ({"data_table", "table"}, "section")],
)
def test_where_slack_has_no_such_table_an_older_one_or_text_is_told(
    slack: Running, undrawn: set[str], shows: str
) -> None:
    slack.sandbox.space.unsupported_blocks = frozenset(undrawn)
    [told] = _pressed(slack, "/kpi looked after", "kpi_table")

    assert _kinds(told)[0] == shows
    assert "780" in told.text
    assert "690" in told.text


def test_where_slack_draws_no_chart_a_picture_is_sent_to_whoever_asked(slack: Running) -> None:
    slack.sandbox.space.unsupported_blocks = frozenset({"data_visualization"})
    space = slack.sandbox.space
    answer = slack.ask(LEAD, "/kpi looked after")
    before = len(space.messages)
    slack.press(LEAD, answer, "kpi_chart")
    # Two come of it, and the press waits for the first alone.
    while len(space.messages) < before + 2:
        version = space.version
        assert len(space.messages) >= before + 2 or space.wait_past(version)
    picture, word = space.messages[before:]

    assert picture.channel == space.direct(LEAD).id
    assert picture.blocks[0]["type"] == "image"
    assert "31 Mar 2019: 780" in picture.blocks[0]["alt_text"]
    [upload] = space.files.values()
    assert upload.content.startswith(b"\x89PNG")
    assert "I've sent you a picture in a direct message" in word.text


def test_where_not_even_a_picture_can_be_sent_it_is_told_in_words(slack: Running) -> None:
    slack.sandbox.space.unsupported_blocks = frozenset({"data_visualization", "image"})
    [told] = _pressed(slack, "/kpi looked after", "kpi_chart")

    assert "31 Mar 2019: 780" in told.text


@pytest.mark.parametrize("action", ["kpi_chart", "kpi_table"])
@pytest.mark.parametrize("undrawn", [set[str](), {"data_visualization", "data_table"}])
def test_no_chart_and_no_table_is_a_way_round_to_a_small_count(
    slack: Running, action: str, undrawn: set[str]
) -> None:
    slack.sandbox.space.unsupported_blocks = frozenset(undrawn)
    for channel, shown in ((SCHOOL_CHANNEL, False), (BOARD_CHANNEL, True)):
        told = _pressed(slack, "/kpi threshold audit below", action, channel)
        said = " ".join(f"{one.text} {one.blocks}" for one in told)
        assert ("fewer than 6" in said) is not shown
        assert (("Value': 4" in said) or (" 4" in said)) is shown, said


def test_where_a_picture_cannot_be_drawn_the_words_still_come(
    slack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.sandbox.space.unsupported_blocks = frozenset({"data_visualization"})

    def fail(_: charts.Plot) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(charts, "picture", fail)
    [told] = _pressed(slack, "/kpi looked after", "kpi_chart")

    assert "31 Mar 2019: 780" in told.text


def test_levels_whose_names_begin_alike_are_told_apart(slack: Running) -> None:
    names = [f"Statistical neighbours {which}" for which in ("mean", "median", "best", "worst", "all", "few")]
    with writing(slack.engine) as session:
        kpi = kpis.kpi_by_code(session, "lac-number")
        assert kpi is not None
        session.add_all(Comparator(kpi_id=kpi.id, name=name, year="2018/19", value=700) for name in names)
    [told] = _pressed(slack, "/kpi looked after", "kpi_chart")
    series = [one["name"] for one in told.blocks[0]["chart"]["series"]]

    assert len(series) == 6
    assert len(set(series)) == 6
    assert max(map(len, series)) <= 20
    assert all("2018/19" in name for name in series[1:])


def test_a_long_table_is_cut_where_slack_ends_and_says_so(slack: Running) -> None:
    with writing(slack.engine) as session:
        kpi = kpis.kpi_by_code(session, "lac-number")
        assert kpi is not None
        for year in range(1860, 2010):
            ends = date(year, 3, 31)
            source = "A report. " * 30
            row = Observation(
                kpi_id=kpi.id or 0,
                period_start=ends,
                period_end=ends,
                value=600,
                source=source,
                recorded_at=NOW,
            )
            session.add(row)
    [told] = _pressed(slack, "/kpi looked after", "kpi_table")
    table = told.blocks[0]

    assert table["type"] == "data_table"
    assert len(table["rows"]) <= 101
    assert sum(len(str(cell["text"])) for row in table["rows"] for cell in row) < 10_000
    assert "more: `/kpi history lac-number`" in told.text


def test_a_small_count_is_not_written_into_a_direct_message(slack: Running) -> None:
    """Where Slack takes an answer of the board's channel in no other place."""
    answer = slack.ask(LEAD, "/kpi threshold audit below", BOARD_CHANNEL)
    slack.sandbox.space.faults.order("response_url", *[Fault(error="expired_url")] * 4)
    slack.sandbox.space.faults.order("chat.postEphemeral", *[Fault(error="not_in_channel")] * 4)
    told = slack.press(LEAD, answer, "kpi_table")

    assert {one.channel for one in told} == {slack.sandbox.space.direct(LEAD).id}
    assert "Please ask there again" in told[0].text
    assert " 4" not in " ".join(one.text for one in told)


def test_a_picture_is_a_png_whatever_it_shows() -> None:
    bars = charts.Plot("Title", "%", ("South", "North"), (10.0, 0.0), (("Target", 14.0),), over_time=False)
    line = charts.Plot("Title", "number", tuple(f"{n}" for n in range(20)), tuple(map(float, range(20))))
    alone = charts.Plot("Title", "number", ("2018/19",), (-3.5,))
    nothing = charts.Plot("Title", "children", ("2017/18", "2018/19"), (0.0, 0.0))

    for drawn in (bars, line, alone, nothing):
        assert charts.picture(drawn).startswith(b"\x89PNG")
