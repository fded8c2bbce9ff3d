"""`doctor`: what is set up and what is not, one line each."""

import json
import time
from collections.abc import Collection, Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from bot.app import make_client
from bot.manifest import SCOPES
from bot.settings import Settings, SettingsError
from bot.socket_mode import check_token
from bot.store import newer_schema
from db import audit_chain, audit_checks, health, plans, reminder_ledgers, reminders, roles, schema
from db import engine as engines
from db.models import AuditCheck, School
from db.rules.calendars import local_day
from db.rules.dates import day_text
from jobs.slack_client import SlackClient
from messages.reminders import running_out
from messages.wording import count_text

_SECONDS = 3
_MOST_SCHOOLS = 20


@dataclass(frozen=True)
class Finding:
    """One line. A finding that is not good ends in exit code 1 if it is a `fault`; else it is a note."""

    good: bool
    text: str
    fault: bool = True


def check_setup(settings: Settings) -> Iterator[Finding]:
    """Check settings, Slack, the database and what it holds, in that order."""
    yield from _settings(settings)
    yield from _slack(settings)
    yield from _connection(settings)
    schools = yield from _database(settings)
    yield from _channels(settings, schools)


def _settings(settings: Settings) -> Iterator[Finding]:
    # In Socket Mode Slack signs nothing.
    credential = "slack_app_token" if settings.slack_app_token else "slack_signing_secret"
    for name in ("slack_bot_token", credential):
        given = getattr(settings, name) is not None
        yield Finding(given, f"{name.upper()} is {'set' if given else 'not set'}")
    number = len(settings.coordinators)
    text = (
        count_text(number, "coordinator") if number else "no coordinators, so nobody can approve a new date"
    )
    yield Finding(bool(number), f"COORDINATORS: {text}")


def _slack(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        return
    client = make_client(settings)
    try:
        identity = client.auth_test()
    except SlackApiError as refused:
        yield Finding(False, f"Slack refuses the bot's token: {refused.response.get('error')}")
        return
    except (SlackClientError, OSError) as away:
        yield Finding(False, f"Slack can't be reached: {type(away).__name__}")
        return
    yield Finding(True, f"Slack knows the bot as {identity['user']} in workspace {identity['team_id']}")
    granted = {name.lower(): value for name, value in identity.headers.items()}.get("x-oauth-scopes")
    if granted:
        missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
        yield Finding(
            not missing, f"scopes missing: {', '.join(missing)}" if missing else "all scopes are granted"
        )
    for person in settings.coordinators:
        try:
            user = client.users_info(user=person)["user"]
        except (SlackClientError, OSError):
            yield Finding(False, f"coordinator {person} is not known to Slack")
            continue
        if user.get("deleted"):
            yield Finding(False, f"coordinator {person} is deactivated")


def _channels(settings: Settings, schools: Mapping[str, str]) -> Iterator[Finding]:
    """The board's channel and the schools', by the schools' names: whether the bot is in them."""
    if settings.slack_bot_token is None:
        return
    client = make_client(settings)
    try:
        pages = client.users_conversations(
            types="public_channel,private_channel", exclude_archived=True, limit=999
        )
        joined = {one["id"] for page in pages for one in page["channels"]}
    except (SlackClientError, OSError):
        # The check of the token has said so.
        return
    if settings.board_channel:
        text = _channel_fault(client, settings.board_channel, joined)
        yield Finding(text is None, f"BOARD_CHANNEL: {text or 'the bot is in it'}")
    missing = {name: channel for name, channel in schools.items() if channel not in joined}
    for name, channel in sorted(missing.items())[:_MOST_SCHOOLS]:
        yield Finding(False, f"school {name}: {_channel_fault(client, channel, joined)}", fault=False)
    if len(missing) > _MOST_SCHOOLS:
        yield Finding(False, f"and {len(missing) - _MOST_SCHOOLS} more schools' channels", fault=False)
    if schools:
        reached = len(schools) - len(missing)
        yield Finding(
            True, f"the bot is in the channels of {reached} of {count_text(len(schools), 'school')}"
        )


def _channel_fault(client: SlackClient, channel: str, joined: Collection[str]) -> str | None:
    if channel in joined:
        return None
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as refused:
        return f"Slack knows no channel {channel} that the bot may see ({refused.response.get('error')})"
    except (SlackClientError, OSError) as away:
        return f"Slack can't be asked: {type(away).__name__}"
    if found.get("is_archived"):
        return f"#{found['name']} is archived"
    return f"the bot is not in #{found['name']}. Type /invite @partnership there"


def _connection(settings: Settings) -> Iterator[Finding]:
    """How Slack reaches the bot, and whether it works."""
    if settings.slack_app_token is None:
        yield from _over_http(settings)
        return
    try:
        check_token(settings)
    except SettingsError as refused:
        yield Finding(False, f"Socket Mode: {refused}")
    except (SlackClientError, OSError) as away:
        yield Finding(False, f"Socket Mode: Slack can't be reached: {type(away).__name__}")
    else:
        yield Finding(True, "Socket Mode: Slack lets the bot connect")


def _over_http(settings: Settings) -> Iterator[Finding]:
    """Send the running bot the request that Slack sends to check an address, signed as Slack signs it."""
    if settings.slack_signing_secret is None:
        return
    here = f"HTTP: on port {settings.port}"
    body = json.dumps({"type": "url_verification", "challenge": "doctor"})
    signed = SignatureVerifier(settings.secret("slack_signing_secret")).generate_signature
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed(timestamp=stamp, body=body) or "",
    }
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    url = f"http://{host}:{settings.port}/slack/events"
    try:
        with urlopen(Request(url, body.encode(), headers), timeout=_SECONDS) as answer:
            right = b"doctor" in answer.read()
    except HTTPError as refused:
        wrong = "another signing secret" if refused.code == 401 else f"an error ({refused.code})"
        yield Finding(False, f"{here} something answers with {wrong}")
    except HTTPException:
        yield Finding(False, f"{here} another program answers")
    except OSError:
        yield Finding(False, f"{here} nothing answers. Start partnership-bot run or web", fault=False)
    else:
        yield Finding(
            right, f"{here} {'the bot answers what Slack signs' if right else 'another program is'}"
        )


def _database(settings: Settings) -> Generator[Finding, None, dict[str, str]]:
    """Check the database and what it holds; returns the schools' channels by the schools' names."""
    try:
        engine = engines.connect(settings.database_url)
        at, newest = schema.current_revision(engine), schema.newest_revision()
    except SQLAlchemyError as away:
        yield Finding(False, f"the database can't be reached: {type(away).__name__}")
        return {}
    fits = at == newest
    if schema.is_from_newer_code(engine):
        yield Finding(False, newer_schema(at))
    else:
        rest = "" if fits else f", newest is {newest}. Run partnership-bot migrate"
        yield Finding(fits, f"schema at {at or 'nothing'}{rest}")
    schools = {}
    if fits:
        with engines.reading(engine) as session:
            yield from _content(session, settings)
            schools = _school_channels(session, local_day(settings.clock()(), settings.zone))
    engine.dispose()
    return schools


def _school_channels(session: Session, today: date) -> dict[str, str]:
    """The channels of the schools on the register, by the schools' names; a person is no channel."""
    return {
        one.name: one.channel
        for one in session.exec(select(School))
        if one.channel and one.channel[0] in "CG" and one.on_roll(today, today)
    }


def _content(session: Session, settings: Settings) -> Iterator[Finding]:
    today = local_day(settings.clock()(), settings.zone)
    number = len(plans.plans_with_counts(session))
    yield Finding(bool(number), count_text(number, "plan"), fault=False)
    vacant = [role.name for role, led in roles.all_roles(session) if led and role.holding_on(today) is None]
    text = f"leads without a person: {', '.join(vacant)}" if vacant else "every lead has a person"
    # The coordinators are asked in their place, so nothing is lost.
    yield Finding(not vacant, text, fault=False)
    if reminders.active_reminders(session):
        warning = running_out(reminder_ledgers.known_until(session, today), today)
        yield Finding(warning is None, warning or "term dates reach at least 60 days ahead")
    for reason, number in sorted(health.count_totals(session).failures.items()):
        yield Finding(False, f"messages not delivered: {number}, {reason}", fault=False)
    yield Finding(True, _retention(settings.keep_text_months))
    record = audit_chain.verify(session)
    state = record.fault or "unbroken"
    yield Finding(record.fault is None, f"record of {count_text(record.intact, 'change')}: {state}")
    yield _nightly_check(audit_checks.last_result(session))


def _nightly_check(check: AuditCheck | None) -> Finding:
    if check is None:
        return Finding(
            True, "what is stored was not compared with the record yet: the clock does it at night"
        )
    result = check.fault or "nothing differs"
    return Finding(check.fault is None, f"compared with the record on {day_text(check.at.date())}: {result}")


def _retention(months: int | None) -> str:
    """What is kept how long."""
    texts = f"{count_text(months, 'month')}, then erased" if months else "kept for good (KEEP_TEXT_MONTHS)"
    return (
        f"kept: the record, plans, figures and receipts for good; what people wrote {texts}; "
        "handled requests an hour; replies that nobody confirms a day"
    )
