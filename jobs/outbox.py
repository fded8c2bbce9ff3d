"""The outbox: claim, commit, build, send, record. Never a transaction across the wire.

A message whose sending ended in doubt (a dropped connection, a 5xx, a crash between sending and
recording) is looked for in its channel by the delivery id in its metadata before it is posted again.
"""

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor as Pool
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, select

from db import audit_log
from db.engine import reading, writing
from db.models import Delivery
from jobs.tick_context import TickContext
from messages.limits import Answer

log = structlog.get_logger(__name__)

Build = Callable[[Session, Delivery, TickContext], Answer | None]

EVENT_TYPE = "partnership_delivery"
# A claim this old belongs to a process that died with it.
ABANDONED = timedelta(minutes=5)
# Of trying in vain: Slack may be away for hours, and what nobody could be told for days is old news.
GIVE_UP_AFTER = timedelta(days=3)
# A message a second and channel, at a pass every five seconds.
_PER_CHANNEL = 5
_AT_ONCE = 16
# Of a channel and a day: more is a fault of the bot's, and stops here.
CAP = 60
# Links to what was sent that a pass asks for, after all else.
_LINKS = 50
# What Slack says of a message that is no more: its link is not asked for again.
_NO_LINK = frozenset(("message_not_found", "channel_not_found"))
RATE_LIMITED = "ratelimited"
# Slack's clock and ours.
_CLOCKS_DIFFER = timedelta(minutes=10)
PERMANENT_ERRORS = frozenset(
    (
        "account_inactive",
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_auth",
        "invalid_blocks",
        "is_archived",
        "messages_tab_disabled",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "restricted_action",
        "token_revoked",
        "user_disabled",
        "user_not_found",
        "users_not_found",
    )
)


class RecipientGone(Exception):
    """A recipient who is not there any more; its text is Slack's own word for why."""


@dataclass(frozen=True)
class Retry:
    """What comes after a failure: never again with this reason, or again at a moment."""

    reason: str
    again: datetime | None


def retry_after(error: str, attempts: int, begun: datetime, now: datetime, wait: int | None = None) -> Retry:
    """A permanent error ends it, "wait" is obeyed, anything else backs off and at last gives up."""
    if error in PERMANENT_ERRORS or (now - begun >= GIVE_UP_AFTER and error != RATE_LIMITED):
        return Retry(error, None)
    return Retry(error, now + timedelta(seconds=wait or min(3600, 15 * 2 ** min(attempts, 8))))


def deliver(
    engine: Engine, client: WebClient, builders: Mapping[str, Build], context: TickContext
) -> Counter[str]:
    """Deliver all that is due, all channels at once, in each one after another.

    Counts by `sent`, `deferred`, `failed` and `skipped`. Once Slack has asked for patience, what was
    not begun is left to a later pass.
    """
    channels = _due(engine, context.at)
    patience = threading.Event()

    def one(waiting: Sequence[str]) -> Counter[str]:
        return _deliver_channel(engine, client, builders, waiting, context, patience)

    done: Counter[str] = Counter()
    if channels:
        with Pool(min(_AT_ONCE, len(channels)), "deliver") as pool:
            done = sum(pool.map(one, channels), Counter())
    if not patience.is_set():
        _fetch_permalinks(engine, client, context.at)
    return done


def _deliver_channel(
    engine: Engine,
    client: WebClient,
    builders: Mapping[str, Build],
    waiting: Sequence[str],
    context: TickContext,
    patience: threading.Event,
) -> Counter[str]:
    """One channel's messages in their order: where one has to wait, those behind it wait too."""
    done: Counter[str] = Counter()
    for delivery_id in waiting:
        if patience.is_set():
            break
        result = deliver_one(engine, client, builders, delivery_id, context, patience)
        if result is not None:
            done[result] += 1
        if result in (None, "deferred"):
            # Another worker has it, or it comes again later.
            break
    return done


def _due(engine: Engine, now: datetime) -> list[list[str]]:
    """What is due in each channel, in order; as many as its pace allows, and none beyond its day's cap."""
    with reading(engine) as session:
        query = select(Delivery.id, Delivery.recipient).where(
            *_sendable(now),
            col(Delivery.recipient).not_in(_busy_recipients(now)),
            col(Delivery.recipient).not_in(_capped_recipients(now)),
        )
        channels: dict[str, list[str]] = {}
        for delivery_id, recipient in session.exec(query.order_by(col(Delivery.next_try), Delivery.id)):
            channels.setdefault(recipient, []).append(delivery_id)
    return [waiting[:_PER_CHANNEL] for waiting in channels.values()]


def _busy_recipients(now: datetime) -> Any:
    """Channels in which an earlier message is under way, or has to come again first."""
    under_way = col(Delivery.claimed_at) >= now - ABANDONED
    return select(Delivery.recipient).where(
        col(Delivery.begun_at).is_not(None),
        col(Delivery.sent_at).is_(None),
        col(Delivery.failed_at).is_(None),
        under_way | (col(Delivery.next_try) > now),
    )


def _capped_recipients(now: datetime) -> Any:
    """Channels that had as much in a day as nobody means to send."""
    sent = select(Delivery.recipient).where(col(Delivery.sent_at) > now - timedelta(days=1))
    return sent.group_by(col(Delivery.recipient)).having(func.count(col(Delivery.id)) >= CAP)


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
    patience: threading.Event,
) -> str | None:
    """One delivery, if it can still be claimed: what became of it, or None when another has it.

    Sets `patience` when Slack will take no more for now.
    """
    now = context.at
    claimed = claim(engine, delivery_id, now)
    if claimed is None:
        return None
    build = builders.get(claimed.kind)
    if build is None:
        # Owed by a version of the bot that knew this kind.
        _close(engine, claimed.id, failed_at=now, reason="unknown kind")
        return "failed"
    try:
        with reading(engine) as session:
            answer = build(session, claimed, context)
    except Exception as broken:
        # One message that cannot be made must not keep the others from going out.
        return _failed(engine, claimed, broken, now)
    if answer is None:
        _close(engine, claimed.id, failed_at=now, reason="no longer needed")
        return "skipped"
    try:
        channel = _channel(client, claimed.recipient)
        ts = _find_posted(client, channel, claimed) if claimed.attempts > 1 else None
        ts = ts or _post(client, channel, claimed.id, answer)
    except (RecipientGone, SlackClientError, OSError) as error:
        if _reason(error) == RATE_LIMITED:
            patience.set()
        return _failed(engine, claimed, error, now)
    _close(engine, claimed.id, sent_at=now, channel=channel, ts=ts, reason=None)
    return "sent"


def claim(engine: Engine, delivery_id: str, now: datetime) -> Delivery | None:
    """Take a delivery by one conditional update: of several workers exactly one gets it."""
    with writing(engine) as session:
        taken = session.connection().execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id, *_sendable(now))
            .values(
                claimed_at=now,
                begun_at=func.coalesce(col(Delivery.begun_at), now),
                attempts=Delivery.attempts + 1,
            )
        )
        return session.get(Delivery, delivery_id) if taken.rowcount else None


def _close(engine: Engine, delivery_id: str, **values: Any) -> None:
    with writing(engine) as session:
        # What was delivered is a measure's value, and an answer that is kept may tell it.
        audit_log.take_write_lock(session)
        _set(session, delivery_id, claimed_at=None, **values)


def _set(session: Session, delivery_id: str, **values: Any) -> None:
    session.connection().execute(update(Delivery).where(col(Delivery.id) == delivery_id).values(**values))


def _channel(client: WebClient, recipient: str) -> str:
    """Where to post: a channel as it is, a person by the direct message with them."""
    if "@" in recipient:
        recipient = client.users_lookupByEmail(email=recipient)["user"]["id"]
    if recipient.startswith(("U", "W")):
        # Slack takes a message to a deactivated account, and nobody reads it.
        if client.users_info(user=recipient)["user"].get("deleted"):
            raise RecipientGone("account_inactive")
        return str(client.conversations_open(users=recipient)["channel"]["id"])
    return recipient


def _post(client: WebClient, channel: str, delivery_id: str, answer: Answer) -> str:
    """Post, and once more as text alone when Slack will not take the blocks: the facts are the same."""
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"delivery": delivery_id}}
    body = answer.body()
    try:
        posted = client.chat_postMessage(channel=channel, metadata=metadata, unfurl_links=False, **body)
    except SlackApiError as refused:
        if refused.response.get("error") != "invalid_blocks":
            raise
        posted = client.chat_postMessage(channel=channel, metadata=metadata, text=body["text"])
    return str(posted["ts"])


def _fetch_permalinks(engine: Engine, client: WebClient, now: datetime) -> None:
    """Note where lately sent messages can be seen; a receipt without a link is still a receipt."""
    with reading(engine) as session:
        query = select(Delivery.id, Delivery.channel, Delivery.ts).where(
            col(Delivery.sent_at) > now - timedelta(days=1), col(Delivery.permalink).is_(None)
        )
        bare = session.exec(query.order_by(col(Delivery.sent_at)).limit(_LINKS)).all()
    for delivery_id, channel, ts in bare:
        try:
            found = client.chat_getPermalink(channel=channel or "", message_ts=ts or "")["permalink"]
        except (SlackClientError, OSError) as error:
            if _reason(error) not in _NO_LINK:
                return
            found = ""
        with writing(engine) as session:
            _set(session, delivery_id, permalink=found)


def _find_posted(client: WebClient, channel: str, claimed: Delivery) -> str | None:
    """The message of an earlier attempt, if it arrived after all: looked for back to the first attempt."""
    assert claimed.begun_at is not None
    oldest, cursor = f"{(claimed.begun_at - _CLOCKS_DIFFER).timestamp():.6f}", ""
    while True:
        seen = client.conversations_history(
            channel=channel, limit=200, oldest=oldest, cursor=cursor, include_all_metadata=True
        )
        for message in seen["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("delivery") == claimed.id:
                return str(message["ts"])
        cursor = (seen.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return None


def _reason(error: Exception) -> str:
    """Slack's own word for what went wrong, else the error's name."""
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or error.response.status_code)
    return str(error) if isinstance(error, RecipientGone) else type(error).__name__


def _failed(engine: Engine, claimed: Delivery, error: Exception, now: datetime) -> str:
    """Record a failure and when to try again. In doubt, the next attempt looks before it posts."""
    wait = int(error.response.headers.get("Retry-After", 0)) if isinstance(error, SlackApiError) else 0
    assert claimed.begun_at is not None
    retry = retry_after(_reason(error), claimed.attempts, claimed.begun_at, now, wait or None)
    told = log.info if retry.reason == RATE_LIMITED else log.warning
    told("delivery failed", delivery=claimed.id, kind=claimed.kind, reason=retry.reason)
    if retry.again is None:
        _close(engine, claimed.id, failed_at=now, reason=retry.reason[:80])
        return "failed"
    # Being told to wait was no attempt: nothing was posted, and nothing is left in doubt by it.
    attempts = claimed.attempts - (retry.reason == RATE_LIMITED)
    with writing(engine) as session:
        again = {"next_try": retry.again, "reason": retry.reason[:80], "attempts": attempts}
        _set(session, claimed.id, claimed_at=None, **again)
    return "deferred"
