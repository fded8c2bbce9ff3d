"""What a connection to PostgreSQL prepares, and behind what it must not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from db.engine import connect, reading, single_read, writing

QUESTION = "SELECT count(*) FROM plan WHERE code <> :code"


@pytest.fixture
def direct(copy_of: Callable[[str, bool], str]) -> Iterator[Engine]:
    engine = connect(copy_of("postgresql", True))
    yield engine
    engine.dispose()


@pytest.fixture
def pooled(tmp_path: Path, direct: Engine) -> Iterator[Engine]:
    """An engine behind something that gives clients a process id of its own, as every pooler has to."""
    folder = direct.url.query["host"]
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / ".s.PGSQL.5432"))
        listener.listen()
        threading.Thread(target=_accept, args=(listener, f"{folder}/.s.PGSQL.5432"), daemon=True).start()
        engine = connect(
            direct.url.update_query_dict({"host": str(tmp_path)}).render_as_string(hide_password=False)
        )
        yield engine
        engine.dispose()


def _accept(listener: socket.socket, server: str) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        upstream = socket.socket(socket.AF_UNIX)
        upstream.connect(server)
        threading.Thread(target=_pass_on, args=(client, upstream, False), daemon=True).start()
        threading.Thread(target=_pass_on, args=(upstream, client, True), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, hides_process: bool) -> None:
    key_data = b"K\x00\x00\x00\x0c"
    # Either side may hang up first.
    with suppress(OSError), target:
        while received := source.recv(65536):
            head, found, tail = received.partition(key_data)
            if hides_process and found:
                received = head + found + b"\x00\x00\x00\x01" + tail[4:]
                hides_process = False
            target.sendall(received)


def _ask(session: Session) -> int:
    return int(session.execute(text(QUESTION), {"code": "none"}).scalar_one())


def _ask_after_the_server_ended_its_process(engine: Engine, session: Session) -> None:
    (process,) = session.execute(text("SELECT pg_backend_pid()")).one()
    with writing(engine) as other:
        other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
    _ask(session)


def _prepared(engine: Engine) -> list[str]:
    """What the connection used last has prepared, of the question above."""
    with single_read(engine) as connection:
        rows = connection.execute(text("SELECT statement FROM pg_prepared_statements"))
        return [statement for (statement,) in rows if "count(*) FROM plan" in statement]


def test_answers_prepare_what_they_ask_often(direct: Engine) -> None:
    for _ in range(4):
        with reading(direct) as session:
            assert _ask(session) == 2
    assert len(_prepared(direct)) == 1


def test_nothing_is_prepared_behind_a_pooler(pooled: Engine) -> None:
    for _ in range(4):
        with reading(pooled) as session:
            assert _ask(session) == 2
    assert _prepared(pooled) == []


def test_a_snapshot_cannot_write_and_does_not_see_what_is_written_meanwhile(direct: Engine) -> None:
    with reading(direct) as session:
        assert _ask(session) == 2
        with writing(direct) as other:
            other.execute(text("UPDATE plan SET code = 'none' WHERE code = 'jtai2016'"))
        assert _ask(session) == 2
        with pytest.raises(DBAPIError, match="read-only"):
            session.execute(text("UPDATE plan SET title = ''"))
    with reading(direct) as session:
        assert _ask(session) == 1


def test_a_prepared_question_works_again_after_the_table_changed(direct: Engine) -> None:
    question = text("SELECT * FROM plan ORDER BY id")
    for _ in range(4):
        with reading(direct) as session:
            columns = len(session.execute(question).first() or ())
    another = connect(direct.url.render_as_string(hide_password=False))
    with writing(another) as session:
        session.execute(text("ALTER TABLE plan ADD COLUMN later text"))
    another.dispose()
    # The first one is told that its prepared form is out of date; that form is then forgotten.
    with pytest.raises(DBAPIError, match="cached plan"), reading(direct) as session:
        session.execute(question)
    with reading(direct) as session:
        assert len(session.execute(question).first() or ()) == columns + 1


def test_a_snapshot_whose_connection_broke_raises_what_broke_and_the_next_one_works(direct: Engine) -> None:
    with pytest.raises(DBAPIError), reading(direct) as session:
        _ask_after_the_server_ended_its_process(direct, session)
    with reading(direct) as session:
        assert _ask(session) == 2
