"""The one check of every text that is stored: every column of every table, whatever statement writes it."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, Enum, String, insert, update
from sqlmodel import SQLModel, select
from sqlmodel.sql.sqltypes import AutoString

from db import text_checks
from db.engine import reading, writing
from db.errors import DisclosureFound, PersonalDataFound, Refused
from db.models import Entry, Holding, Role

_BAD = "Jamie, aged 7, NHS 943 476 5919"
_TABLES = SQLModel.metadata.tables
_COLUMNS = [
    (table.name, column.name)
    for table in _TABLES.values()
    for column in table.columns
    if isinstance(column.type, String | AutoString) and not isinstance(column.type, Enum)
]
_TYPED = [(table, column) for table, column in _COLUMNS if column not in text_checks.NOT_TYPED.get(table, ())]


def test_no_column_takes_personal_data_by_any_statement(sqlite_sampled: Engine) -> None:
    assert len(_TYPED) > 50
    for table, column in _TYPED:
        into = _TABLES[table]
        bad, fine = _BAD, "fine"
        if column in ("before", "after", "content"):
            bad, fine = json.dumps({"a": ["b", {"c": _BAD}]}), json.dumps("fine")
        statements: list[tuple[Any, Any]] = [
            (insert(into), [{column: bad}]),
            (insert(into), [{column: fine}, {column: bad}]),
            (update(into).values({column: bad}), None),
        ]
        for statement, rows in statements:
            with pytest.raises(PersonalDataFound) as found, writing(sqlite_sampled) as session:
                session.connection().execute(statement, rows)
            assert "Jamie" not in str(found.value)
            assert "943" not in str(found.value)


@pytest.mark.parametrize("listed", [text_checks.NOT_TYPED, text_checks.HOLDS_ADDRESSES])
def test_the_lists_name_columns_that_exist(listed: Any) -> None:
    named = {(table, column) for table, columns in listed.items() for column in columns}
    assert named <= set(_COLUMNS)


def test_a_row_of_a_session_is_checked_too(sqlite_sampled: Engine) -> None:
    with pytest.raises(PersonalDataFound), writing(sqlite_sampled) as session:
        session.add(Role(name=_BAD))


def test_words_of_harm_about_a_child_are_refused_with_whom_to_ring(sqlite_sampled: Engine) -> None:
    first = r"^If a child is in danger now, call 999\."
    with pytest.raises(DisclosureFound, match=first), writing(sqlite_sampled) as session:
        session.add(Role(name="A child in my class told me her mum hits her"))


def test_a_text_that_is_too_long_is_refused_before_it_is_read(sqlite_sampled: Engine) -> None:
    told = r"40,000 characters is too long\. At most 20,000"
    with pytest.raises(Refused, match=told), writing(sqlite_sampled) as session:
        session.add(Role(name="a " * 20_000))


def test_an_address_on_the_register_may_be_stored_and_a_stranger_s_may_not(sqlite_sampled: Engine) -> None:
    of_a_stranger = "an email address of a person outside the register"
    with pytest.raises(PersonalDataFound, match=of_a_stranger), writing(sqlite_sampled) as session:
        session.add(Role(name="ask jamie@example.com"))
    with writing(sqlite_sampled) as session:
        session.add(Role(name="Head"))
        session.add(Holding(role_id=1, slack_user="head@example.org", starts=date(2017, 1, 1)))
        session.flush()
        session.add(Role(name="ask Head@Example.org"))


def test_what_is_stored_by_the_samples_passes_the_check(sqlite_sampled: Engine) -> None:
    with reading(sqlite_sampled) as session:
        entries = session.exec(select(Entry)).all()
        text_checks.refuse_unfit(session, (one.note for one in entries if one.note))
    assert entries


def _check(engine: Engine, table: str, **row: str) -> list[str]:
    """The kinds of personal data that a row is refused for."""
    with writing(engine) as session:
        try:
            text_checks.check_rows(session.connection(), _TABLES[table], [row])
        except PersonalDataFound as found:
            return list(found.kinds)
    return []


@pytest.mark.parametrize(
    ("read_as", "is_refused"),
    [
        ("[threshold >= 93 % of cases]", False),
        ("[threshold >= 943 476 5919]", True),
        ("[NHS number 94 34 76 59 19]", True),
        ("[threshold Jamie aged 7]", True),
        ("[Jamie aged 7]", True),
    ],
)
def test_how_a_measure_is_read_is_no_place_for_a_detail(
    sqlite_sampled: Engine, read_as: str, is_refused: bool
) -> None:
    words = "93% of cases are audited"
    assert _check(sqlite_sampled, "action", title=words) == []

    assert bool(_check(sqlite_sampled, "entry", after=json.dumps([f"{words} {read_as}"]))) is is_refused


@pytest.mark.parametrize(
    ("ref", "is_refused"),
    [
        ("jtai2016:10.10", False),
        ("2.3.10a", False),
        ("audit:DP/2", False),
        ("MD 1", False),
        ("Jamie aged 7", True),
        ("Jamie/7", True),
        ("077.009.001.23", True),
    ],
)
def test_only_what_has_the_form_of_a_reference_is_taken_for_one(
    sqlite_sampled: Engine, ref: str, is_refused: bool
) -> None:
    assert bool(_check(sqlite_sampled, "entry", ref=ref)) is is_refused
