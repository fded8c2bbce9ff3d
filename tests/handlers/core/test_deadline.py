"""Slack waits three seconds: a store that says nothing is given up on, and what is told of it is true."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlmodel import select

from db import audit_chain
from db.engine import connect, reading
from db.models import Entry
from handlers.core.deadline import (
    Deadline,
    OutcomeUnknown,
    Pool,
    RecordedButUnanswered,
    TimedOut,
    run_before_deadline,
)
from sandbox.faults import Fault
from sandbox.tcp_proxy import TcpProxy
from tests.cast import LEAD
from tests.conftest import Running, run_bot

# Slack gives up on a command after three seconds.
SLACK_WAITS = 3.0


@dataclass
class Proxied:
    """The bot with a proxy between it and its PostgreSQL, which can go dead."""

    slack: Running
    proxy: TcpProxy
    direct: str

    def notes(self) -> list[str]:
        """What a lead wrote down, asked of the store itself."""
        engine = connect(self.direct)
        try:
            with reading(engine) as session:
                assert audit_chain.verify(session).fault is None
                return [entry.note for entry in session.exec(select(Entry)) if entry.who == LEAD]
        finally:
            engine.dispose()


@pytest.fixture
def proxied(copy_of: Callable[[str, bool], str]) -> Iterator[Proxied]:
    direct = copy_of("postgresql", True)
    address = make_url(direct)
    proxy = TcpProxy(f"{address.query['host']}/.s.PGSQL.{address.query.get('port', 5432)}")
    through = address.set(host="127.0.0.1", port=proxy.port, query={})
    with run_bot(through.render_as_string(hide_password=False)) as slack:
        yield Proxied(slack, proxy, direct)
        proxy.close()


def _in_time(slack: Running, command: str) -> str:
    begun = time.monotonic()
    told = slack.ask(LEAD, command).text
    assert time.monotonic() - begun < SLACK_WAITS, told
    return told


@pytest.mark.parametrize("warm", [True, False], ids=["in use", "not used yet"])
def test_a_store_that_says_nothing_is_told_in_time_and_what_was_given_up_is_never_recorded(
    proxied: Proxied, warm: bool
) -> None:
    if warm:
        assert "Noted" in proxied.slack.ask(LEAD, "/action note 2.3.5: before").text
    proxied.proxy.silence()

    assert "Not recorded: it took too long" in _in_time(proxied.slack, "/action note 2.3.5: during")
    asked = _in_time(proxied.slack, "/action status 2.3")
    assert "Please try again" in asked
    assert "overdue" not in asked
    proxied.proxy.resume()
    # What was held back runs to its end before this, which has to wait for its turn.
    for _ in range(3):
        if "Noted" in proxied.slack.ask(LEAD, "/action note 2.3.5: after").text:
            break
    assert proxied.notes()[-1] == "after"
    assert "during" not in proxied.notes()


def test_a_press_is_told_too_when_the_store_says_nothing(proxied: Proxied) -> None:
    answer = proxied.slack.ask(LEAD, "/action update 2.3.5 complete: issued")
    proxied.proxy.silence()
    space = proxied.slack.sandbox.space
    before = len(space.messages)
    proxied.slack.press(LEAD, answer, "undo")
    while len(space.messages) == before:
        assert space.wait_past(space.version)

    assert "Not recorded: it took too long" in space.messages[-1].text
    proxied.proxy.resume()
    assert "complete" in proxied.slack.ask(LEAD, "/action status 2.3.5").text


def test_a_store_that_falls_silent_at_the_commit_is_told_as_it_is(proxied: Proxied) -> None:
    assert "Noted" in proxied.slack.ask(LEAD, "/action note 2.3.5: before").text
    event.listen(proxied.slack.engine, "commit", lambda _: proxied.proxy.silence(), once=True)
    told = _in_time(proxied.slack, "/action note 2.3.5: at the commit")

    assert "can't tell whether this was recorded" in told
    assert "/action history" in told
    proxied.proxy.resume()
    until = time.monotonic() + 10
    while proxied.notes() != ["before", "at the commit"]:
        assert time.monotonic() < until
        time.sleep(0.02)


def _lose(connection: Any, *, committed: bool) -> None:
    """Lose the connection at the commit, after or before the server did it."""
    driver = connection.connection.driver_connection
    if committed:
        driver.commit()
    driver.close()


@pytest.mark.parametrize(("committed", "told"), [(True, "Noted"), (False, "Not recorded")])
def test_a_connection_lost_at_the_commit_is_asked_after_and_the_truth_is_told(
    proxied: Proxied, committed: bool, told: str
) -> None:
    slack = proxied.slack
    event.listen(slack.engine, "commit", lambda conn: _lose(conn, committed=committed), once=True)

    assert told in slack.ask(LEAD, "/action note 2.3.5: word").text
    assert proxied.notes() == (["word"] if committed else [])


def test_a_server_that_is_still_at_the_commit_is_waited_for_before_anything_is_said(
    proxied: Proxied, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How long that may take is another test's.
    monkeypatch.setattr("handlers.core.deadline.COMMIT_SECONDS", 10.0)
    # A check that the server makes at the commit, and takes its time over.
    slow = (
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'; "
        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION slow()"
    )
    direct = connect(proxied.direct)
    with direct.begin() as connection:
        connection.execute(text(slow))
    slack = proxied.slack
    cutting = threading.Thread(target=_cut_in_the_commit, args=(direct, proxied.proxy))
    event.listen(slack.engine, "commit", lambda _: cutting.start(), once=True)

    assert "Noted" in slack.ask(LEAD, "/action note 2.3.5: word").text
    cutting.join()
    direct.dispose()
    assert proxied.notes() == ["word"]


def _cut_in_the_commit(direct: Engine, proxy: TcpProxy) -> None:
    """Cut the proxy once the server is at the check that takes its time."""
    asleep = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with direct.connect() as connection:
            if connection.execute(asleep).scalar():
                break
    proxy.cut()


def test_what_fails_after_the_commit_is_told_as_recorded(slack_on_both: Running) -> None:
    slack = slack_on_both
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.updates.render.with_change_before", lambda *_: 1 / 0)
        inside = slack.ask(LEAD, "/action note 2.3.5: one").text
        patch.setattr("handlers.updates.render.with_change_before", lambda another, answer, zone: answer)
        patch.setattr("handlers.core.answers.render_answer", lambda *_: 1 / 0)
        after = slack.ask(LEAD, "/action note 2.3.5: two").text

    assert "nothing was recorded" in inside
    assert "Recorded, but the answer was lost on its way to you" in after
    with reading(slack.engine) as session:
        assert [entry.note for entry in session.exec(select(Entry)) if entry.who == LEAD] == ["two"]


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
def test_an_answer_of_slacks_that_is_cut_short_is_an_answer_that_was_not_given(
    slack: Running, method: str
) -> None:
    slack.sandbox.space.faults.order(method, Fault(cut=True))
    told = slack.ask(LEAD, "/action status 2.3.5").text

    assert ("can't check with Slack who you are" in told) is (method == "users.info")
    assert ("templates" in told) is (method != "users.info")


@pytest.mark.parametrize(
    "fault",
    [
        Fault(error="internal_error"),
        Fault(retry_after=60),
        Fault(drop="before"),
        Fault(drop="after"),
        Fault(delay=2.2),
    ],
    ids=["fails", "limits", "drops", "drops later", "is slow"],
)
def test_when_slack_cannot_be_asked_nobody_is_let_in_and_slack_is_answered_in_time(
    slack: Running, fault: Fault
) -> None:
    slack.sandbox.space.faults.order("users.info", fault)
    refused = _in_time(slack, "/action update 2.3.5 complete: issued")

    assert "can't check with Slack who you are" in refused
    with reading(slack.engine) as session:
        assert [entry for entry in session.exec(select(Entry)) if entry.who == LEAD] == []
    assert "Recorded: 2.3.5" in slack.ask(LEAD, "/action update 2.3.5 complete: issued").text


def test_a_change_is_committed_or_given_up_and_never_both() -> None:
    for _ in range(200):
        deadline, gate = Deadline(), threading.Barrier(2)
        ends: list[str] = []

        def commit(deadline: Deadline = deadline, gate: Any = gate, ends: Any = ends) -> None:
            gate.wait()
            try:
                deadline.check()
                ends.append("committed")
            except TimedOut:
                pass

        thread = threading.Thread(target=commit)
        thread.start()
        gate.wait()
        if deadline.cancel():
            ends.append("given up")
        thread.join()
        assert len(ends) == 1


def test_what_an_answer_raises_comes_through_even_a_timeout_of_its_own() -> None:
    def fail(_: Deadline) -> None:
        raise TimeoutError("its own")

    with Pool(1) as pool, pytest.raises(TimeoutError, match="its own"):
        run_before_deadline(pool, fail)


@pytest.mark.parametrize("slow", [True, False], ids=["slow", "broken"])
def test_what_is_committed_is_never_told_as_lost(monkeypatch: pytest.MonkeyPatch, slow: bool) -> None:
    monkeypatch.setattr("handlers.core.deadline.ANSWER_SECONDS", 0.1)
    monkeypatch.setattr("handlers.core.deadline.COMMIT_SECONDS", 0.1)
    done = threading.Event()

    def commit(deadline: Deadline) -> None:
        deadline.check()
        deadline.mark_committed()
        if not slow:
            raise ZeroDivisionError
        done.wait()

    with Pool(1) as pool:
        with pytest.raises(RecordedButUnanswered):
            run_before_deadline(pool, commit)
        done.set()


def test_an_answer_that_comes_just_as_the_waiting_ends_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread is done between the end of the waiting and the look at it."""
    waited = Future.exception

    def late(future: "Future[str]", timeout: float | None = None) -> BaseException | None:
        if not future.done():
            waited(future)
            raise TimeoutError
        return waited(future, timeout)

    monkeypatch.setattr(Future, "exception", late)

    def commit(deadline: Deadline) -> str:
        deadline.check()
        return "recorded"

    with Pool(1) as pool:
        assert run_before_deadline(pool, commit) == "recorded"


def test_a_commit_that_began_is_waited_for_a_little_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.core.deadline.ANSWER_SECONDS", 0.05)
    begun, done = threading.Event(), threading.Event()

    def commit(deadline: Deadline) -> str:
        deadline.check()
        begun.set()
        done.wait()
        return "recorded"

    with Pool(1) as pool:
        threading.Timer(0.15, done.set).start()
        assert run_before_deadline(pool, commit) == "recorded"
        done.clear()
        monkeypatch.setattr("handlers.core.deadline.COMMIT_SECONDS", 0.05)
        with pytest.raises(OutcomeUnknown):
            run_before_deadline(pool, commit)
        done.set()
