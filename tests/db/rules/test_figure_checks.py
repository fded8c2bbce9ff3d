"""Arithmetic checks of figures: every doubt, and no doubt for sound figures."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from db.models import Kpi, Observation, Unit
from db.rules.figure_checks import find_doubts, find_impossible, find_likely_duplicates

_RECORDED = datetime(2020, 1, 1, tzinfo=UTC)
_END = date(2019, 3, 31)


def _kpi(unit: Unit = Unit.NUMBER, *, name: str = "Referrals", denominator: str = "") -> Kpi:
    return Kpi(code="x", name=name, unit=unit, denominator=denominator)


def _figure(
    value: float | None,
    breakdown: str = "",
    *,
    counts: tuple[float, float] | None = None,
    note: str = "",
    end: date = _END,
) -> Observation:
    numerator, denominator = counts or (None, None)
    return Observation(
        kpi_id=1,
        period_start=end,
        period_end=end,
        breakdown=breakdown,
        value=value,
        symbol="x" if value is None else None,
        numerator=numerator,
        denominator=denominator,
        note=note,
        recorded_at=_RECORDED,
    )


def _years(values: Sequence[float], *, note: str = "") -> list[Observation]:
    """A figure for 31 March of each year from 2018; the last one has the note."""
    last = len(values) - 1
    return [
        _figure(value, end=date(2018 + at, 3, 31), note=note if at == last else "")
        for at, value in enumerate(values)
    ]


_PERCENT = _kpi(Unit.PERCENT)
_CHANGE = _kpi(Unit.PERCENT, name="Increase in referrals")
_COUNT = _kpi()
_AVERAGE = _kpi(name="Average caseload")
_RATE = _kpi(Unit.PER_10_000)


@pytest.mark.parametrize(
    ("kpi", "figures", "doubt"),
    [
        (
            _PERCENT,
            [_figure(136)],
            "x: 136% at 31 Mar 2019 is not possible: a percentage is from 0 to 100",
        ),
        (
            _PERCENT,
            [_figure(-1, "Area: North")],
            "x: -1% (Area: North) at 31 Mar 2019 is not possible: a percentage is from 0 to 100",
        ),
        (
            _CHANGE,
            [_figure(120, counts=(60, 50))],
            "x: 60 of 50 at 31 Mar 2019 is more than the whole: are they the wrong way round?",
        ),
        (
            _PERCENT,
            [_figure(30, counts=(1, 4))],
            "x: 1 of 4 makes 25 at 31 Mar 2019, but the value given is 30",
        ),
        (
            _kpi(denominator="workers"),
            [_figure(190, counts=(578, 3))],
            "x: 578 of 3 makes 192.7 at 31 Mar 2019, but the value given is 190",
        ),
        (
            _COUNT,
            _years([697, 850], note="Published change +10%."),
            "x: from 697 to 850 at 31 Mar 2019 is +22.0%, but the published change is +10%",
        ),
        (
            _PERCENT,
            [_figure(0.61)],
            "x: 0.61% at 31 Mar 2019 is less than 1%: is it 61%?",
        ),
        # Of a whole column the first is asked about.
        (
            _PERCENT,
            _years([0.61, 0.7, 0.66]),
            "x: 0.61% at 31 Mar 2018 is less than 1%: is it 61%?",
        ),
        (
            _COUNT,
            _years([780, 78]),
            ("x: 78 at 31 Mar 2019 is one 10th of the figure before it, 780: is a digit wrong or missing?"),
        ),
        (
            _COUNT,
            _years([78, 0, 780]),
            ("x: 780 at 31 Mar 2020 is 10 times the figure before it, 78: is a digit wrong or missing?"),
        ),
        (
            _COUNT,
            [_figure(614), _figure(300, "Service: A"), _figure(208, "Service: B")],
            "x: the parts by service at 31 Mar 2019 add up to 508, but the total is 614: 106 missing",
        ),
        (
            _COUNT,
            [_figure(75), _figure(40, "Status: A"), _figure(36, "Status: B")],
            "x: the parts by status at 31 Mar 2019 add up to 76, but the total is 75: 1 too many",
        ),
        (
            _RATE,
            [_figure(177), _figure(10, "Age: 0-4"), _figure(100, "Age: 5-9")],
            (
                "x: the overall figure at 31 Mar 2019 is 177, but by age it is 10 to 100: "
                "is one of them an index and the other an increase?"
            ),
        ),
        (
            _AVERAGE,
            [_figure(9), _figure(10, "Area: A"), _figure(12, "Area: B")],
            (
                "x: the overall figure at 31 Mar 2019 is 9, but by area it is 10 to 12: "
                "is one of them an index and the other an increase?"
            ),
        ),
    ],
)
def test_a_contradiction_gives_one_doubt(kpi: Kpi, figures: list[Observation], doubt: str) -> None:
    assert find_doubts(kpi, figures) == [doubt]


@pytest.mark.parametrize(
    ("kpi", "figures"),
    [
        (_PERCENT, []),
        (_PERCENT, [_figure(None)]),
        (_PERCENT, [_figure(0), _figure(100, "Area: North")]),
        (_CHANGE, [_figure(136)]),
        (Kpi(code="budget", name="Budget variance", unit=Unit.NUMBER), [_figure(-5)]),
        # Where other figures are nearly as small, it is no slip.
        (_PERCENT, _years([1.2, 0.9, 0.7])),
        (_PERCENT, [_figure(0)]),
        (_COUNT, [_figure(0.61)]),
        # A figure that is rounded to the places it is written with.
        (_PERCENT, [_figure(17.8, counts=(112, 630))]),
        (_PERCENT, [_figure(18, counts=(112, 630))]),
        (_kpi(denominator="workers"), [_figure(192.7, counts=(578, 3))]),
        # The counts of a rate do not give its value.
        (_RATE, [_figure(52, counts=(578, 3))]),
        (_PERCENT, [_figure(50, counts=(0, 0))]),
        (_COUNT, _years([697, 850], note="published change +22.0%")),
        (_COUNT, _years([2805, 1922], note="published change -31%")),
        (_COUNT, _years([0, 850], note="published change +10%")),
        (_COUNT, _years([100, 499, 100])),
        # A figure of another breakdown is not the figure before.
        (_COUNT, [_figure(10, "Area: A"), _figure(100, "Area: B", end=date(2020, 3, 31))]),
        (_COUNT, [_figure(20), _figure(8, "Age: A"), _figure(12, "Age: B"), _figure(20, "Area: C")]),
        # A dimension with one part may be incomplete, and so may parts without a total.
        (_COUNT, [_figure(20), _figure(8, "Age: A")]),
        (_COUNT, [_figure(8, "Age: A"), _figure(12, "Age: B")]),
        (_COUNT, [_figure(None), _figure(8, "Age: A"), _figure(12, "Age: B")]),
        (_AVERAGE, [_figure(11), _figure(10, "Area: A"), _figure(12, "Area: B")]),
        (_RATE, [_figure(12), _figure(10, "Area: A"), _figure(12, "Area: B")]),
    ],
)
def test_sound_figures_give_no_doubt(kpi: Kpi, figures: list[Observation]) -> None:
    assert find_doubts(kpi, figures) == []


def test_the_same_doubt_is_given_once_and_different_ones_each() -> None:
    figures = [_figure(136), _figure(136), _figure(120, "Area: North")]

    assert len(find_doubts(_PERCENT, figures)) == 2


def _share(code: str, numerator: str, denominator: str, unit: Unit = Unit.PERCENT) -> Kpi:
    return Kpi(code=code, name="Children known", unit=unit, numerator=numerator, denominator=denominator)


_KNOWN = _share("known", "children known to early help", "children with a plan")
_CONVERTED = _share("converted", "children known to early help", "children in early help")
_COUNTED = _figure(18, counts=(112, 630))


def test_a_percentage_that_looks_like_another_kpis_gives_a_doubt() -> None:
    latest = {"known": _COUNTED, "converted": _figure(18)}

    assert find_likely_duplicates([_KNOWN, _CONVERTED], latest) == [
        (
            "converted: 18% at 31 Mar 2019 is 112 of 630 in known: "
            "is it a percentage of children with a plan or of children in early help?"
        )
    ]


@pytest.mark.parametrize(
    ("other", "figure"),
    [
        pytest.param(_CONVERTED, None, id="no figure"),
        pytest.param(_CONVERTED, _figure(19), id="another value"),
        pytest.param(_CONVERTED, _figure(18, end=date(2020, 3, 31)), id="another day"),
        pytest.param(_CONVERTED, _COUNTED, id="with its own counts"),
        pytest.param(_share("converted", _KNOWN.numerator, _KNOWN.denominator), _figure(18), id="same whole"),
        pytest.param(_share("converted", "", "visits"), _figure(None), id="no value"),
        pytest.param(
            Kpi(code="converted", name="Visits on time", unit=Unit.PERCENT, denominator="visits"),
            _figure(18),
            id="other things counted",
        ),
        pytest.param(
            _share("converted", _KNOWN.numerator, "visits", Unit.NUMBER), _figure(18), id="not a percentage"
        ),
    ],
)
def test_a_percentage_that_differs_from_another_kpis_gives_no_doubt(
    other: Kpi, figure: Observation | None
) -> None:
    latest = {"known": _COUNTED, **({"converted": figure} if figure else {})}

    assert find_likely_duplicates([_KNOWN, other], latest) == []


def test_no_kpi_gives_no_doubt() -> None:
    assert find_likely_duplicates([], {}) == []


@pytest.mark.parametrize(
    ("unit", "value", "possible"),
    [
        (Unit.PERCENT, 100, True),
        (Unit.PERCENT, 100.1, False),
        (Unit.PERCENT, -1, False),
        (Unit.YES_NO, 1, True),
        (Unit.YES_NO, 2, False),
        (Unit.NUMBER, 0, True),
        (Unit.NUMBER, -3, False),
        (Unit.DAYS, -1, False),
        (Unit.POUNDS, -500, True),
    ],
)
def test_a_figure_that_cannot_be_is_told_from_an_odd_one(unit: Unit, value: float, possible: bool) -> None:
    kpi = Kpi(code="x", name="Children seen", unit=unit)

    assert (find_impossible(kpi, _figure(value)) is None) is possible


def test_a_change_may_be_more_than_all_and_less_than_nothing() -> None:
    kpi = Kpi(code="x", name="Growth in referrals", unit=Unit.PERCENT)

    assert find_impossible(kpi, _figure(136)) is None
    assert find_impossible(kpi, _figure(-94)) is None
