"""The audit log: append-only, chained, and the past read from it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import col, select

from db import audit_chain, audit_log
from db.audit_log import Author, Change
from db.engine import engine_for, reading, writing
from db.models import Action, Entry, Outcome, Progress
from tests.cast import LEAD, NOW


def _add_notes(engine: Engine, *notes: str) -> None:
    with writing(engine) as session:
        changes = [Change("action", 1, "plan:1.1", "note", note=note) for note in notes]
        audit_log.append(session, Author(LEAD, NOW), changes)


def _verify(engine: Engine) -> tuple[int, str | None]:
    with reading(engine) as session:
        report = audit_chain.verify(session)
        return report.intact, report.fault


def _tamper(engine: Engine, statement: str) -> None:
    with engine_for(engine, "writing").begin() as connection:
        connection.execute(text(statement))


def test_an_unbroken_chain_verifies(empty: Engine) -> None:
    assert _verify(empty) == (0, None)
    _add_notes(empty, "one", "two")
    _add_notes(empty, "three – ‘drei’")

    assert _verify(empty) == (3, None)


@pytest.mark.parametrize(
    ("statement", "intact", "reported"),
    [
        ("UPDATE entry SET note = 'other' WHERE seq = 2", 1, "entry 2"),
        ("UPDATE entry SET who = 'U0009OTHER' WHERE seq = 1", 0, "entry 1"),
        ("UPDATE entry SET at = (SELECT at FROM entry WHERE seq = 4) WHERE seq = 2", 1, "entry 2"),
        ("DELETE FROM entry WHERE seq = 2", 1, "entry 2 is missing"),
        ("DELETE FROM entry WHERE seq = 4", 3, "ends at entry 3"),
        ("DELETE FROM entry", 0, "ends at entry 0"),
        ("UPDATE entry SET hash = 'x' WHERE seq = 4", 3, "entry 4"),
        ("UPDATE entry SET seq = seq + 10 WHERE seq = 4", 3, "entry 4 is missing"),
    ],
)
def test_a_removed_or_altered_entry_is_found_and_named(
    empty: Engine, statement: str, intact: int, reported: str
) -> None:
    _add_notes(empty, "one", "two", "three")
    with writing(empty) as session:
        later = NOW.replace(hour=10)
        audit_log.append(session, Author(LEAD, later), [Change("action", 1, "plan:1.1", "note", note="four")])
    _tamper(empty, statement)
    count, wrong = _verify(empty)

    assert count == intact
    assert wrong is not None
    assert reported in wrong


def test_writers_at_the_same_second_are_all_recorded_in_order(empty: Engine) -> None:
    _add_notes(empty, "first")
    gate = threading.Barrier(4)

    def write(name: str) -> None:
        gate.wait()
        for number in range(5):
            _add_notes(empty, f"{name} {number}")

    threads = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _verify(empty) == (21, None)


def _action(engine: Engine) -> Action:
    with reading(engine) as session:
        return session.exec(select(Action).where(Action.ref == "2.3.5")).one()


def test_setting_a_column_records_only_what_changed(sampled: Engine) -> None:
    with writing(sampled) as session:
        action = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
        author = Author(LEAD, NOW)
        values = {"progress": Progress.NOT_STARTED, "outcome": Outcome.ON_TRACK}
        assert audit_log.set_fields(session, author, action, "jtai2016:2.3.5", values, "why")
    with reading(sampled) as session:
        entries = list(session.exec(select(Entry).where(Entry.who == LEAD)))

    assert [(entry.field, entry.before, entry.after, entry.note) for entry in entries] == [
        ("outcome", "not assessed", "on track", "why")
    ]


def test_a_transaction_that_fails_leaves_nothing(sampled: Engine) -> None:
    before = _verify(sampled)

    def fail() -> None:
        with writing(sampled) as session:
            action = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
            author = Author(LEAD, NOW)
            audit_log.set_fields(session, author, action, "jtai2016:2.3.5", {"progress": Progress.COMPLETE})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert _verify(sampled) == before
    assert _action(sampled).progress is Progress.NOT_STARTED


@pytest.mark.parametrize("name", ["progress", "outcome", "due", "completed_on", "snoozed_until", "title"])
def test_a_value_is_read_back_unchanged(sqlite_sampled: Engine, name: str) -> None:
    value = getattr(_action(sqlite_sampled), name)

    assert audit_log.decode(name, audit_log.encode(value)) == value


def _append(engine: Engine, author: Author, field: str, undoes: str | None = None) -> str:
    with writing(engine) as session:
        audit_log.append(session, author, [Change("action", 1, "plan:1.1", field)], undoes=undoes)
    return author.act


@pytest.fixture
def undone_log(empty: Engine) -> Engine:
    """Progress by a person, then undone; before it progress by an import, after it a comment."""
    _append(empty, Author("import:plan.csv", NOW), "progress")
    act = _append(empty, Author(LEAD, NOW + timedelta(minutes=1)), "progress")
    _append(empty, Author(LEAD, NOW + timedelta(minutes=2)), "progress", undoes=act)
    _append(empty, Author(LEAD, NOW + timedelta(minutes=3)), "comment")
    return empty


def _selected(engine: Engine, conditions: tuple[Any, ...]) -> list[int]:
    with reading(engine) as session:
        return list(session.exec(select(Entry.seq).where(*conditions).order_by(col(Entry.seq))))


def test_current_entries_are_the_same_by_query_and_in_python(undone_log: Engine) -> None:
    with reading(undone_log) as session:
        entries = audit_log.entries_of_actions(session, [1])

    assert _selected(undone_log, audit_log.current_conditions()) == [1, 4]
    assert [entry.seq for entry in audit_log.current_entries(entries)] == [1, 4]


@pytest.mark.parametrize(
    ("fields", "minutes", "expected"),
    [
        (audit_log.UPDATE_FIELDS, None, [4]),
        (("progress",), None, []),
        # Before the undo the update was current.
        (("progress",), 1, [2]),
        (audit_log.UPDATE_FIELDS, 2, []),
        (audit_log.UPDATE_FIELDS, 0, []),
    ],
)
def test_a_current_update_is_a_persons_and_not_undone(
    undone_log: Engine, fields: tuple[str, ...], minutes: int | None, expected: list[int]
) -> None:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)

    assert _selected(undone_log, audit_log.current_update_conditions(fields, until)) == expected
