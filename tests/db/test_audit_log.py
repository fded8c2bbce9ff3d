"""The record: append-only, chained, and the past read from it."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from db import audit_log
from db.audit_log import Author, Change
from db.engine import reading, writing
from db.models import Action, Entry, Outcome, Progress
from tests.cast import LEAD, NOW


def _say(engine: Engine, *notes: str) -> None:
    with writing(engine) as session:
        changes = [Change("action", 1, "plan:1.1", "note", note=note) for note in notes]
        audit_log.append(session, Author(LEAD, NOW), changes)


def _verify(engine: Engine) -> tuple[int, str | None]:
    with reading(engine) as session:
        return audit_log.verify(session)


def _change(engine: Engine, statement: str) -> None:
    with engine.execution_options(writing=True).begin() as connection:
        connection.execute(text(statement))


def test_an_unbroken_record_holds(empty: Engine) -> None:
    assert _verify(empty) == (0, None)
    _say(empty, "one", "two")
    _say(empty, "three – ‘drei’")

    assert _verify(empty) == (3, None)


@pytest.mark.parametrize(
    ("statement", "held", "told"),
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
def test_what_was_removed_or_altered_is_found_and_named(
    empty: Engine, statement: str, held: int, told: str
) -> None:
    _say(empty, "one", "two", "three")
    with writing(empty) as session:
        later = NOW.replace(hour=10)
        audit_log.append(session, Author(LEAD, later), [Change("action", 1, "plan:1.1", "note", note="four")])
    _change(empty, statement)
    count, wrong = _verify(empty)

    assert count == held
    assert wrong is not None
    assert told in wrong


def test_writers_at_the_same_second_both_end_in_the_record_in_order(empty: Engine) -> None:
    _say(empty, "first")
    gate = threading.Barrier(4)

    def write(name: str) -> None:
        gate.wait()
        for number in range(5):
            _say(empty, f"{name} {number}")

    threads = [threading.Thread(target=write, args=(f"writer {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _verify(empty) == (21, None)


def _action(engine: Engine, change: Callable[[Action], None] | None = None) -> Action:
    with reading(engine) as session:
        return session.exec(select(Action).where(Action.ref == "2.3.5")).one()


def test_setting_a_column_records_only_what_changed(sampled: Engine) -> None:
    with writing(sampled) as session:
        action = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
        said = Author(LEAD, NOW)
        values = {"progress": Progress.NOT_STARTED, "outcome": Outcome.ON_TRACK}
        assert audit_log.set_fields(session, said, action, "jtai2016:2.3.5", values, "why")
    with reading(sampled) as session:
        last = list(session.exec(select(Entry).where(Entry.who == LEAD)))

    assert [(e.field, e.before, e.after, e.note) for e in last] == [
        ("outcome", "not assessed", "on track", "why")
    ]


def test_a_transaction_that_fails_leaves_nothing(sampled: Engine) -> None:
    before = _verify(sampled)

    def fail() -> None:
        with writing(sampled) as session:
            action = session.exec(select(Action).where(Action.ref == "2.3.5")).one()
            said = Author(LEAD, NOW)
            audit_log.set_fields(session, said, action, "jtai2016:2.3.5", {"progress": Progress.COMPLETE})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert _verify(sampled) == before
    assert _action(sampled).progress is Progress.NOT_STARTED


@pytest.mark.parametrize("name", ["progress", "outcome", "due", "completed_on", "snoozed_until", "title"])
def test_a_value_is_read_back_from_the_record_as_it_was(sqlite_sampled: Engine, name: str) -> None:
    value = getattr(_action(sqlite_sampled), name)

    assert audit_log.decode(name, audit_log.encode(value)) == value
