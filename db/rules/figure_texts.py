"""A figure of a KPI in words: the number in its unit, or why there is none. Without Slack's marks."""

from typing import assert_never

from db.models import FEWER, SYMBOLS, WITHHELD, Kpi, Observation, Unit

_SYMBOL_WORDS = {
    **SYMBOLS,
    FEWER: "fewer than 6",
    WITHHELD: "hidden: fewer than 6, or hidden to protect a number that is",
}


def number_text(unit: Unit, value: float) -> str:
    """A number in its unit: `34%`, `2,805`, `£1,200`, `4.5 per 10,000`, `yes`."""
    plain = f"{value:,.0f}" if value == int(value) else f"{value:,.4f}".rstrip("0")
    match unit:
        case Unit.YES_NO:
            return "yes" if value else "no"
        case Unit.PERCENT:
            return f"{plain}%"
        case Unit.POUNDS:
            return f"£{plain}"
        case Unit.NUMBER:
            return plain
        case Unit.DAYS | Unit.WEEKS | Unit.MONTHS | Unit.PER_10_000:
            return f"{plain} {unit.value}"
        case _:
            assert_never(unit)


def figure_text(kpi: Kpi, row: Observation) -> str:
    """The number, or in words why there is none."""
    if row.value is None:
        return _SYMBOL_WORDS.get(row.symbol or "", "not given")
    return number_text(kpi.unit, row.value)
