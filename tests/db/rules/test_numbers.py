"""Numbers as people write them in chat, forms and files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import Unit
from db.rules.numbers import NumberNotRead, find_number, read_number, read_symbol


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("1,204", Unit.NUMBER, 1204),
        ("1 204", Unit.NUMBER, 1204),
        ("1\u202f204", Unit.NUMBER, 1204),
        ("1,234,567.5", Unit.NUMBER, 1234567.5),
        ("7.5", Unit.WEEKS, 7.5),
        (".5", Unit.WEEKS, 0.5),
        ("45 %", Unit.PERCENT, 45),
        ("36 per cent", Unit.PERCENT, 36),
        ("12 weeks", Unit.WEEKS, 12),
        ("3 days", Unit.DAYS, 3),
        ("4.5 per 10,000", Unit.PER_10_000, 4.5),
        ("£1.2m", Unit.POUNDS, 1_200_000),
        ("£1.1 million", Unit.POUNDS, 1_100_000),
        ("£95k", Unit.POUNDS, 95_000),
        ("-3", Unit.PERCENT, -3),
        ("−3", Unit.PERCENT, -3),
        ("–3", Unit.PERCENT, -3),
        ("-£3", Unit.POUNDS, -3),
        ("£-3", Unit.POUNDS, -3),
        ("(3)", Unit.POUNDS, -3),
        ("４５", Unit.NUMBER, 45),
        ("Yes", Unit.YES_NO, 1),
        ("no", Unit.YES_NO, 0),
        ("1", Unit.YES_NO, 1),
    ],
)
def test_a_number_is_read_from_every_usual_form(written: str, unit: Unit, value: float) -> None:
    assert read_number(written, unit) == value
    assert read_number(written) == value


@pytest.mark.parametrize(
    ("written", "unit", "why"),
    [
        ("7,5", Unit.WEEKS, "could be 7.5 or 75"),
        ("1,23", Unit.NUMBER, "could be 1.23 or 123"),
        ("12,34,567", Unit.NUMBER, "write thousands as 1,204"),
        ("1.204.000", Unit.NUMBER, "write thousands as 1,204"),
        ("1.204,5", Unit.NUMBER, "write thousands as 1,204"),
        ("45%", Unit.WEEKS, "is in percent, but this KPI is in weeks"),
        ("12 weeks", Unit.DAYS, "is in weeks, but this KPI is in days"),
        ("£95k", Unit.NUMBER, "is in pounds, but this KPI is a plain number"),
        ("0.5", Unit.YES_NO, "neither yes nor no"),
        ("yes", Unit.NUMBER, "is not a number"),
        ("12m", Unit.MONTHS, "could be months or millions"),
        ("1e5", Unit.NUMBER, "is not a number"),
        ("nan", Unit.NUMBER, "is not a number"),
        ("inf", Unit.NUMBER, "is not a number"),
        ("9" * 400, Unit.NUMBER, "too large"),
        ("", Unit.NUMBER, "is not a number"),
    ],
)
def test_what_could_be_two_numbers_or_none_is_named(written: str, unit: Unit, why: str) -> None:
    with pytest.raises(NumberNotRead, match=why):
        read_number(written, unit)


@given(st.integers(-(10**12), 10**12))
def test_every_number_is_read_as_it_is_shown(number: int) -> None:
    assert read_number(f"{number:,}") == number
    assert read_number(str(number)) == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_is_named(text: str) -> None:
    try:
        number = read_number(text)
    except NumberNotRead:
        return
    assert abs(number) <= 1e15


@pytest.mark.parametrize(
    ("written", "symbol"),
    [
        ("c", "c"),
        ("x", "x"),
        ("z", "z"),
        ("low", "k"),
        ("u", "x"),
        ("..", "x"),
        ("*", "c"),
        ("<5", "c"),
        ("fewer than 5", "c"),
        ("n/a", "z"),
        ("N/A", "z"),
        ("12", None),
        ("tbc", None),
    ],
)
def test_a_publishers_mark_is_one_of_the_symbols(written: str, symbol: str | None) -> None:
    assert read_symbol(written) == symbol


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7,5 2019/20", "7,5"),
        ("12 weeks 36% 2019", "12 weeks"),
        ("36 % 2019/20", "36 %"),
        ("£1.2 million 2018/19", "£1.2 million"),
        ("4 120 2019/20", "4 120"),
        ("36%: from the report", "36%"),
        ("<5 2019", "<5"),
        ("Yes 2019", "Yes"),
        ("2019/20", None),
        ("12th", None),
        ("camhs", None),
    ],
)
def test_a_number_ends_where_its_unit_ends(text: str, number: str | None) -> None:
    assert find_number(text) == number
