"""The outbox: claim, commit, build, send, record. Each message is sent once, each failure has its reason."""

import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from bot import logs
from bot.app import make_client
from bot.scheduler import make_scheduler
from db import health
from db.audit_log import Author
from db.deliveries import DeliveryKind, enqueue
from db.engine import connect, reading, writing
from db.models import Delivery, PendingChange, Receipt
from db.nudges import UNREACHABLE
from db.pending_changes import KEEP_FOR, REPLY, save_pending
from db.replay import find_differences
from jobs import outbox
from jobs.outbox import ABANDONED, Build, claim, deliver, deliver_one
from jobs.retry import ERRORS, GIVE_UP_AFTER, About, about, retry_after
from jobs.schedule import SCHEDULED_KINDS, ScheduledKind, builders_by_kind, tick
from jobs.slack_client import SlackClient
from jobs.tick_context import TickContext
from messages.blocks import Answer, text_answer
from sandbox.faults import Fault
from tests.cast import BOARD_CHANNEL, CHAIR, LEAD, NOW, PLAN_CHANNEL, at, unknown_delivery
from tests.conftest import Running, SkippingStopwatch, run_bot


def _build(session: Session, delivery: Delivery, context: TickContext) -> Answer | None:
    return text_answer(f"about {delivery.occurrence}")


# Of the kinds it does not matter which: one whose message is built, and one whose message is not needed.
NEEDED, NOT_NEEDED = DeliveryKind.NUDGE, DeliveryKind.DIGEST
BUILDERS: dict[str, Build] = {NEEDED: _build, NOT_NEEDED: lambda session, delivery, context: None}


def _enqueue(engine: Engine, occurrence: str, recipient: str = LEAD, kind: DeliveryKind = NEEDED) -> None:
    with writing(engine) as session:
        enqueue(session, kind, occurrence, recipient, NOW)


def _stored(engine: Engine) -> Delivery:
    with reading(engine) as session:
        return session.exec(select(Delivery)).one()


def _is_just_after(moment: datetime | None, before: datetime) -> bool:
    return moment is not None and timedelta() <= moment - before < timedelta(minutes=1)


@pytest.fixture
def client(slack: Running) -> SlackClient:
    return make_client(slack.settings)


def test_a_message_is_sent_once_with_its_id_and_recorded(slack: Running, client: SlackClient) -> None:
    _enqueue(slack.engine, "1")
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(sent=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter()

    [message] = slack.sandbox.space.messages
    stored = _stored(slack.engine)
    assert (stored.channel, stored.ts) == (message.channel, message.ts)
    assert _is_just_after(stored.sent_at, NOW)
    assert message.metadata == {
        "event_type": "partnership_delivery",
        "event_payload": {"delivery": stored.id},
    }


def test_enqueueing_the_same_message_twice_adds_it_once(sampled: Engine) -> None:
    with writing(sampled) as session:
        assert enqueue(session, NEEDED, "1", LEAD, NOW)
        assert not enqueue(session, NEEDED, "1", LEAD, NOW)
        assert enqueue(session, NEEDED, "1", CHAIR, NOW)


def test_exactly_one_of_many_workers_claims_a_delivery(sampled: Engine) -> None:
    _enqueue(sampled, "1")
    delivery = _stored(sampled)
    gate = threading.Barrier(8)
    claimed: list[bool] = []

    def take() -> None:
        gate.wait()
        claimed.append(claim(sampled, delivery.id, NOW) is not None)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Counter(claimed) == Counter({False: 7, True: 1})


def test_a_message_that_is_no_longer_needed_is_closed_and_not_sent(
    slack: Running, client: SlackClient
) -> None:
    _enqueue(slack.engine, "1", kind=NOT_NEEDED)

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(skipped=1)
    assert _stored(slack.engine).reason == "no longer needed"
    assert not slack.sandbox.space.messages


def test_a_message_to_an_archived_channel_fails_for_good_with_the_reason(
    slack: Running, client: SlackClient
) -> None:
    slack.sandbox.space.channels[PLAN_CHANNEL].archived = True
    _enqueue(slack.engine, "1", PLAN_CHANNEL)

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(failed=1)
    stored = _stored(slack.engine)
    assert (stored.reason, stored.sent_at) == ("is_archived", None)
    assert _is_just_after(stored.failed_at, NOW)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(days=1))) == Counter()


@pytest.mark.parametrize("drop", ["before", "after"])
def test_after_a_dropped_connection_it_looks_for_the_message_before_posting_again(
    slack: Running, client: SlackClient, drop: Literal["before", "after"]
) -> None:
    _enqueue(slack.engine, "1")
    slack.sandbox.space.faults.order("chat.postMessage", Fault(drop=drop))
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(deferred=1)
    assert _stored(slack.engine).reason == "RemoteDisconnected"
    assert len(slack.sandbox.space.messages) == (drop == "after")

    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(hours=1))) == Counter(sent=1)
    assert len(slack.sandbox.space.messages) == 1
    assert _stored(slack.engine).ts == slack.sandbox.space.messages[0].ts


def test_when_rate_limited_it_waits_once_and_then_tries_again_later(
    slack: Running, client: SlackClient
) -> None:
    _enqueue(slack.engine, "1")
    faults = slack.sandbox.space.faults
    faults.order("chat.postMessage", Fault(retry_after=0))
    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(sent=1)

    _enqueue(slack.engine, "2")
    later = NOW + timedelta(minutes=1)
    faults.order("chat.postMessage", Fault(retry_after=0), Fault(retry_after=30))
    assert deliver(slack.engine, client, BUILDERS, at(later)) == Counter(deferred=1)
    assert deliver(slack.engine, client, BUILDERS, at(later + timedelta(seconds=29))) == Counter()
    assert deliver(slack.engine, client, BUILDERS, at(later + timedelta(seconds=32))) == Counter(sent=1)


@pytest.mark.soak
@pytest.mark.parametrize("error", ["account_inactive", "missing_scope", "token_revoked"])
def test_an_error_about_the_bot_itself_stops_all_sending_and_nothing_is_lost(
    slack: Running, client: SlackClient, error: str
) -> None:
    """A token that was taken back for an hour must not cost a school its reminder."""
    slack.tick()
    for number, channel in enumerate((PLAN_CHANNEL, PLAN_CHANNEL, BOARD_CHANNEL)):
        _enqueue(slack.engine, str(number), channel)
    faults = slack.sandbox.space.faults
    faults.order("chat.postMessage", *[Fault(error=error)] * 2)
    outcome = deliver(slack.engine, client, BUILDERS, at(NOW))
    assert outcome["failed"] == outcome["sent"] == 0
    ready = urllib.request.Request(f"{slack.web.url}/readyz")
    with pytest.raises(urllib.error.HTTPError, match="503") as refused:
        urllib.request.urlopen(ready)
    assert error in refused.value.read().decode()

    # While Slack still refuses the bot, it only asks whether that is over.
    faults.order("auth.test", Fault(error="token_revoked"))
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(minutes=1))) == Counter()
    later = [at(NOW + timedelta(days=5, seconds=2 * number)) for number in range(3)]
    sent = sum((deliver(slack.engine, client, BUILDERS, moment) for moment in later), Counter())
    assert sent["sent"] == 3
    with urllib.request.urlopen(ready) as answer:
        assert answer.status == 200


def test_a_channel_gets_one_message_a_second_whoever_sends(slack: Running, client: SlackClient) -> None:
    """Two workers whose passes begin at once, and one while the first message is half a second old."""
    for number in range(7):
        _enqueue(slack.engine, str(number), PLAN_CHANNEL)
    _enqueue(slack.engine, "elsewhere", BOARD_CHANNEL)
    stopwatch = SkippingStopwatch(slack.sandbox.clock)
    context = replace(at(NOW), stopwatch=stopwatch)
    assert deliver(slack.engine, client, BUILDERS, context) == Counter(sent=6)
    times = [float(one.ts) for one in slack.sandbox.space.messages if one.channel == PLAN_CHANNEL]
    assert len(times) == 5
    assert min(after - before for before, after in pairwise(times)) >= 1
    # Another worker, right after that.
    now = NOW + timedelta(seconds=stopwatch.seconds())
    assert deliver(slack.engine, client, BUILDERS, at(now)) == Counter()
    slack.sandbox.clock.forward(timedelta(minutes=1))
    later = replace(at(now + timedelta(minutes=1)), stopwatch=SkippingStopwatch(slack.sandbox.clock))
    assert deliver(slack.engine, client, BUILDERS, later) == Counter(sent=2)


def test_of_two_messages_in_a_channel_one_is_claimed_at_a_time(sampled: Engine) -> None:
    for number in range(2):
        _enqueue(sampled, str(number))
    with reading(sampled) as session:
        ids = list(session.exec(select(Delivery.id)))
    gate = threading.Barrier(2)
    claimed: list[bool] = []

    def take(delivery_id: str) -> None:
        gate.wait()
        claimed.append(claim(sampled, delivery_id, NOW) is not None)

    threads = [threading.Thread(target=take, args=[one]) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == [False, True]


def _ready(slack: Running) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{slack.web.url}/readyz") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.soak
@pytest.mark.parametrize(
    ("by", "said"), [(timedelta(days=120), "120 days ahead of"), (-timedelta(hours=3), "3 hours behind")]
)
def test_with_a_wrong_clock_nothing_is_noticed_and_readyz_says_so(
    slack: Running, client: SlackClient, by: timedelta, said: str
) -> None:
    """One pass four months ahead once used up a term's reminders for three schools."""
    _enqueue(slack.engine, "1")
    done = tick(slack.engine, client, slack.store.tick_context(slack.sandbox.clock() + by))

    assert set(done.values()) == {0}
    assert slack.sandbox.space.messages == []
    status, told = _ready(slack)
    assert status == 503
    assert f"it is {said} Slack's, so nothing is noticed or sent" in told
    with reading(slack.engine) as session:
        assert session.exec(select(Receipt)).first() is None
    # The clock is put right.
    assert tick(slack.engine, client, slack.store.tick_context())["noticed"] == 0
    assert _ready(slack)[0] == 200


def test_while_slack_was_never_reached_nothing_is_noticed(slack: Running, client: SlackClient) -> None:
    slack.sandbox.space.faults.order("auth.test", Fault(drop="before"))
    tick(slack.engine, client, slack.store.tick_context())
    assert "Slack can't be reached" in _ready(slack)[1]
    tick(slack.engine, client, slack.store.tick_context())
    assert _ready(slack)[0] == 200


def test_a_kind_that_cannot_be_noticed_is_said_and_the_others_go_on(
    slack: Running, client: SlackClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(engine: Engine, context: TickContext) -> int:
        raise LookupError

    broken = [
        replace(one, enqueue_due=fail) if one.kind == DeliveryKind.KPI else one for one in SCHEDULED_KINDS
    ]
    monkeypatch.setattr("jobs.schedule.SCHEDULED_KINDS", broken)
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    with pytest.raises(LookupError):
        tick(slack.engine, client, slack.store.tick_context())

    assert len(slack.sandbox.space.messages) == 2
    status, told = _ready(slack)
    assert status == 503
    assert "these can't be noticed: kpi (LookupError)" in told


def test_a_message_waits_from_when_it_was_first_due(slack: Running, client: SlackClient) -> None:
    """Each attempt moves the next one on, and a message that is due tomorrow does not wait."""
    with writing(slack.engine) as session:
        enqueue(session, NEEDED, "tomorrow", CHAIR, NOW + timedelta(days=1))
    _enqueue(slack.engine, "1")
    for number in range(3):
        slack.sandbox.space.faults.order("chat.postMessage", Fault(error="internal_error"))
        deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(hours=number)))
    with reading(slack.engine) as session:
        found = health.read_health(session, NOW + timedelta(hours=2))

    assert (found.oldest_unsent, found.unsent) == (NOW, 1)


def test_rate_limiting_never_counts_as_an_attempt(slack: Running, client: SlackClient) -> None:
    _enqueue(slack.engine, "1")
    for hour in range(10):
        slack.sandbox.space.faults.order("chat.postMessage", Fault(retry_after=30))
        context = at(NOW + hour * GIVE_UP_AFTER / 4)
        assert deliver(slack.engine, client, BUILDERS, context) == Counter(deferred=1)
        assert _stored(slack.engine).attempts == 0

    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(days=9))) == Counter(sent=1)


def test_once_rate_limited_messages_not_yet_started_wait_for_a_later_pass(
    slack: Running, client: SlackClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_CONCURRENT_CHANNELS", 1)
    _enqueue(slack.engine, "1")
    _enqueue(slack.engine, "2", CHAIR)
    slack.sandbox.space.faults.order("chat.postMessage", Fault(retry_after=30))

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(deferred=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(seconds=5))) == Counter(sent=1)
    assert deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(seconds=31))) == Counter(sent=1)


def test_permalinks_are_stored_after_all_messages_are_sent(slack: Running, client: SlackClient) -> None:
    _enqueue(slack.engine, "1")
    slack.sandbox.space.faults.order("chat.getPermalink", Fault(error="internal_error"))
    deliver(slack.engine, client, BUILDERS, at(NOW))
    assert _stored(slack.engine).permalink is None

    deliver(slack.engine, client, BUILDERS, at(NOW))
    assert str(_stored(slack.engine).permalink).endswith(str(_stored(slack.engine).ts).replace(".", ""))

    _enqueue(slack.engine, "2", CHAIR)
    slack.sandbox.space.faults.order("chat.getPermalink", Fault(error="message_not_found"))
    deliver(slack.engine, client, BUILDERS, at(NOW))
    deliver(slack.engine, client, BUILDERS, at(NOW))
    with reading(slack.engine) as session:
        [permalink] = session.exec(select(Delivery.permalink).where(Delivery.occurrence == "2")).all()
    assert permalink == ""


def test_a_crash_between_sending_and_recording_sends_nothing_twice(
    slack: Running, client: SlackClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _enqueue(slack.engine, "1")
    delivery = _stored(slack.engine)
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
        ("user_not_found", 1, 0, None, None),
        ("ratelimited", 1, 0, 30, 30),
        ("ratelimited", 100, 1000, 30, 30),
        ("internal_error", 1, 0, None, 30),
        ("internal_error", 2, 0, None, 60),
        ("URLError", 7, 1, None, 1920),
        ("URLError", 70, 71, None, 3600),
        ("URLError", 71, 72, None, None),
    ],
)
def test_when_to_try_again(
    error: str, attempts: int, hours: int, wait: int | None, again: int | None
) -> None:
    retry = retry_after(error, about(error), attempts, NOW - timedelta(hours=hours), NOW, wait)

    assert retry.reason == error
    assert retry.at == (None if again is None else NOW + timedelta(seconds=again))


def test_an_email_address_is_looked_up_before_posting(slack: Running, client: SlackClient) -> None:
    _enqueue(slack.engine, "1", "lead@example.org")

    assert deliver(slack.engine, client, BUILDERS, at(NOW)) == Counter(sent=1)
    assert slack.sandbox.space.messages[0].channel == f"D{LEAD[1:]}"


def test_a_withdrawn_request_is_sent_to_nobody(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    slack.ask(LEAD, "/action undo")

    assert slack.messages_after(slack.tick) == []


def test_the_scheduler_only_ticks(slack: Running, client: SlackClient) -> None:
    scheduler = make_scheduler(slack.engine, client, lambda: at(NOW))

    [job] = scheduler.get_jobs()
    assert job.id == "tick"
    assert job.coalesce
    assert job.misfire_grace_time is None
    with writing(slack.engine) as session:
        session.add(unknown_delivery())
    job.func()
    assert _stored(slack.engine).reason == "unknown kind"


def test_every_kind_has_one_builder_or_the_program_does_not_start() -> None:
    with pytest.raises(ValueError, match="no builder for: digest"):
        builders_by_kind([one for one in SCHEDULED_KINDS if one.kind != DeliveryKind.DIGEST])
    with pytest.raises(ValueError, match="scheduled twice: nudge"):
        builders_by_kind([*SCHEDULED_KINDS, ScheduledKind(DeliveryKind.NUDGE, _build, None)])


def test_a_tick_deletes_changes_that_were_never_confirmed(slack: Running) -> None:
    with writing(slack.engine) as session:
        save_pending(session, Author(LEAD, NOW), REPLY, {"text": "half done"})
    slack.tick(NOW + KEEP_FOR - timedelta(minutes=1))
    with reading(slack.engine) as session:
        assert len(session.exec(select(PendingChange)).all()) == 1
    slack.tick(NOW + KEEP_FOR + timedelta(seconds=1))
    with reading(slack.engine) as session:
        assert session.exec(select(PendingChange)).all() == []


def test_a_pass_that_fails_does_not_stop_the_clock(
    client: SlackClient, capsys: pytest.CaptureFixture[str]
) -> None:
    [job] = make_scheduler(connect("sqlite://"), client, lambda: at(NOW)).get_jobs()
    logs.configure("INFO")
    job.func()
    logs.configure(None)

    assert '"error": "OperationalError"' in capsys.readouterr().err


def test_a_code_means_what_it_is_said_of() -> None:
    assert about("account_inactive") is About.SENDER
    assert about("account_inactive", of_recipient=True) is About.RECIPIENT
    assert about("something_new") is About.MOMENT
    assert {code for code, one in ERRORS.items() if one in (About.SENDER, About.RECIPIENT)} >= UNREACHABLE


@pytest.mark.parametrize("error", ["internal_error", "messages_tab_disabled"])
def test_an_error_of_the_moment_is_tried_again_and_one_of_the_message_is_not(
    slack: Running, client: SlackClient, error: str
) -> None:
    _enqueue(slack.engine, "1", PLAN_CHANNEL)
    _enqueue(slack.engine, "2", BOARD_CHANNEL)
    slack.sandbox.space.faults.order("chat.postMessage", Fault(error=error))
    assert deliver(slack.engine, client, BUILDERS, at(NOW))["deferred"] == 1
    slack.sandbox.space.faults.order("chat.postMessage", Fault(error="msg_too_long"))
    later = deliver(slack.engine, client, BUILDERS, at(NOW + timedelta(hours=2)))

    assert later["failed"] == 1


def test_a_damaged_row_stops_itself_and_no_other(
    slack: Running, client: SlackClient, copy_of: Callable[[str, bool], str]
) -> None:
    """SQLite keeps any text in a date's column. The nightly check then names the row."""
    with run_bot(copy_of("sqlite", True)) as nudging:
        with nudging.engine.begin() as connection:
            connection.execute(text("UPDATE action SET due = 'garbage' WHERE ref = '2.3.5'"))
        with writing(nudging.engine) as session:
            session.add(unknown_delivery())
            enqueue(session, DeliveryKind.NOT_MINE, "no number", CHAIR, NOW)
        with nudging.engine.begin() as connection:
            connection.execute(text("UPDATE delivery SET begun_at = 'garbage' WHERE kind = 'not_mine'"))
        nudging.tick()

        nudge = next(one for one in nudging.sandbox.space.messages if one.channel == f"D{LEAD[1:]}")
        assert "7 actions are past their date" in nudge.text
        assert "2.3.5" not in nudge.text
        assert "no clear date" in nudging.ask(LEAD, "/action status 2.3.5").text
        with reading(nudging.engine) as session:
            wrong = [str(one) for one in find_differences(session)]
    assert wrong == ["jtai2016:2.3.5: due is nothing, but the record says “2016-09-30”"]
