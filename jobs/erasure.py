"""Take down posted messages that quote an erased text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import Engine
from sqlmodel import Session

from db import audit_log, erasure, retention
from db.deliveries import DeliveryKind
from db.engine import reading, writing
from db.erasure import PostedPlace
from db.models import Delivery
from db.rules.fingerprints import Fingerprint
from jobs import edit_requests, extension_requests, school_questions
from jobs.daily_runs import once_a_day
from jobs.outbox import Build
from jobs.tick_context import TickContext
from messages.blocks import Answer
from messages.erasure import taken_down

# Messages with buttons that are still needed are built again, without the text.
_BUILT_AGAIN: Mapping[str, Build] = {
    DeliveryKind.DUE_REQUEST: extension_requests.build_request,
    DeliveryKind.DUE_DECISION: extension_requests.build_decision,
    DeliveryKind.EDIT_REQUEST: edit_requests.build_request,
    DeliveryKind.EDIT_DECISION: edit_requests.build_decision,
    DeliveryKind.SCHOOL_QUESTION: school_questions.build_question,
}
# Slack's errors for a message that is gone already, and for one that can be deleted but not changed.
_GONE = frozenset(("message_not_found", "channel_not_found", "thread_not_found"))
_NOT_EDITABLE = frozenset(("edit_window_closed", "cant_update_message", "invalid_blocks"))


@dataclass(frozen=True)
class TakeDown:
    """Replace a posted message if it quotes an erased text."""

    place: PostedPlace
    prints: Sequence[Fingerprint]
    replacement: Answer

    def apply(self, client: WebClient) -> tuple[str, str]:
        place = self.place
        try:
            texts = list(_strings(_fetch(client, place)))
            if any(one.is_in(texts) for one in self.prints):
                self._replace(client)
        except SlackApiError as error:
            if error.response.get("error") not in _GONE:
                raise
        return place.channel, place.ts

    def _replace(self, client: WebClient) -> None:
        place = self.place
        try:
            client.chat_update(channel=place.channel, ts=place.ts, **self.replacement.body())
        except SlackApiError as error:
            if error.response.get("error") not in _NOT_EDITABLE:
                raise
            client.chat_delete(channel=place.channel, ts=place.ts)


def build(session: Session, delivery: Delivery, context: TickContext) -> TakeDown | None:
    """The posted message to search, or None once all of them are searched."""
    found = erasure.posted_place(session, delivery.occurrence)
    if found is None:
        return None
    place, prints = found
    build_again = _BUILT_AGAIN.get(place.delivery.kind) if place.delivery is not None else None
    rebuilt = build_again(session, place.delivery, context) if build_again and place.delivery else None
    replacement = rebuilt if isinstance(rebuilt, Answer) else taken_down(context.today)
    return TakeDown(place, prints, replacement)


def enqueue_due(engine: Engine, context: TickContext) -> int:
    """Tidy up after erasures, and once a night erase what is older than the time that is set.

    Returns 0: nobody gets a message by it.
    """
    with reading(engine) as session:
        is_finished = bool(erasure.finished(session))
    if is_finished:
        with writing(engine) as session:
            audit_log.take_write_lock(session)
            for one in erasure.finished(session):
                one.key = one.fingerprint = None
    months = context.keep_text_months
    if months is not None:
        first_day = retention.first_day_kept(context.today, months)
        first_kept = datetime.combine(first_day, time(), context.zone)

        def run(session: Session) -> int:
            return retention.erase_old_texts(session, context.at, first_kept, months)

        once_a_day(engine, retention.KIND, context, run)
    return 0


def _fetch(client: WebClient, place: PostedPlace) -> Any:
    """The message as it stands in Slack; an empty one where it is gone."""
    window: dict[str, Any] = {"oldest": place.ts, "latest": place.ts, "inclusive": True, "limit": 10}
    if place.thread_ts is None:
        found = client.conversations_history(channel=place.channel, **window)
    else:
        found = client.conversations_replies(channel=place.channel, ts=place.thread_ts, **window)
    return next((message for message in found["messages"] if message.get("ts") == place.ts), {})


def _strings(value: Any) -> Iterator[str]:
    """Every string in a message: its text, its blocks, and the values of its buttons."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _strings(one)
