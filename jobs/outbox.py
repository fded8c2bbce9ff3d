"""The outbox: claim, commit, build, send, record. No transaction is open during a call to Slack.

After a dropped connection, a 5xx or a crash between sending and recording, the bot cannot know whether the
message arrived. The next attempt looks for the delivery id in the channel's message metadata before it
posts again.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor as Pool
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, select

from db import audit_log, health
from db.engine import lock_name, reading, writing
from db.models import Delivery
from jobs.recipients import CannotReceive, open_channel
from jobs.retry import GIVE_UP_AFTER, RATE_LIMITED, About, about, retry_after
from jobs.tick_context import TickContext
from messages.blocks import Answer

log = structlog.get_logger(__name__)


class Edit(Protocol):
    """Something to do with a posted message, in place of posting one."""

    def apply(self, client: WebClient) -> tuple[str, str]:
        """Do it, and return the message's channel and `ts`. Raises what slack_sdk raises."""


Build = Callable[[Session, Delivery, TickContext], Answer | Edit | None]

EVENT_TYPE = "partnership_delivery"
# A claim older than this belongs to a process that died.
ABANDONED = timedelta(minutes=5)
# Slack allows one message a second in a channel. A pass waits so long between two, and so do other workers.
_PACE = timedelta(seconds=1)
# A little more, so that two clocks agree that it was a second.
_PAUSE_SECONDS = 1.05
# Messages per channel and pass: a pass runs every five seconds.
_PER_CHANNEL = 5
# Channels served at the same time.
_CONCURRENT_CHANNELS = 16
# Messages per channel and day: more than this is a fault in the bot, and stops here.
DAILY_CAP = 60
# How many permalinks a pass fetches after it has sent everything.
_PERMALINKS_PER_PASS = 50
# Slack's errors for a message that is gone: its permalink is not asked for again.
_NO_PERMALINK = frozenset(("message_not_found", "channel_not_found"))
# How far Slack's clock and ours may differ.
_CLOCK_DIFFERENCE = timedelta(minutes=10)


def deliver(
    engine: Engine, client: WebClient, builders: Mapping[str, Build], context: TickContext
) -> Counter[str]:
    """Deliver every message that is due: channels in parallel, the messages of a channel in order.

    Counts the outcomes `sent`, `deferred`, `failed` and `skipped`. Once Slack has answered "rate limited", or
    refused the bot itself, every message that is not yet started waits for a later pass.
    """
    if not _may_send(engine, client):
        return Counter()
    channels = _due_by_channel(engine, context.at)
    rate_limited = threading.Event()

    def deliver_channel(delivery_ids: Sequence[str]) -> Counter[str]:
        return _deliver_channel(engine, client, builders, delivery_ids, context, rate_limited)

    outcomes: Counter[str] = Counter()
    if channels:
        with Pool(min(_CONCURRENT_CHANNELS, len(channels)), "deliver") as pool:
            outcomes = sum(pool.map(deliver_channel, channels), Counter())
    if not rate_limited.is_set():
        _fetch_permalinks(engine, client, context.at)
    return outcomes


def _may_send(engine: Engine, client: WebClient) -> bool:
    """Whether Slack lets the bot send. After it refused the bot, it is asked before anything else."""
    with reading(engine) as session:
        refused = health.sender_error(session)
    if refused is None:
        return True
    try:
        client.auth_test()
    except (SlackClientError, OSError) as error:
        log.warning("nothing is sent", reason=_reason(error))
        return False
    with writing(engine) as session:
        health.set_sender_error(session, None)
    return True


def _deliver_channel(
    engine: Engine,
    client: WebClient,
    builders: Mapping[str, Build],
    delivery_ids: Sequence[str],
    context: TickContext,
    rate_limited: threading.Event,
) -> Counter[str]:
    """One channel's messages in order, at its pace: if one has to wait, those behind it wait too."""
    outcomes: Counter[str] = Counter()
    outcome = None
    for delivery_id in delivery_ids:
        if outcome == "sent":
            context.stopwatch.wait(_PAUSE_SECONDS)
        if rate_limited.is_set():
            break
        outcome = deliver_one(engine, client, builders, delivery_id, context, rate_limited)
        if outcome is not None:
            outcomes[outcome] += 1
        if outcome in (None, "deferred"):
            # Another worker has claimed it, or it is tried again later.
            break
    return outcomes


def _due_by_channel(engine: Engine, now: datetime) -> list[list[str]]:
    """The ids of the deliveries to send in each channel in this pass, in order.

    Leaves out channels that have just had a message, and those that have reached their daily cap.
    """
    with reading(engine) as session:
        query = select(Delivery.id, Delivery.recipient).where(
            *_sendable(now),
            col(Delivery.recipient).not_in(_busy_recipients(now)),
            col(Delivery.recipient).not_in(_capped_recipients(now)),
        )
        channels: dict[str, list[str]] = {}
        for delivery_id, recipient in session.exec(query.order_by(col(Delivery.next_try), Delivery.id)):
            channels.setdefault(recipient, []).append(delivery_id)
    return [delivery_ids[:_PER_CHANNEL] for delivery_ids in channels.values()]


def _busy_recipients(now: datetime) -> Any:
    """Channels in which a message is being sent or was just sent, or has to be tried again first."""
    being_sent = col(Delivery.claimed_at) >= now - ABANDONED
    underway = (
        col(Delivery.begun_at).is_not(None)
        & col(Delivery.sent_at).is_(None)
        & col(Delivery.failed_at).is_(None)
        & (being_sent | (col(Delivery.next_try) > now))
    )
    return select(Delivery.recipient).where(underway | (col(Delivery.sent_at) > now - _PACE))


def _capped_recipients(now: datetime) -> Any:
    """Channels that have had `DAILY_CAP` messages in the last day."""
    sent = select(Delivery.recipient).where(col(Delivery.sent_at) > now - timedelta(days=1))
    return sent.group_by(col(Delivery.recipient)).having(func.count(col(Delivery.id)) >= DAILY_CAP)


def _sendable(now: datetime) -> list[Any]:
    return [
        col(Delivery.sent_at).is_(None),
        col(Delivery.failed_at).is_(None),
        col(Delivery.next_try) <= now,
        col(Delivery.claimed_at).is_(None) | (col(Delivery.claimed_at) < now - ABANDONED),
    ]


def deliver_one(
    engine: Engine,
    client: WebClient,
    builders: Mapping[str, Build],
    delivery_id: str,
    context: TickContext,
    rate_limited: threading.Event,
) -> str | None:
    """Deliver one message if it can still be claimed. Returns its outcome, or None if another worker has it.

    Sets `rate_limited` if Slack asks to wait.
    """
    now = context.now()
    claimed = claim(engine, delivery_id, now)
    if claimed is None:
        return None
    build = builders.get(claimed.kind)
    if build is None:
        # Another version of the bot enqueued it, and this one does not have its kind.
        _close(engine, claimed.id, failed_at=now, reason="unknown kind")
        return "failed"
    try:
        with reading(engine) as session:
            answer = build(session, claimed, context)
    except Exception as error:
        # One message that cannot be built must not stop the others.
        return _record_failure(engine, claimed, error, now)
    if answer is None:
        _close(engine, claimed.id, failed_at=now, reason="no longer needed")
        return "skipped"
    try:
        channel, ts = _send(engine, client, claimed, answer, context)
    except (CannotReceive, SlackClientError, OSError) as error:
        if _about(error) is About.SENDER:
            rate_limited.set()
            return _hold(engine, claimed, _reason(error), now)
        if _reason(error) == RATE_LIMITED:
            rate_limited.set()
        return _record_failure(engine, claimed, error, now)
    except Exception as error:
        # One message must not stop the others. It may have arrived: the next attempt looks for it.
        return _record_failure(engine, claimed, error, now)
    _close(engine, claimed.id, sent_at=context.now(), channel=channel, ts=ts, reason=None)
    return "sent"


def _send(
    engine: Engine, client: WebClient, claimed: Delivery, answer: Answer | Edit, context: TickContext
) -> tuple[str, str]:
    """Post a message, unless an earlier attempt did arrive. Returns its channel and `ts`."""
    if not isinstance(answer, Answer):
        return answer.apply(client)
    channel = open_channel(engine, client, claimed.recipient, claimed.kind, context.today)
    ts = None
    if claimed.attempts > 1:
        ts = _find_posted(client, channel, claimed, answer.thread_ts, context.now())
    return channel, ts or _post(client, channel, claimed.id, answer)


def claim(engine: Engine, delivery_id: str, now: datetime) -> Delivery | None:
    """Claim a delivery, so that exactly one of several workers gets it, and one of its channel at a time."""
    with writing(engine) as session:
        recipient = session.exec(select(Delivery.recipient).where(Delivery.id == delivery_id)).first()
        if recipient is None:
            return None
        lock_name(session, recipient)
        if session.exec(_busy_recipients(now).where(Delivery.recipient == recipient)).first() is not None:
            return None
        updated = session.connection().execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id, *_sendable(now))
            .values(
                claimed_at=now,
                begun_at=func.coalesce(col(Delivery.begun_at), now),
                attempts=Delivery.attempts + 1,
            )
        )
        return session.get(Delivery, delivery_id) if updated.rowcount else None


def _close(engine: Engine, delivery_id: str, **values: Any) -> None:
    with writing(engine) as session:
        # A measure counts deliveries, and the answer cache may hold an answer that shows it: the write lock
        # gives this change a number, which expires the cached answer.
        audit_log.take_write_lock(session)
        _set(session, delivery_id, claimed_at=None, **values)


def _set(session: Session, delivery_id: str, **values: Any) -> None:
    session.connection().execute(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


def _post(client: WebClient, channel: str, delivery_id: str, answer: Answer) -> str:
    """Post. If Slack refuses the blocks, post the plain text alone: it holds the same facts."""
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery": delivery_id}}
    body = answer.body()
    try:
        posted = client.chat_postMessage(
            channel=channel, metadata=metadata, thread_ts=answer.thread_ts, unfurl_links=False, **body
        )
    except SlackApiError as error:
        if error.response.get("error") != "invalid_blocks":
            raise
        posted = client.chat_postMessage(
            channel=channel, metadata=metadata, thread_ts=answer.thread_ts, text=body["text"]
        )
    return str(posted["ts"])


def _fetch_permalinks(engine: Engine, client: WebClient, now: datetime) -> None:
    """Store the permalinks of recently sent messages. A receipt without a link is still a receipt."""
    with reading(engine) as session:
        query = select(Delivery.id, Delivery.channel, Delivery.ts).where(
            col(Delivery.sent_at) > now - timedelta(days=1), col(Delivery.permalink).is_(None)
        )
        unlinked = session.exec(query.order_by(col(Delivery.sent_at)).limit(_PERMALINKS_PER_PASS)).all()
    for delivery_id, channel, ts in unlinked:
        try:
            permalink = client.chat_getPermalink(channel=channel or "", message_ts=ts or "")["permalink"]
        except (SlackClientError, OSError) as error:
            if _reason(error) not in _NO_PERMALINK:
                return
            permalink = ""
        with writing(engine) as session:
            _set(session, delivery_id, permalink=permalink)


def _find_posted(
    client: WebClient, channel: str, claimed: Delivery, thread_ts: str | None, now: datetime
) -> str | None:
    """The `ts` of the message if an attempt since the first one did arrive, else None."""
    # Since when it is tried is unknown only of a row that somebody has damaged.
    begun_at = claimed.begun_at or now - GIVE_UP_AFTER
    oldest, cursor = f"{(begun_at - _CLOCK_DIFFERENCE).timestamp():.6f}", ""
    while True:
        window: dict[str, Any] = {"channel": channel, "limit": 200, "oldest": oldest, "cursor": cursor}
        window["include_all_metadata"] = True
        if thread_ts is None:
            history = client.conversations_history(**window)
        else:
            # What stands in a thread is not in the channel's own history.
            history = client.conversations_replies(ts=thread_ts, **window)
        for message in history["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery") == claimed.id:
                return str(message["ts"])
        cursor = (history.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def _reason(error: Exception) -> str:
    """Slack's error code, or the name of the exception."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or error.response.status_code)
    return str(error) if isinstance(error, CannotReceive) else type(error).__name__


def _about(error: Exception) -> About:
    return about(_reason(error), of_recipient=isinstance(error, CannotReceive))


def _hold(engine: Engine, claimed: Delivery, reason: str, now: datetime) -> str:
    """Leave a message as it was before this attempt: Slack refused the bot, and certainly posted nothing."""
    log.error("Slack refuses the bot", reason=reason)
    with writing(engine) as session:
        health.set_sender_error(session, reason)
        values = {"next_try": now, "reason": reason, "attempts": claimed.attempts - 1}
        _set(session, claimed.id, claimed_at=None, **values)
    return "deferred"


def _record_failure(engine: Engine, claimed: Delivery, error: Exception, now: datetime) -> str:
    """Record a failed attempt and when to try again. Returns the outcome, `failed` or `deferred`."""
    wait = int(error.response.headers.get("Retry-After", 0)) if isinstance(error, SlackApiError) else 0
    begun_at = claimed.begun_at or now
    retry = retry_after(_reason(error), _about(error), claimed.attempts, begun_at, now, wait or None)
    log_failure = log.info if retry.reason == RATE_LIMITED else log.warning
    log_failure("delivery failed", delivery=claimed.id, kind=claimed.kind, reason=retry.reason)
    if retry.at is None:
        _close(engine, claimed.id, failed_at=now, reason=retry.reason[:80])
        return "failed"
    # "Rate limited" does not count as an attempt: Slack certainly posted nothing.
    attempts = claimed.attempts - (retry.reason == RATE_LIMITED)
    with writing(engine) as session:
        values = {"next_try": retry.at, "reason": retry.reason[:80], "attempts": attempts}
        _set(session, claimed.id, claimed_at=None, **values)
    return "deferred"
