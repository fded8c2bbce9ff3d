"""Figures in and out: recorded in a line or by form, checked, revised, taken back; files both ways."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from db import audit_chain, audit_log, kpis
from db.engine import reading, writing
from db.models import Entry, Kpi, Observation, Target, TargetType, Unit
from sandbox.workspace import Message
from tests.cast import A_YEAR_LATER, CHAIR, COORDINATOR, DEPUTY, LEAD
from tests.conftest import Program, Running, no_nudges, run_bot

RECORD = "/kpi record camhs 12 weeks 36% 2019/20: annual report"


@pytest.fixture
def slack(kind: str, copy_of: Callable[[str, bool], str]) -> Iterator[Running]:
    """The bot in June 2020, when the year 2019/20 has ended."""
    with run_bot(copy_of(kind, True), A_YEAR_LATER) as running:
        yield no_nudges(running)


def _own(slack: Running) -> None:
    """Make the sample's lead the owner of what follows."""
    slack.ask(
        COORDINATOR,
        '/plan role set "Chair of Performance, Audit and Quality Assurance Sub-Group of OSCB" '
        "@lead deputy @deputy",
    )


def _held(slack: Running, code: str) -> list[Observation]:
    with reading(slack.engine) as session:
        found = kpis.kpi_by_code(session, code)
        assert found is not None
        return kpis.all_figures(session, found)


def test_one_line_records_a_figure_and_says_what_it_says(slack: Running) -> None:
    told = slack.ask(COORDINATOR, RECORD).text

    assert "Recorded: CAMHS seen within 12 weeks 36%, at 31 Mar 2020, final." in told
    assert "target at least 75%: not met, 39 points below" in told
    newest = _held(slack, "camhs-12-weeks")[0]
    assert (newest.value, newest.note, newest.recorded_by) == (36, "annual report", COORDINATOR)
    with reading(slack.engine) as session:
        assert audit_chain.verify(session).fault is None


@pytest.mark.parametrize(("person", "may"), [(LEAD, True), (DEPUTY, True), (CHAIR, False)])
def test_the_owner_a_deputy_or_a_coordinator_records(slack: Running, person: str, may: bool) -> None:
    _own(slack)
    told = slack.ask(person, RECORD).text

    assert ("Recorded:" in told) is may
    assert ("Only Chair of Performance" in told) is not may
    assert len(_held(slack, "camhs-12-weeks")) == 1 + may


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("caseload 15 2016 area South", "at 31 Dec 2016"),
        ("looked after 790 31 Mar 2020", "790, at 31 Mar 2020"),
        ("camhs referrals 700 2019/20", "700, 2019/20"),
        ("school nurse referrals 70 Apr-Sep 2019", "70, Apr to Sep 2019"),
        ("school nurse referrals 71 Q2 2019/20", "71, Jul to Sep 2019"),
        ("school nurse referrals 71 July 2019", "71, Jul 2019"),
        ("school nurse referrals 71 Jul-19", "71, Jul 2019"),
        ("school nurse referrals x July 2019", "not available, Jul 2019"),
        ("school nurse referrals <5 July 2019", "confidential, Jul 2019"),
        ("school nurse referrals 71 July 2019 provisional: early figure", "Jul 2019, provisional"),
        ("CAMHS waiting time in weeks 28 weeks 31 Mar 2020", "28 weeks, at 31 Mar 2020"),
        ("camhs 12 weeks 45 % 2019/20", "45%, at 31 Mar 2020"),
    ],
)
def test_a_period_as_people_write_it(slack: Running, line: str, told: str) -> None:
    assert told in slack.ask(COORDINATOR, f"/kpi record {line}").text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("camhs 12 weeks", "PERIOD is missing. Use `/kpi record NAME VALUE PERIOD"),
        ("camhs", "VALUE is missing"),
        ("camhs 12 weeks 36% sometime", "“sometime” is not a period, such as 2018/19"),
        ("camhs 12 weeks 36% sometime: in 45 schools", "“sometime” is not a period, such as 2018/19"),
        ("nothing like it 36% 2019/20", "No KPI matches"),
        ("return interviews 36% 2019/20", "is more than one KPI"),
        ("camhs 12 weeks 36% 2019/20: Jamie, aged 7", "nothing was recorded"),
        ("camhs 12 weeks 36% 2019/20 area 07700 900123", "nothing was recorded"),
        ("camhs 12 weeks 36% 9999/00", "“9999/00” is not a period, such as 2018/19"),
        ("camhs 12 weeks 36% 2019/20 area " + "x" * 101, "is too long for an area"),
        (
            "camhs 12 weeks 136% 2019/20",
            "Not recorded: 136% at 31 Mar 2020 is not possible: a percentage is from 0 to 100",
        ),
        ("camhs 12 weeks -4% 2019/20", "Not recorded: -4% at 31 Mar 2020 is not possible"),
        (
            "camhs 12 weeks 36% 2020/21",
            "Not recorded: the period ends on 31 Mar 2021, and it is 15 Jun 2020.",
        ),
        ("camhs 12 weeks 36% Q2 2019", "“Q2 2019” could be Apr-Jun 2019 or Q2 2019/20"),
        ("camhs 12 weeks 36% 2019/20 or 2018/19", "is not one date"),
        ("camhs 12 weeks 7,5 2019/20", "Not recorded: “7,5” could be 7.5 or 75"),
        ("camhs 12 weeks 36 weeks 2019/20", "is in weeks, but this KPI is a percentage"),
    ],
)
def test_what_is_not_understood_records_nothing(slack: Running, line: str, told: str) -> None:
    assert told in slack.ask(COORDINATOR, f"/kpi record {line}").text
    assert len(_held(slack, "camhs-12-weeks")) == 1


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("looked after 78 31 Mar 2020", "78 at 31 Mar 2020 is one 10th of the figure before it, 780"),
        ("camhs referrals 700 Apr-Sep 2019", "CAMHS referrals a month is annual, but"),
        ("camhs 12 weeks 3.6% 2019/20", "one 9.44th of"),
        (
            "camhs referrals 850 2019/20: published change +10%",
            "from 697 to 850 at 31 Mar 2020 is +22.0%, but the published change is +10%",
        ),
    ],
)
def test_arithmetic_asks_and_keeps_the_answer(slack: Running, line: str, asks: str) -> None:
    question = slack.ask(COORDINATOR, f"/kpi record {line}")
    assert "Nothing is recorded yet" in question.text
    assert asks in question.text
    with reading(slack.engine) as session:
        assert not [one for one in session.exec(select(Entry)) if one.who == COORDINATOR]

    slack.press(COORDINATOR, question, "kpi_confirm")
    assert "Recorded:" in question.text
    with reading(slack.engine) as session:
        [entry] = [one for one in session.exec(select(Entry)) if one.who == COORDINATOR]
    assert "Asked about and confirmed:" in entry.note


def test_a_revision_keeps_what_stood_before_and_undo_puts_it_back(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 33% 31 Mar 2019 provisional: early")
    told = slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 35% 31 Mar 2019: checked").text
    assert "35%, at 31 Mar 2019, final" in told
    history = slack.ask(LEAD, "/kpi history camhs 12 weeks").text
    assert [f"{value}%" in history for value in (34, 33, 35)] == [True] * 3
    assert history.count("replaced ") == 2

    assert "the figure of camhs-12-weeks" in slack.ask(COORDINATOR, "/action undo").text
    assert "33%: CAMHS" in slack.ask(LEAD, "/kpi camhs 12 weeks").text
    assert "(provisional)" in slack.ask(LEAD, "/kpi camhs 12 weeks").text


def test_a_figure_that_revises_a_final_one_says_so(slack: Running) -> None:
    assert "revised" in slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 35% 31 Mar 2019").text
    assert "is recorded already" in slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 35% 31 Mar 2019").text


def test_each_of_two_acts_is_taken_back_in_its_turn(slack: Running) -> None:
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 35% 31 Mar 2019: one")
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 36% 31 Mar 2019: two")
    for left in (35, 34):
        assert "Undone" in slack.ask(COORDINATOR, "/action undo").text
        assert f"{left}%: CAMHS" in slack.ask(LEAD, "/kpi camhs 12 weeks").text


@pytest.mark.parametrize(
    ("area", "breakdown", "note"),
    [
        ("Age: 5-10", "Age: 5-10", ""),
        ("5-10: from the panel", "Age: 5-10", "from the panel"),
        ("Age: 5-10: from the panel", "Age: 5-10", "from the panel"),
        ("North: from the panel", "Area: North", "from the panel"),
        ("Kind: new: from the panel", "Kind: new", "from the panel"),
    ],
)
def test_what_a_figure_is_of(slack: Running, area: str, breakdown: str, note: str) -> None:
    slack.ask(COORDINATOR, f"/kpi record CP increase by age 100 31 Mar 2016 area {area}")
    newest = max(_held(slack, "cp-increase-by-age"), key=lambda row: row.id or 0)

    assert (newest.breakdown, newest.value, newest.note) == (breakdown, 100, note)


def test_a_quarter_is_not_held_against_a_year(slack: Running) -> None:
    question = slack.ask(COORDINATOR, "/kpi record camhs referrals 180 Apr-Jun 2019")
    assert "CAMHS referrals a month is annual, but 1 Apr 2019 to 30 Jun 2019 is not a year" in question.text
    slack.press(COORDINATOR, question, "kpi_confirm")
    told = question.text

    assert "180, Apr to Jun 2019" in told
    assert "down" not in told


def test_undo_after_another_has_recorded_is_refused(slack: Running) -> None:
    _own(slack)
    slack.ask(LEAD, RECORD)
    slack.ask(COORDINATOR, "/kpi record camhs 12 weeks 37% 2019/20")

    assert "another figure was recorded since" in slack.ask(LEAD, "/action undo").text


def test_the_form_records_the_same_line(slack: Running) -> None:
    answer = slack.ask(COORDINATOR, "/kpi camhs 12 weeks")
    view = _opened(slack, COORDINATOR, answer)
    values = {
        "value": {"value": {"value": "36%"}},
        "period": {"period": {"value": "2019/20"}},
        "area": {"area": {"value": None}},
        "status": {"status": {"selected_option": {"value": "provisional"}}},
        "note": {"note": {"value": "annual report"}},
    }
    version = slack.sandbox.space.version
    assert slack.sandbox.users.submit(COORDINATOR, view, values) == {}
    slack.sandbox.space.wait_past(version + 1)
    newest = _held(slack, "camhs-12-weeks")[0]

    assert (newest.value, newest.status, newest.note) == (36, "provisional", "annual report")


def _opened(slack: Running, person: str, answer: Message) -> str:
    row = next(block for block in answer.blocks if block["type"] == "actions")
    wanted = next(one for one in row["elements"] if one["action_id"] == "kpi_record")
    slack.press_button(person, answer, row["block_id"], wanted)
    [view] = slack.sandbox.space.views_of(person)
    return view.id


FOUND = {
    "cp-increase-by-age: the overall figure at 31 Mar 2015 is 177": "Q01",
    "dv-notifications: from 2805 to 1922 at 31 Mar 2015 is -31.5%, but the published change is -31.3%": "Q02",
    "cases-audited: the parts by service at 31 Mar 2015 add up to 508, but the total is 614": "Q03",
    "kingfisher-children: the parts by status at 31 Mar 2015 add up to 75, but the total is 76": "Q04",
    "ei-to-cp-conversion: 18% at 31 Mar 2015 is 112 of 630 in cp-known-to-ei": "Q05",
    "fs-team-caseload: 578 of 3 makes 192.7": "Q09",
}


def test_of_the_documents_contradictions_arithmetic_finds_these_and_nothing_else(
    run: Program, tmp_path: Path
) -> None:
    run.on_samples()
    run("kpi", "export", str(tmp_path / "all.csv"), "--board")
    told = run("kpi", "import", str(tmp_path / "all.csv"), "--format", "json")
    doubts = json.loads(told.out)["doubts"]

    found = {name: [one for one in doubts if one.startswith(name)] for name in FOUND}
    assert {name: len(many) for name, many in found.items()} == dict.fromkeys(FOUND, 1)
    assert len(doubts) == len(FOUND)


def _book(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


HEAD = ["code", "name", "unit", "target", "target_type", "linked_actions"]
GIVEN = ["code", "period_start", "period_end", "breakdown", "value"]


def test_a_workbook_of_three_sheets_is_read_written_and_read_again(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    path = _book(
        tmp_path / "own.xlsx",
        definitions=[HEAD, ["turnover", "Staff turnover", "%", 15, "at_most", ""]],
        values=[
            GIVEN,
            ["turnover", "2018-04-01", "2019-03-31", "", 14.5],
            ["turnover", None, "2019-06-30", "", "c"],
        ],
        comparators=[["code", "comparator", "year", "value"], ["turnover", "national", "2018/19", 15.1]],
    )
    dry = run("kpi", "import", str(path), "--dry-run")
    assert "1 KPI would be added" in dry.out
    assert "no KPI has the code" in run("kpi", "show", "turnover").err
    assert "2 values and 1 comparator recorded" in run("kpi", "import", str(path)).out
    assert run("kpi", "import", str(path)).out.startswith("Nothing changed.")
    shown = json.loads(run("kpi", "show", "turnover", "--format", "json").out)
    assert [one["value"] for one in shown["values"]] == [14.5, None]
    assert [one["symbol"] for one in shown["values"]] == [None, "c"]
    assert shown["target"]["type"] == "at_most"
    out = tmp_path / "out.xlsx"
    run("kpi", "export", str(out))
    assert load_workbook(out).sheetnames == ["definitions", "values", "comparators"]
    assert run("kpi", "import", str(out)).out.startswith("Nothing changed.")


@pytest.mark.parametrize(
    ("definition", "value", "wrong"),
    [
        (["a", "A", "furlongs", None, None, ""], None, "row 2: unit “furlongs” is not one of %"),
        (["", "A", "%", None, None, ""], None, "row 2: code is missing"),
        (["a", "A", "%", None, "at_least", ""], None, "row 2: target is missing: at_least needs a number"),
        (["a", "A", "%", 5, "", ""], None, "row 2: target_type is missing: for the target 5"),
        (["a", "A", "%", "ten", "at_least", ""], None, "row 2: target “ten” is not a number"),
        (["a", "A", "%", "20-10", "range", ""], None, "must be a range"),
        (["a", "A", "%", None, None, ""], ["b", None, "2019-03-31", "", 1], "no KPI has the code “b”"),
        (
            ["a", "A", "%", None, None, ""],
            ["a", None, "soon", "", 1],
            'row 2: period_end "soon" cannot be read as a date',
        ),
        (["a", "A", "%", None, None, ""], ["a", None, "2019-03-31", "", None], "row 2: value is missing"),
        (["a", "A", "%", None, None, ""], ["a", "2019-04-01", "2019-03-31", "", 1], "is before period_start"),
        (
            ["a", "A", "weeks", None, None, ""],
            ["a", None, "2019-03-31", "", "7,5"],
            "row 2: value “7,5” could be 7.5 or 75",
        ),
        (
            ["a", "A", "%", None, None, ""],
            ["a", None, "2019-03-31", "", "12 weeks"],
            "is in weeks, but this KPI is a percentage",
        ),
        (
            ["a", "A", "%", None, None, ""],
            ["a", None, "2091-03-31", "", 12],
            "a: the period ends on 31 Mar 2091, and it is",
        ),
        (["a", "A", "%", None, None, ""], ["a", None, "Fri 31/03/2019", "", 12], "is a Sunday, not a Friday"),
    ],
)
def test_what_is_wrong_in_a_file_is_one_sentence_with_its_row(
    run: Program, tmp_path: Path, definition: list[object], value: list[object] | None, wrong: str
) -> None:
    run.on_empty_database()
    sheets: dict[str, list[Sequence[object]]] = {
        "definitions": [HEAD, definition],
        "values": [GIVEN, *([value] if value else [])],
    }
    told = run("kpi", "import", str(_book(tmp_path / "own.xlsx", **sheets)))

    assert told.code == 1
    assert wrong in told.err
    assert told.err.count("\n") == 1
    assert run("kpi", "list").out == ""


def test_cells_are_read_as_they_are_shown(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    definitions = [
        [*HEAD, "period_type"],
        ["share", "Share seen", "%", "", "", "", "flow"],
        ["held", "Plans held", "number", "", "", "", "snapshot"],
        ["policy", "Policy in place", "yes/no", "", "", "", "flow"],
    ]
    values: list[Sequence[object]] = [
        GIVEN,
        ["share", date(2019, 1, 1), date(2019, 1, 1), "", 0.71],
        ["share", None, "Feb-19", "", 0.705],
        ["share", "March 2019", "Mar 19", "", "72 %"],
        ["share", None, "2019-04-30", "", "low"],
        ["share", None, "2019-05-31", "", ".."],
        ["share", None, "2019-06-30", "", "to be confirmed"],
        ["held", None, "Jan-19", "", "1,204"],
        ["held", None, "Feb-19", "", "<5"],
        ["policy", None, "2018/19", "", "Yes"],
    ]
    path = _book(tmp_path / "own.xlsx", definitions=definitions, values=values)
    book = load_workbook(path)
    sheet = book["values"]
    for row in (2, 3):
        sheet.cell(row, 5).number_format = "0.0%" if row == 3 else "0%"
        for column in (2, 3):
            sheet.cell(row, column).number_format = "mmm-yy"
    book.save(path)
    told = json.loads(run("kpi", "import", str(path), "--format", "json").out)

    assert [one for one in told["doubts"] if "row 7" in one] == [
        "own.xlsx, values, row 7: “to be confirmed” is no figure: left out"
    ]
    run("kpi", "export", str(tmp_path / "out.csv"), "--board")
    with (tmp_path / "out-values.csv").open(encoding="utf-8-sig") as file:
        held = {
            (row["code"], row["period_start"], row["period_end"]): row["value"]
            for row in csv.DictReader(file)
        }
    assert held == {
        ("share", "2019-01-01", "2019-01-31"): "71.0",
        ("share", "2019-02-01", "2019-02-28"): "70.5",
        ("share", "2019-03-01", "2019-03-31"): "72.0",
        ("share", "2019-04-30", "2019-04-30"): "k",
        ("share", "2019-05-31", "2019-05-31"): "x",
        ("held", "2019-01-31", "2019-01-31"): "1204.0",
        ("held", "2019-02-28", "2019-02-28"): "c",
        ("policy", "2018-04-01", "2019-03-31"): "1.0",
    }


def test_a_place_that_is_given_twice_is_named(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    twice = [GIVEN, ("a", None, "2019-03-31", "", 1), ("a", None, "2019-03-31", "", 2)]
    path = _book(tmp_path / "own.xlsx", definitions=[HEAD, ("a", "A", "%", "", "", "")], values=twice)

    assert (
        "row 3: value is given twice for that period: row 2 has it too" in run("kpi", "import", str(path)).err
    )


def test_a_plan_that_comes_after_its_figures_is_linked_by_the_next_import(
    run: Program, tmp_path: Path
) -> None:
    run.on_empty_database()
    path = _book(tmp_path / "own.xlsx", definitions=[HEAD, ("a", "A", "%", "", "", "jtai2016:2.3.5")])
    assert "does not name one action" in run("kpi", "import", str(path)).out
    run("sample")
    assert "does not name one action" not in run("kpi", "import", str(path)).out
    assert "Supervision templates" in run("kpi", "show", "a").out


def test_one_csv_is_known_by_its_headings(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    for name, rows in {
        "d": [HEAD, ["a", "A", "%", "10-20", "range", "jtai2016:9.9"]],
        "v": [GIVEN, ["a", "2018-04-01", "2019-03-31", "", "15"]],
    }.items():
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    assert (
        "doubt: a: jtai2016:9.9 does not name one action" in run("kpi", "import", str(tmp_path / "d.csv")).out
    )
    assert "1 value" in run("kpi", "import", str(tmp_path / "v.csv")).out
    shown = json.loads(run("kpi", "show", "a", "--format", "json").out)

    assert (shown["judgement"], shown["target"]["type"]) == ("met", TargetType.RANGE)
    with (tmp_path / "x.csv").open("w") as file:
        file.write("one,two\n1,2\n")
    assert (
        "is neither a scorecard with a row for each indicator"
        in run("kpi", "import", str(tmp_path / "x.csv")).err
    )


def test_a_file_with_a_figure_that_cannot_be_is_refused_whole(run: Program, tmp_path: Path) -> None:
    run.on_empty_database()
    (tmp_path / "k-definitions.csv").write_text("code,name,unit\nseen,Children seen,%\n")
    (tmp_path / "k-values.csv").write_text(
        "code,period_start,period_end,value\nseen,2016-01-01,2016-06-30,80\nseen,2015-07-01,2015-12-31,136\n"
    )
    (tmp_path / "k-comparators.csv").write_text("code,comparator,year,value\n")
    ran = run("kpi", "import", str(tmp_path / "k.csv"))

    assert ran.code == 1
    assert "seen: 136% at 31 Dec 2015 is not possible" in ran.err
    assert run("kpi", "list").out == ""


def test_a_yes_or_no_has_no_gap_and_its_change_is_said_in_words(slack: Running) -> None:
    with slack.store.writing() as session:
        audit_log.take_write_lock(session)
        kpi = Kpi(code="policy", name="Policy in place", unit=Unit.YES_NO)
        kpi.targets.append(Target(type=TargetType.EQUAL, value=1))
        session.add(kpi)
    slack.ask(COORDINATOR, "/kpi record policy yes 2014/15")
    slack.ask(COORDINATOR, "/kpi record policy no 2015/16")
    told = slack.ask(LEAD, "/kpi policy").text

    assert "Before that yes (" in told
    assert "not met" in told
    assert "below" not in told
    assert "not met" in (listed := slack.ask(LEAD, "/kpi list off target").text)
    assert "below" not in next(line for line in listed.splitlines() if "Policy in place" in line)


def test_a_kpi_that_has_the_words_in_its_name_stands_beside_the_one_that_is_only_called_so(
    slack: Running,
) -> None:
    with writing(slack.engine) as session:
        session.add(Kpi(code="mfh", name="Children missing from home (number)", unit=Unit.NUMBER))

    text = slack.ask(COORDINATOR, "/kpi missing from home").text

    assert "Children missing from home (number)" in text
