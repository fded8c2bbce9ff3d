"""Who is let in: every way in, by every kind of person; and no listener that asks nobody who they are."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import BoltContext
from sqlmodel import select

from bot.app import create_app, make_client
from db.engine import reading
from db.models import Entry
from handlers.core.people import AccessDenied, People
from sandbox.workspace import Message
from tests.cast import CHAIR, COORDINATOR, DEPUTY, JOINT_CHANNEL, LEAD, OUTSIDER, PLAN_CHANNEL
from tests.conftest import Running

# Forget what Slack said of somebody or of a channel, on Slack's word: nobody asks, nothing is answered.
ASKED_BY_NOBODY = {"_user_change", "_channel_change"}

TITLE = "templates"


def _shared(slack: Running) -> Message:
    """An answer with its buttons, in front of everybody, from before anybody there became a guest."""
    guests = [person for person in slack.sandbox.space.people.values() if person.is_restricted]
    for person in guests:
        person.is_restricted = False
    [message] = slack.press(LEAD, slack.ask(LEAD, "/action status 2.3.5"), "share")
    for person in guests:
        person.is_restricted = True
    return message


def _reads_by_command(slack: Running, person: str) -> str:
    return slack.ask(person, "/action status 2.3.5").text


def _reads_by_button(slack: Running, person: str) -> str:
    [told] = slack.press(person, _shared(slack), "history")
    return told.text


def _reads_at_home(slack: Running, person: str) -> str:
    space = slack.sandbox.space
    version = space.version
    slack.sandbox.users.open_home(person)
    assert space.wait_past(version)
    return json.dumps(space.homes[person].view)


def _changes_by_command(slack: Running, person: str) -> str:
    return slack.ask(person, "/action update 2.3.5 complete: issued").text


def _changes_by_offer(slack: Running, person: str) -> str:
    message = _shared(slack)
    offer = {"type": "button", "action_id": "ask_0", "value": "/action update 2.3.5 complete: issued"}
    told = slack.messages_after(lambda: slack.press_button(person, message, "b", offer))
    return " ".join(one.text for one in [message, *told] if one.only_for in (None, person))


def _changes_by_form(slack: Running, person: str) -> str:
    """A form that somebody else opened, sent in under one's own name."""
    view = slack.open_form(LEAD, slack.ask(LEAD, "/action status 2.3.5"))
    return " ".join(slack.fill(person, view, progress="complete", note="issued").values())


READS = (_reads_by_command, _reads_by_button, _reads_at_home)
CHANGES = (_changes_by_command, _changes_by_offer, _changes_by_form)

# Who, what Slack says of them, whether they read, and what a change by them is kept as.
# The guest and the leaver are a lead's deputy: entitled, if they were let in.
KINDS = {
    "a lead": (LEAD, None, True, {"progress"}),
    "a coordinator": (COORDINATOR, None, True, {"progress"}),
    "a member without a role": (CHAIR, None, True, {"comment"}),
    "a guest": (DEPUTY, "is_restricted", False, set[str]()),
    "a leaver": (DEPUTY, "deleted", False, set[str]()),
    "a person of another workspace": (OUTSIDER, None, False, set[str]()),
}


def _is(slack: Running, kind: str) -> tuple[str, bool, set[str]]:
    person, field, reads, kept_as = KINDS[kind]
    if field:
        setattr(slack.sandbox.space.people[person], field, True)
    return person, reads, kept_as


def _recorded_by(slack: Running, person: str) -> set[str]:
    with reading(slack.engine) as session:
        return {entry.field for entry in session.exec(select(Entry)) if entry.who == person}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", READS, ids=lambda way: way.__name__.strip("_"))
def test_who_reads(slack: Running, kind: str, way: Callable[[Running, str], str]) -> None:
    person, reads, _ = _is(slack, kind)
    told = way(slack, person)

    assert ("not open to" in told) is not reads
    if not reads:
        assert "2.3" not in told
        assert TITLE not in told
    assert _recorded_by(slack, person) == set()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", CHANGES, ids=lambda way: way.__name__.strip("_"))
def test_who_changes(slack: Running, kind: str, way: Callable[[Running, str], str]) -> None:
    person, reads, kept_as = _is(slack, kind)
    told = way(slack, person)

    assert ("not open to" in told) is not reads
    recorded = _recorded_by(slack, person)
    assert kept_as <= recorded
    assert bool(recorded) is bool(kept_as)
    if "progress" not in kept_as:
        assert "progress" not in recorded
        assert "Actions: not started" in slack.ask(COORDINATOR, "/action status 2.3.5").text


def test_every_listener_asks_who_it_is_before_anything_else(slack: Running) -> None:
    client = make_client(slack.settings)
    app = create_app(slack.settings, slack.engine, client, slack.sandbox.clock)
    space = slack.sandbox.space
    body = {
        "command": "/action",
        "text": "status 2.3.5",
        "user_id": OUTSIDER,
        "user": {"id": OUTSIDER, "team_id": "T0002PARTNER"},
        "channel": {"id": PLAN_CHANNEL},
        "channel_id": PLAN_CHANNEL,
        "actions": [
            {
                "value": "jtai2016:2.3.5",
                "selected_option": {"value": "action_blocked\n\njtai2016:2.3.5"},
            }
        ],
        "view": {"id": "V", "hash": "h", "private_metadata": "{}", "state": {"values": {}}},
    }
    home = {"type": "app_home_opened", "user": OUTSIDER, "tab": "home"}
    direct = space.direct(OUTSIDER).id
    wrote = {"type": "message", "user": OUTSIDER, "channel": direct, "channel_type": "im", "text": "2.3.5"}
    wrote["ts"] = space.post(direct, OUTSIDER, wrote["text"]).ts
    mentioned = {"type": "app_mention", "user": OUTSIDER, "channel": JOINT_CHANNEL, "text": "what is late"}
    events: dict[str, dict[str, Any]] = {
        "_home_opened": {"event": home},
        "_message": {"event": wrote, "event_id": "Ev1"},
        "_mention": {"event": mentioned, "event_id": "Ev2"},
    }
    context = BoltContext({"bot_user_id": space.bot["id"]})
    given = {"ack": lambda *_, **__: None, "client": client, "context": context}
    walked: list[str] = []
    for listener in app._listeners:
        listen = listener.ack_function
        maker = listen.__qualname__.split(".")[0]
        assert not listener.lazy_functions, maker
        if maker in ASKED_BY_NOBODY:
            continue
        come = events.get(maker, body)
        known = {**given, "body": come, "event": come.get("event")}
        wanted = {name: known[name] for name in inspect.signature(listen).parameters}
        version, before = space.version, len(space.messages)
        body["response_url"] = space.new_response_url(JOINT_CHANNEL, OUTSIDER)
        space.homes.clear()
        try:
            listen(**wanted)
        except AccessDenied:
            pass
        else:
            assert space.wait_past(version), f"{maker} told a stranger nothing"
            told = [message.text for message in space.messages[before:]]
            told += [json.dumps(view.view) for view in space.homes.values()]
            assert len(told) == 1
            assert "not open to" in told[0], f"{maker} let a stranger in"
        walked.append(maker)

    asking = {"_command", "_button", "_menu", "_form", "_shortcut", "_home_opened", "_message", "_mention"}
    assert set(walked) == asking
    assert _recorded_by(slack, OUTSIDER) == set()


def test_somebody_deactivated_a_minute_ago_is_not_let_in_without_any_event(slack: Running) -> None:
    seconds = [0.0]
    people = People(make_client(slack.settings), timer=lambda: seconds[0])
    assert people.person(LEAD).user == LEAD
    slack.sandbox.space.people[LEAD].deleted = True
    seconds[0] = 59

    with pytest.raises(AccessDenied, match="deactivated accounts"):
        people.person(LEAD)
