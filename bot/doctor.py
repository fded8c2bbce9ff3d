"""`doctor`: what is set up and what is not, one line each."""

from collections.abc import Iterator
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.app import make_client
from bot.manifest import SCOPES
from bot.settings import Settings
from db import engine as engines
from db import plans, record, roles, schema


@dataclass(frozen=True)
class Finding:
    """`fault` ends in exit code 1; what is no fault is only said."""

    good: bool
    text: str
    fault: bool = True


def examine(settings: Settings) -> Iterator[Finding]:
    """Check settings, Slack, the database and what it holds, in that order."""
    yield from _settings(settings)
    yield from _slack(settings)
    yield from _database(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in ("slack_bot_token", "slack_signing_secret"):
        given = getattr(settings, name) is not None
        yield Finding(given, f"{name.upper()} is {'set' if given else 'not set'}")
    many = len(settings.coordinators)
    yield Finding(bool(many), f"COORDINATORS names {many or 'nobody: no new date can be approved'}")


def _slack(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        return
    client = make_client(settings)
    try:
        told = client.auth_test()
    except SlackApiError as refused:
        yield Finding(False, f"Slack refuses the bot's token: {refused.response.get('error')}")
        return
    except (SlackClientError, OSError) as away:
        yield Finding(False, f"Slack cannot be reached: {type(away).__name__}")
        return
    yield Finding(True, f"Slack knows the bot as {told['user']} in workspace {told['team_id']}")
    granted = {name.lower(): value for name, value in told.headers.items()}.get("x-oauth-scopes")
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


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        engine = engines.connect(settings.database_url)
        at, newest = schema.current(engine), schema.newest()
    except SQLAlchemyError as away:
        yield Finding(False, f"the database cannot be reached: {type(away).__name__}")
        return
    fits = at == newest
    yield Finding(
        fits, f"schema at {at or 'nothing'}" + ("" if fits else f", newest is {newest}: run migrate")
    )
    if fits:
        with engines.reading(engine) as session:
            yield from _held(session, settings)
    engine.dispose()


def _held(session: Session, settings: Settings) -> Iterator[Finding]:
    today = settings.clock()().astimezone(settings.zone).date()
    held = plans.held(session)
    yield Finding(bool(held), f"{len(held)} plans held", fault=False)
    vacant = [role.name for role, led in roles.everybody(session) if led and role.held(today) is None]
    text = f"leads nobody holds: {', '.join(vacant)}" if vacant else "every lead is held by somebody"
    yield Finding(not vacant, text)
    count, wrong = record.verify(session)
    yield Finding(wrong is None, f"record of {count} changes: {wrong or 'unbroken'}")
