"""What is hidden where KPIs, texts and dates give each other away."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db.models import FEWER, WITHHELD, Disclosure, Frequency, Kpi, Observation, PeriodType, Unit
from db.rules.breakdowns import cross_joint_names, read_breakdown, shortest_ranges
from db.rules.counts import find_families, terms_of
from db.rules.disclosure import disclosed, disclosed_baseline, hidden_in_family, quotes_number
from db.rules.whole_numbers import Row, solve

_WHEN = datetime(2020, 1, 1, tzinfo=UTC)
_YEAR = (date(2014, 4, 1), date(2015, 3, 31))
_LAST_QUARTER = (date(2015, 1, 1), date(2015, 3, 31))
_FIRST_HALF = (date(2014, 4, 1), date(2014, 9, 30))
_Shown = list[float | str | None]


def _kpi(
    code: str,
    unit: Unit = Unit.NUMBER,
    disclosure: str = "small_counts",
    *,
    numerator: str = "",
    denominator: str = "",
) -> Kpi:
    return Kpi(
        code=code,
        name=code,
        unit=unit,
        disclosure=Disclosure(disclosure),
        numerator=numerator,
        denominator=denominator,
    )


def _row(
    value: float,
    breakdown: str = "",
    span: tuple[date, date] = _YEAR,
    of: tuple[float | None, float] | None = None,
    at: datetime = _WHEN,
) -> Observation:
    numerator, denominator = of or (None, None)
    return Observation(
        kpi_id=1,
        period_start=span[0],
        period_end=span[1],
        breakdown=breakdown,
        value=value,
        numerator=numerator,
        denominator=denominator,
        recorded_at=at,
    )


def _shown(*family: tuple[Kpi, list[Observation]]) -> list[_Shown]:
    """What is shown of each KPI of a family outside a board's channels."""
    return [
        [
            row.symbol if row.value is None else row.value
            for row in disclosed(kpi, rows, board=False, hidden=one)
        ]
        for (kpi, rows), one in zip(family, hidden_in_family(family), strict=True)
    ]


def test_a_year_and_its_last_quarter_are_two_tables() -> None:
    """They end on the same day; the quarter's small part is hidden, with one more, and the year is shown."""
    year = [_row(80), _row(50, "Area: North"), _row(30, "Area: South")]
    quarter = [_row(19, "", _LAST_QUARTER), _row(4, "Area: North", _LAST_QUARTER)]
    quarter.append(_row(15, "Area: South", _LAST_QUARTER))

    assert _shown((_kpi("x"), [*year, *quarter])) == [[80, 50, 30, 19, WITHHELD, WITHHELD]]


def test_crossed_breakdowns_lose_at_most_four_cells_to_one_small_count() -> None:
    cells = {("North", "boys"): 3, ("North", "girls"): 17, ("South", "boys"): 22, ("South", "girls"): 31}
    rows = [_row(73), _row(20, "Area: North"), _row(53, "Area: South"), _row(25, "Sex: boys")]
    rows += [_row(48, "Sex: girls"), *(_row(n, f"Area: {a}; Sex: {s}") for (a, s), n in cells.items())]

    [shown] = _shown((_kpi("x"), rows))
    assert shown[:5] == [73, 20, 53, 25, 48]
    assert shown[5:] == [WITHHELD] * 4


def test_a_year_to_date_less_an_earlier_one_gives_nothing_away() -> None:
    spans = [(date(2014, 4, 1), date(2014, month, 30)) for month in (6, 9)]
    rows = [
        _row(20, "", spans[0]),
        _row(23, "", spans[1]),
        _row(3, "", (date(2014, 7, 1), date(2014, 9, 30))),
    ]

    [shown] = _shown((_kpi("x"), rows))
    assert shown[2] in (FEWER, WITHHELD)
    assert WITHHELD in shown[:2]


def test_a_symbol_says_no_more_than_the_periods_that_are_not_published_allow() -> None:
    """The last rolling year holds a quarter that the years before prove to be 4: 4 or 5 would remain."""
    starts = [date(2014, 4, 1), date(2014, 7, 1), date(2014, 10, 1), date(2015, 1, 1), date(2015, 4, 1)]
    ends = [date(2015, 3, 31), date(2015, 6, 30), date(2015, 9, 30), date(2015, 12, 31), date(2016, 3, 31)]
    values = (100, 104, 46, 44, 5)
    rows = [_row(value, "", (start, end)) for value, start, end in zip(values, starts, ends, strict=True)]

    assert _shown((_kpi("x"), rows)) == [[100, 104, 46, 44, WITHHELD]]


def test_a_rate_gives_no_hidden_numerator_away_by_a_denominator_that_is_held_elsewhere() -> None:
    missing = _kpi("missing", disclosure="open")
    repeat = _kpi("repeat")
    rate = _kpi("repeat-rate", Unit.PERCENT, "open", numerator="The number of repeat", denominator="missing")

    assert _shown((missing, [_row(60)]), (rate, [_row(5)]), (repeat, [_row(3)])) == [[60], [FEWER], [FEWER]]
    assert _shown((missing, [_row(60)]), (rate, [_row(50)]), (repeat, [_row(30)])) == [[60], [50], [30]]


def test_shares_of_a_known_number_are_counts() -> None:
    plans = _kpi("plans")
    reason = _kpi("reason", Unit.PERCENT, denominator="plans")
    shares = [_row(80, "Reason: neglect"), _row(4, "Reason: other"), _row(16, "Reason: harm")]

    shown = _shown((plans, [_row(50)]), (reason, shares))
    assert shown == [[50], [80, WITHHELD, WITHHELD]]


def test_a_part_is_protected_by_hiding_another_part_kept_as_a_kpi_of_its_own() -> None:
    family = [(_kpi("cases"), [_row(40)]), (_kpi("cases-cp"), [_row(4)]), (_kpi("cases-cin"), [_row(36)])]

    assert _shown(*family) == [[40], [WITHHELD], [WITHHELD]]


def test_percentages_with_one_denominator_in_words_share_it() -> None:
    first = _kpi("a", Unit.PERCENT, denominator="Children audited")
    second = _kpi("b", Unit.PERCENT, denominator="children audited")

    assert _shown((first, [_row(50, of=(20, 40))]), (second, [_row(5)])) == [[50], [FEWER]]
    assert [len(family) for family in find_families(tuple(map(terms_of, (first, second, _kpi("c")))))] == [
        2,
        1,
    ]


def test_the_newer_figure_is_hidden_because_the_older_one_is_known() -> None:
    """The second half and the year are recorded after the first half has been shown."""
    later = _WHEN + timedelta(days=30)
    halves = [_row(9, "", _FIRST_HALF), _row(3, "", (date(2014, 10, 1), date(2015, 3, 31)), at=later)]

    assert _shown((_kpi("x"), [*halves, _row(12, at=later)])) == [[9, WITHHELD, WITHHELD]]


def test_a_figure_that_does_not_agree_with_its_parts_does_not_end_their_protection() -> None:
    """The year was revised and its quarters were not; the parts of the quarter still add up."""
    rows = [
        _row(500),
        _row(20, "", _LAST_QUARTER),
        _row(80, "", _FIRST_HALF),
        _row(90, "", (date(2014, 10, 1), date(2014, 12, 31))),
    ]
    rows += [_row(3, "Area: North", _LAST_QUARTER), _row(17, "Area: South", _LAST_QUARTER)]

    [shown] = _shown((_kpi("x"), rows))
    assert shown == [500, 20, 80, 90, WITHHELD, WITHHELD]


def test_shown_figures_of_moments_are_not_added_up() -> None:
    kpi = _kpi("x")
    kpi.period_type = PeriodType.SNAPSHOT
    days = [_row(value, "", (date(2015, month, 1),) * 2) for month, value in ((1, 3), (2, 9), (3, 12))]

    assert _shown((kpi, days)) == [[FEWER, 9, 12]]


def test_a_baseline_that_tells_a_hidden_number_is_hidden() -> None:
    kpi = _kpi("x")
    kpi.baseline = 15
    rows = [_row(19), _row(4, "Area: North"), _row(15, "Area: South")]
    [hidden] = hidden_in_family([(kpi, rows)])

    assert disclosed_baseline(kpi, board=False, hidden=hidden) is None
    assert disclosed_baseline(kpi, board=True, hidden=hidden) == 15


def test_a_source_and_a_note_that_quote_a_hidden_count_are_hidden_and_others_are_shown() -> None:
    small, other = _row(3), _row(30, "", _FIRST_HALF)
    small.source, small.note = "Board paper, page 3: 3 children", "The three were seen."
    other.source, other.note = "Board paper of 3 May 2015, page 4", "Late by 12 days"
    shown = disclosed(_kpi("x"), [small, other], board=False)

    assert "quotes a small number" in shown[0].source
    assert "quotes a small number" in shown[0].note
    assert (shown[1].source, shown[1].note) == (other.source, other.note)
    assert disclosed(_kpi("x"), [small], board=True)[0].note == "The three were seen."


@pytest.mark.parametrize(
    "text",
    [
        "3 children went missing",
        "only three of them",
        "58 in all",
        "The four are known to the police",
        "of whom 3",
        "a pair of siblings",
        "includes the two brothers",
        "2 children (12%)",
        "4 of 20 audited",
    ],
)
def test_a_count_in_words_or_digits_is_a_quote(text: str) -> None:
    assert quotes_number(text, {58})


@pytest.mark.parametrize(
    "text",
    [
        "The text promises four bands",
        "Report of 3 May 2015, page 4",
        "Table 2, item 3",
        "on three or more occasions",
        "under 5s",
        "within 12 weeks, 3 working days",
        "Q3 2014/15",
        "aged 3 to 5",
        "356 to 495 children",
        "counted on one day",
    ],
)
def test_a_page_a_date_an_age_or_a_threshold_is_no_quote(text: str) -> None:
    assert not quotes_number(text, {58})


def _table(*rows: tuple[str, float]) -> list[Observation]:
    return [_row(value, breakdown) for breakdown, value in rows]


_INDIAN = (("Ethnicity: Asian - Indian", 20), ("Ethnicity: Asian - other", 3))
_BY_SEX = (("Area: North - Boys", 17), ("Area: North - Girls", 3))


@pytest.mark.parametrize(
    "rows",
    [
        # Overlapping parts: of two areas together, of areas within areas, of groups within groups.
        (
            ("", 60),
            ("Area: North", 30),
            ("Area: South", 27),
            ("Area: North and South", 57),
            ("Area: West", 3),
        ),
        (("", 60), ("Area: N", 23), ("Area: S", 37), ("Area: N West", 20), ("Area: N East", 3)),
        (
            ("", 60),
            ("Ethnicity: Asian", 23),
            ("Ethnicity: White", 37),
            ("Ethnicity: Asian - Indian", 20),
            ("Ethnicity: Asian - other", 3),
        ),
        # Crossings in ordinary words.
        (("", 40), ("Area: North", 20), ("Area: South", 20), ("North boys", 17), ("North girls", 3)),
        (("", 40), ("Area: North", 20), ("Area: South", 20), ("Boys in North", 17), ("Girls in North", 3)),
        (("", 40), ("Area: North", 20), ("Area: South", 20), ("North / Boys", 17), ("North / Girls", 3)),
        (
            ("", 40),
            ("Area: North", 20),
            ("Area: South", 20),
            ("Area: North - Boys", 17),
            ("Area: North - Girls", 3),
        ),
        # The whole under the name of a place.
        (("Area: Oxfordshire", 40), ("Area: North", 3), ("Area: South", 37)),
    ],
)
def test_parts_that_overlap_give_nothing_away(rows: tuple[tuple[str, float], ...]) -> None:
    [shown] = _shown((_kpi("x"), _table(*rows)))
    small = next(at for at, (_, value) in enumerate(rows) if value == 3)

    assert shown[small] == WITHHELD
    assert shown.count(WITHHELD) in (2, 3)


def test_areas_whose_names_are_alike_are_still_parts_of_one_whole() -> None:
    rows = _table(
        ("", 60), ("Area: North", 7), ("Area: South", 30), ("Area: South East", 20), ("Area: West", 3)
    )

    assert _shown((_kpi("x"), rows)) == [[60, WITHHELD, 30, 20, WITHHELD]]


@pytest.mark.parametrize("symbol", ["c", "x"])
def test_what_the_publisher_has_hidden_is_protected_too(symbol: str) -> None:
    rows = _table(("", 40), ("Area: North", 0), ("Area: South", 17), ("Area: West", 20))
    rows[1].value, rows[1].symbol = None, symbol

    [shown] = _shown((_kpi("x"), rows))
    assert shown[1] == symbol
    assert shown.count(WITHHELD) == 1


@pytest.mark.parametrize("frequency", [Frequency.IRREGULAR, Frequency.QUARTERLY])
def test_quarters_that_have_only_a_last_day_are_parts_of_their_year(frequency: Frequency) -> None:
    kpi = _kpi("x")
    kpi.frequency = frequency
    ends = [date(2014, 3, 31), date(2014, 6, 30), date(2014, 9, 30), date(2014, 12, 31), date(2015, 3, 31)]
    rows = [_row(value, "", (end, end)) for value, end in zip((9, 10, 10, 10, 3), ends, strict=True)]

    [shown] = _shown((kpi, [*rows, _row(33)]))
    assert shown[4] == WITHHELD
    assert shown.count(WITHHELD) == 2


def test_a_note_on_a_hidden_figure_is_hidden_whatever_it_says() -> None:
    row = _row(4)
    row.note = "down by 6 from 10"
    [shown] = disclosed(_kpi("x"), [row], board=False)

    assert "6" not in shown.note


def test_every_way_to_write_a_crossing_means_the_same() -> None:
    meant = (("area", "north"), ("sex", "boys"))
    for text in (
        "Area: North; Sex: Boys",
        "Sex: Boys, Area: North",
        "Area: North / Sex: Boys",
        "Area: North x Sex: Boys",
    ):
        assert read_breakdown(text) == meant
    known = {
        read_breakdown(text)
        for text in ("Area: North", "Sex: Boys", "Area by sex: North boys", "North, boys")
    }
    assert set(cross_joint_names(known).values()) == {meant}
    assert read_breakdown("Area: All") == ()


def test_ages_that_overlap_are_split_into_the_shortest_ranges() -> None:
    assert shortest_ranges(["0-4", "5 to 9", "under 10", "10+"])["under 10"] == ["0-4", "5-9"]
    assert shortest_ranges(["0-4", "5-9", "north"]) == {}
    rows = [
        _row(30),
        _row(11, "Age: under 10"),
        _row(8, "Age: 0-4"),
        _row(3, "Age: 5-9"),
        _row(19, "Age: 10+"),
    ]

    [shown] = _shown((_kpi("x"), rows))
    assert shown.count(WITHHELD) == 2
    assert shown[3] == WITHHELD


def test_the_solver_says_nothing_and_takes_only_whole_numbers_that_fit(
    capfd: pytest.CaptureFixture[str],
) -> None:
    both = [Row({0: 1, 1: 1}, 7, 7), Row({0: 2}, 3, 9)]
    found = solve(both, 2, [])

    assert found is not None
    assert sum(found[0]) == 7
    assert solve([Row({0: 2}, 3, 3)], 1, []) is None
    assert capfd.readouterr().out == ""
