"""KPI files as officers keep them: a scorecard, a DfE file, a workbook from the template."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from db.models import PeriodType, Polarity, TargetType, Unit
from documents.draft import DocumentError
from documents.kpi_draft import KpiDraft, KpiTerms
from documents.kpi_options import KpiOptions
from documents.kpi_reader import read_kpis
from documents.scorecard_reader import read_scorecard
from tests.conftest import Program

HEAD = (
    "No.",
    "Indicator",
    "Good perf is",
    "Data note",
    "Jan-26",
    "Feb-26",
    "Target",
    "Stat neigh ave",
    "RAG",
)


def _draft(*rows: Sequence[object]) -> Any:
    draft = read_scorecard("card", [list(row) for row in rows], date(2026, 5, 1))
    assert draft is not None
    return draft


def test_a_row_of_a_scorecard_is_a_kpi_with_its_figures_target_and_comparators() -> None:
    draft = _draft(
        ("Scorecard 2025/26",),
        HEAD,
        ("1.2", "Contacts triaged in 3 days", "High", "Percentage", "62%", "c", "80%", "75%", "Green"),
        ("1.3", "Average weeks to placement", "Lower is better", "weeks", "12.5", "", "10", "", "Red"),
    )
    first, second = draft.definitions
    assert (first.code, first.values["unit"], first.values["polarity"]) == (
        "contacts-triaged-in-3-days",
        Unit.PERCENT,
        Polarity.HIGH,
    )
    assert first.target[:2] == (TargetType.AT_LEAST, 80)
    assert second.target[:2] == (TargetType.AT_MOST, 10)
    figures = [(code, one.period_start, one.period_end, one.value, one.symbol) for code, one in draft.figures]
    assert figures == [
        ("contacts-triaged-in-3-days", date(2026, 1, 1), date(2026, 1, 31), 62, None),
        ("contacts-triaged-in-3-days", date(2026, 2, 1), date(2026, 2, 28), None, "c"),
        ("average-weeks-to-placement", date(2026, 1, 1), date(2026, 1, 31), 12.5, None),
    ]
    assert [(one.name, one.year, one.value) for one in draft.comparators] == [
        ("Stat neigh ave", "2025/26", 75)
    ]
    assert draft.doubts == [
        "card: “RAG”: worked out from the other columns, so left out",
        "card: “Stat neigh ave” has no year: it is taken to be of 2025/26",
    ]


def test_what_a_scorecard_does_not_say_is_a_doubt() -> None:
    draft = _draft(
        ("Indicator", "Folder", "Q1 2025/26", "Q2 2025/26", "Target", "Unit"),
        ("Referrals", "blue", "100", "soon", "120", "furlongs"),
        ("Children in care", "", "", "", "", ""),
        ("Assessments", "", "0.62", "0.7", "", "%"),
    )
    told = "\n".join([*draft.doubts, *(question.text for question in draft.questions)])
    assert "the column “Folder” is not used" in told
    assert "the unit “furlongs” is not a known one" in told
    assert "the target 120 is left out, because nothing says whether high or low is good" in told
    assert "1 Jul 2025 to 30 Sep 2025: “soon” is not a number" in told
    assert "is read as" in told
    assert [one.value for code, one in draft.figures if code == "assessments"] == [62, 70]
    assert "children-in-care" not in [one.code for one in draft.definitions]


CARD = "Indicator,Unit,Target,Jan 2016,Feb 2016{more}\nReferrals,furlongs,120,100,110{figure}\n"


def _card(folder: Path) -> Path:
    """A scorecard that does not say which way is good, in a unit that is not known."""
    path = folder / "card.csv"
    path.write_text(CARD.format(more="", figure=""), "utf-8")
    return path


def test_what_a_scorecard_does_not_say_can_be_said_beside_it_and_is_kept(
    run: Program, tmp_path: Path
) -> None:
    path = _card(tmp_path)
    run.on_empty_database()
    asked = run("kpi", "import", str(path), "--dry-run").out
    assert 'with --polarity "referrals=high" or "referrals=low" or "referrals=neutral"' in asked
    assert 'with --unit "referrals=%" or "referrals=number"' in asked

    told = run(
        "kpi", "import", str(path), "--polarity", "referrals=lower is better", "--unit", "Referrals=weeks"
    )
    assert "doubt" not in told.out
    shown = json.loads(run("kpi", "show", "referrals", "--format", "json").out)
    assert (shown["polarity"], shown["unit"]) == ("low", "weeks")
    assert (shown["target"]["type"], shown["target"]["value"]) == ("at_most", 120)

    path.write_text(CARD.format(more=",Mar 2016", figure=",90"), "utf-8")
    told = run("kpi", "import", str(path))
    assert "0 KPIs added, 0 changed; 1 value" in told.out
    assert "the unit “furlongs” is not a known one: weeks is kept" in told.out
    assert "--" not in told.out


KNOWN = {"referrals": KpiTerms(Unit.WEEKS, PeriodType.FLOW, Polarity.LOW)}
NUMBER = {"referrals": KpiTerms(Unit.NUMBER, PeriodType.FLOW)}


def _of_known(known: Mapping[str, KpiTerms], head: Sequence[str], cells: Sequence[str]) -> KpiDraft:
    """One indicator of two months that is stored already."""
    rows = [("Indicator", "Jan 2026", "Feb 2026", *head), ("Referrals", *cells)]
    draft = read_scorecard("card", rows, date(2026, 5, 1), known)
    assert draft is not None
    return draft


def _told(draft: KpiDraft) -> str:
    return "\n".join([*draft.doubts, *(question.text for question in draft.questions)])


def test_what_a_scorecard_says_in_unknown_words_of_a_stored_kpi_changes_nothing_and_is_told() -> None:
    head = ("Unit", "Polarity", "Target")
    draft = _of_known(KNOWN, head, ("1", "2", "children per 1000", "the more the better", "3"))
    (definition,) = draft.definitions
    assert not {"unit", "polarity"} & set(definition.values)
    assert definition.target[:2] == (TargetType.AT_MOST, 3)
    assert "the unit “children per 1000” is not a known one: weeks is kept" in _told(draft)
    assert "“the more the better” does not say which way is good: low is kept" in _told(draft)


def test_a_unit_that_was_never_said_is_asked_again_and_that_of_the_cells_is_taken() -> None:
    draft = _of_known(NUMBER, ("Unit",), ("1", "2", "furlongs"))
    assert [question.option for question in draft.questions] == ["unit"]
    draft = _of_known(NUMBER, (), ("62%", "65%"))
    assert draft.definitions[0].values["unit"] is Unit.PERCENT
    assert [figure.value for _, figure in draft.figures] == [62, 65]
    assert "the KPI is in number, but the file writes %: its unit is changed to that" in _told(draft)
    draft = _of_known(KNOWN, (), ("62%", "65%"))
    assert "the KPI is in weeks, but the file writes %" in _told(draft)
    assert [question.option for question in draft.questions] == ["unit"]


@pytest.mark.parametrize(
    ("stored", "polarity", "kind"),
    [
        (TargetType.AT_MOST, Polarity.NEUTRAL, TargetType.AT_MOST),
        (TargetType.RANGE, Polarity.LOW, TargetType.NONE),
        (None, Polarity.LOW, TargetType.AT_MOST),
    ],
)
def test_a_target_that_is_only_a_number_is_of_the_stored_target_s_kind(
    stored: TargetType | None, polarity: Polarity, kind: TargetType
) -> None:
    terms = {"referrals": KpiTerms(Unit.NUMBER, PeriodType.FLOW, polarity, stored)}
    draft = _of_known(terms, ("Target",), ("1", "2", "15"))
    assert draft.definitions[0].target[0] is kind
    assert len(draft.questions) == (kind is TargetType.NONE)


def test_a_file_that_says_neutral_is_not_asked_and_its_word_is_not_overruled() -> None:
    rows = [
        ("Indicator", "Good is", "Target", "Jan 2026", "Feb 2026"),
        ("Referrals", "neutral", "9", "1", "2"),
    ]
    draft = read_scorecard("card", rows, date(2026, 5, 1))
    assert draft is not None
    assert "neither high nor low is good" in _told(draft)
    assert not draft.questions
    options = KpiOptions(polarities={"referrals": Polarity.HIGH})
    with pytest.raises(DocumentError, match="card, row 2 says itself that the polarity is neutral"):
        read_scorecard("card", rows, date(2026, 5, 1), options=options)


def test_a_target_whose_direction_is_neither_is_left_out_and_said_to_be(run: Program, tmp_path: Path) -> None:
    path = _card(tmp_path)
    run.on_empty_database()
    told = run("kpi", "import", str(path), "--polarity", "referrals=neutral", "--unit", "referrals=number")
    assert "the target 120 is left out, because neither high nor low is good" in told.out
    assert "--polarity" not in told.out


@pytest.mark.parametrize(
    ("option", "said", "fault"),
    [
        ("--polarity", "referrals=sideways", "--polarity: write high, low, neutral, not “sideways”"),
        ("--polarity", "referrals", '--polarity: "referrals" is not in the form "CODE=high"'),
        ("--unit", "refferals=%", "--unit: the file defines no KPI “refferals”: it has referrals"),
    ],
)
def test_an_option_that_says_nothing_is_refused(
    run: Program, tmp_path: Path, option: str, said: str, fault: str
) -> None:
    path = _card(tmp_path)
    run.on_empty_database()
    refused = run("kpi", "import", str(path), option, said)
    assert refused.code == 1
    assert fault in refused.err


def test_a_file_of_definitions_says_itself_which_way_is_good(run: Program, tmp_path: Path) -> None:
    path = tmp_path / "kpis.xlsx"
    run.on_empty_database()
    run("kpi", "template", str(path))
    refused = run("kpi", "import", str(path), "--polarity", "any=high")
    assert "kpis.xlsx says itself which way is good and the unit: change them there" in refused.err


def test_a_workbook_without_the_three_sheets_may_be_a_scorecard(run: Program, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Indicator", "Good is", "Jan 2016", "Feb 2016"])
    sheet.append(["Seen in 3 days", "high", 0.62, 0.71])
    for cell in (sheet["C2"], sheet["D2"]):
        cell.number_format = "0%"
    book.save(tmp_path / "card.xlsx")
    run.on_empty_database()
    told = run("kpi", "import", str(tmp_path / "card.xlsx"))
    assert "1 KPI added, 0 changed; 2 values and 0 comparators recorded." in told.out
    values = json.loads(run("kpi", "show", "seen-in-3-days", "--format", "json").out)["values"]
    assert [one["value"] for one in values] == [62, 71]
    assert "Nothing changed." in run("kpi", "import", str(tmp_path / "card.xlsx")).out


DFE = (
    "time_period,time_identifier,geographic_level,la_name,category,referral_count,rereferral_percent\n"
    "2025,Reporting year,National,,Referrals,1000,20\n"
    "2025,Reporting year,Local authority,Anytown,Referrals,100,23\n"
    "2024,Reporting year,Local authority,Anytown,Referrals,c,c\n"
    "2025,Reporting year,Local authority,Elsewhere,Referrals,90,11\n"
)


def test_a_dfe_file_gives_one_authority_and_england_beside_it(run: Program, tmp_path: Path) -> None:
    path = tmp_path / "dfe.csv"
    path.write_text(DFE, "utf-8")
    run.on_empty_database()
    refused = run("kpi", "import", str(path)).err
    assert "say which with --la NAME, and what to read with --column COLUMN=CODE" in refused
    assert "referral_count, rereferral_percent" in refused
    chosen = ("--la", "anytown", "--column", "rereferral_percent=rereferrals")
    assert (
        "has no authority “Nowhere”: it has Anytown, Elsewhere"
        in run("kpi", "import", str(path), "--la", "Nowhere", *chosen[2:]).err
    )
    told = run("kpi", "import", str(path), *chosen)
    assert "2 values and 1 comparator recorded" in told.out
    assert "defined from the column rereferral_percent, which does not say which way is good" in told.out
    again = run("kpi", "import", str(path), *chosen, "--polarity", "rereferrals=low")
    assert "0 KPIs added, 1 changed" in again.out
    assert "doubt" not in again.out
    shown = json.loads(run("kpi", "show", "rereferrals", "--format", "json", "--board").out)
    assert [(one["period_end"], one["value"], one["symbol"]) for one in shown["values"]] == [
        ("2024-03-31", None, "c"),
        ("2025-03-31", 23, None),
    ]


def test_the_template_has_lists_and_comes_in_as_it_is(run: Program, tmp_path: Path) -> None:
    path = tmp_path / "kpis.xlsx"
    run.on_empty_database()
    assert run("kpi", "template", str(path)).code == 0
    assert "does not end in .xlsx" in run("kpi", "template", str(tmp_path / "kpis.csv")).err
    book = load_workbook(path)
    assert book.sheetnames == ["definitions", "values", "comparators"]
    lists = [one.formula1 for one in book["definitions"].data_validations.dataValidation]
    assert '"high,low,neutral"' in lists
    assert "1 KPI added" in run("kpi", "import", str(path)).out


@pytest.mark.parametrize(
    ("written", "unit"),
    [("percent", Unit.PERCENT), ("Number", Unit.NUMBER), ("rate per 10,000", Unit.PER_10_000)],
)
def test_officers_words_are_taken_for_the_vocabulary(tmp_path: Path, written: str, unit: Unit) -> None:
    path = tmp_path / "d.csv"
    path.write_text(f'code,name,unit,polarity\nx,X,"{written}",higher is better\n', "utf-8")
    [definition] = read_kpis(path).definitions
    assert (definition.values["unit"], definition.values["polarity"]) == (unit, Polarity.HIGH)


def test_all_faults_of_a_file_are_told_at_once(run: Program, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("code,name,unit,polarity\nx,X,furlongs,high\ny,,%,up\nz,Z,%,sideways\n", "utf-8")
    run.on_empty_database()
    told = run("kpi", "import", str(path)).err
    for fault in (
        "row 2: unit “furlongs” is not one of",
        "row 3: name is missing",
        "row 4: polarity “sideways”",
    ):
        assert fault in told
