"""The outbox: claim, commit, build, send, record; each message once, each failure with its reason."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Literal

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot import logs
from bot.app import make_client
from bot.scheduler import make_scheduler
from db.deliveries import enqueue
from db.engine import connect, reading, writing
from db.models import Delivery
from jobs import outbox
from jobs.outbox import ABANDONED, GIVE_UP_AFTER, claim, deliver, deliver_one, retry_after
from jobs.schedule import SCHEDULE
from jobs.tick_context import TickContext
from messages.limits import Answer, text_answer
from sandbox.faults import Fault
from tests.cast import CHAIR, LEAD, NOW, PLAN_CHANNEL, at
from tests.conftest import Running


def _build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    return text_answer(f"about {delivery.occurrence}")


BUILDERS = {"test": _build, "gone": lambda session, delivery, moment: None}


def _owe(engine: Engine, occurrence: str, recipient: str = LEAD, kind: str = "test") -> None:
    with writing(engine) as session:
        enqueue(session, kind, occurrence, recipient, NOW)


def _only(engine: Engine) -> Delivery:
    with reading(engine) as session:
        return session.exec(select(Delivery)).one()


@pytest.fixture
def client(slack: Running) -> WebClient:
    return make_client(slack.settings)


def test_a_message_is_sent_once_with_its_id_and_recorded(slack: Running, client: WebClient) -> None:
    _owe(slack.engine, "1")
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(sent=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter()

    [message] = slack.sandbox.space.messages
    held = _only(slack.engine)
    assert (held.channel, held.ts, held.sent_at) == (message.channel, message.ts, NOW)
    assert message.metadata == {
        "event_type": "partnership_delivery",
        "event_payload": {"delivery": held.id},
    }


def test_owing_the_same_thing_twice_owes_it_once(sampled: Engine) -> None:
    with writing(sampled) as session:
        assert enqueue(session, "test", "1", LEAD, NOW)
        assert not enqueue(session, "test", "1", LEAD, NOW)
        assert enqueue(session, "test", "1", CHAIR, NOW)


def test_of_many_workers_one_gets_a_delivery(sampled: Engine) -> None:
    _owe(sampled, "1")
    delivery = _only(sampled)
    gate = threading.Barrier(8)
    won: list[bool] = []

    def take() -> None:
        gate.wait()
        won.append(claim(sampled, delivery.id, NOW) is not None)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(won) == Counter({False: 7, True: 1})


def test_what_is_no_longer_needed_is_closed_and_not_sent(slack: Running, client: WebClient) -> None:
    _owe(slack.engine, "1", kind="gone")

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(skipped=1)
    assert _only(slack.engine).reason == "no longer needed"
    assert not slack.sandbox.space.messages


def test_a_channel_that_is_no_more_ends_it_with_the_reason(slack: Running, client: WebClient) -> None:
    slack.sandbox.space.channels[PLAN_CHANNEL].archived = True
    _owe(slack.engine, "1", PLAN_CHANNEL)

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(failed=1)
    held = _only(slack.engine)
    assert (held.reason, held.failed_at, held.sent_at) == ("is_archived", NOW, None)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(days=1))) == Counter()


@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_dropped_connection_is_settled_by_looking_before_posting_again(
    slack: Running, client: WebClient, drop: Literal["before", "after"]
) -> None:
    _owe(slack.engine, "1")
    slack.sandbox.space.faults.order("chat.postMessage", Fault(drop=drop))
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(deferred=1)
    assert _only(slack.engine).reason == "RemoteDisconnected"
    assert len(slack.sandbox.space.messages) == (drop == "after")

    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(hours=1))) == Counter(sent=1)
    assert len(slack.sandbox.space.messages) == 1
    assert _only(slack.engine).ts == slack.sandbox.space.messages[0].ts


def test_told_to_wait_it_waits_once_and_then_comes_back_later(slack: Running, client: WebClient) -> None:
    _owe(slack.engine, "1")
    faults = slack.sandbox.space.faults
    faults.order("chat.postMessage", Fault(retry_after=0))
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(sent=1)

    _owe(slack.engine, "2")
    faults.order("chat.postMessage", Fault(retry_after=0), Fault(retry_after=30))
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(deferred=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(seconds=29))) == Counter()
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(seconds=31))) == Counter(sent=1)


def test_being_told_to_wait_is_no_attempt_however_often(slack: Running, client: WebClient) -> None:
    _owe(slack.engine, "1")
    for hour in range(10):
        slack.sandbox.space.faults.order("chat.postMessage", Fault(retry_after=30))
        then = at(NOW + hour * GIVE_UP_AFTER / 4)
        assert deliver(slack.engine, client, BUILDERS, then) == Counter(deferred=1)
        assert _only(slack.engine).attempts == 0

    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(days=9))) == Counter(sent=1)


def test_once_slack_asks_for_patience_what_was_not_begun_waits_for_a_later_pass(
    slack: Running, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_AT_ONCE", 1)
    _owe(slack.engine, "1")
    _owe(slack.engine, "2", CHAIR)
    slack.sandbox.space.faults.order("chat.postMessage", Fault(retry_after=30))

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(deferred=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(seconds=5))) == Counter(sent=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(seconds=31))) == Counter(sent=1)


def test_where_a_message_can_be_seen_is_noted_after_all_were_sent(slack: Running, client: WebClient) -> None:
    _owe(slack.engine, "1")
    slack.sandbox.space.faults.order("chat.getPermalink", Fault(error="internal_error"))
    deliver(slack.engine, client, BUILDERS, at(NOW))
    assert _only(slack.engine).permalink is None

    deliver(slack.engine, client, BUILDERS, at(NOW))
    assert str(_only(slack.engine).permalink).endswith(str(_only(slack.engine).ts).replace(".", ""))

    _owe(slack.engine, "2", CHAIR)
    slack.sandbox.space.faults.order("chat.getPermalink", Fault(error="message_not_found"))
    deliver(slack.engine, client, BUILDERS, at(NOW))
    deliver(slack.engine, client, BUILDERS, at(NOW))
    with reading(slack.engine) as session:
        [none] = session.exec(select(Delivery.permalink).where(Delivery.occurrence == "2")).all()
    assert none == ""


def test_a_crash_between_sending_and_recording_sends_nothing_twice(
    slack: Running, client: WebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _owe(slack.engine, "1")
    delivery = _only(slack.engine)
    with monkeypatch.context() as crash:
        crash.setattr(outbox, "_close", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            deliver_one(slack.engine, client, BUILDERS, delivery.id, at(NOW), threading.Event())
    assert len(slack.sandbox.space.messages) == 1

    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(minutes=1))) == Counter()
    later = NOW + ABANDONED + timedelta(seconds=1)
    assert deliver(slack.engine, client, BUILDERS, at(later)) == Counter(sent=1)
    assert len(slack.sandbox.space.messages) == 1


@pytest.mark.parametrize(
    ("error", "attempts", "hours", "wait", "again"),
    [
        ("channel_not_found", 1, 0, None, None),
        ("account_inactive", 1, 0, None, None),
        ("ratelimited", 1, 0, 30, 30),
        ("ratelimited", 100, 1000, 30, 30),
        ("internal_error", 1, 0, None, 30),
        ("internal_error", 2, 0, None, 60),
        ("URLError", 7, 1, None, 1920),
        ("URLError", 70, 71, None, 3600),
        ("URLError", 71, 72, None, None),
    ],
)
def test_when_to_try_again_is_a_decision(
    error: str, attempts: int, hours: int, wait: int | None, again: int | None
) -> None:
    decided = retry_after(error, attempts, NOW - timedelta(hours=hours), NOW, wait)

    assert decided.reason == error
    assert decided.again == (None if again is None else NOW + timedelta(seconds=again))


def test_an_email_address_is_found_before_it_is_written_to(slack: Running, client: WebClient) -> None:
    _owe(slack.engine, "1", "lead@example.org")

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(sent=1)
    assert slack.sandbox.space.messages[0].channel == f"D{LEAD[1:]}"


def test_a_request_that_was_withdrawn_reaches_nobody(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    slack.ask(LEAD, "/action undo")

    assert slack.messages_after(slack.tick) == []


def test_the_scheduler_only_ticks(slack: Running, client: WebClient) -> None:
    scheduler = make_scheduler(slack.engine, client, lambda: at(NOW))

    [job] = scheduler.get_jobs()
    assert [job.id] == [one.name for one in SCHEDULE]
    assert job.coalesce
    assert job.misfire_grace_time is None
    _owe(slack.engine, "7")
    job.func()
    assert _only(slack.engine).reason == "unknown kind"


def test_a_pass_that_fails_does_not_stop_the_clock(
    client: WebClient, capsys: pytest.CaptureFixture[str]
) -> None:
    [job] = make_scheduler(connect("sqlite://"), client, lambda: at(NOW)).get_jobs()
    logs.configure("INFO")
    job.func()
    logs.configure(None)

    assert '"error": "OperationalError"' in capsys.readouterr().err
