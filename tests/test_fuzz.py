"""Anything at all, signed and unsigned: always an answer, never a traceback, never an unentitled change."""

import json
import logging
import random
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot import logs
from db import audit_chain
from db.engine import reading
from db.models import Entry
from handlers.core.commands import COMMANDS
from sandbox.blocks import check_blocks
from sandbox.deliver import sign
from tests.cast import CHAIR, COORDINATOR, DEPUTY, LEAD, OUTSIDER, PLAN_CHANNEL, SCHOOL
from tests.conftest import SECRET, Running

# Reduced, and at full size in `make soak`.
REQUESTS = (1500, 100_000)
FORGED = (300, 10_000)

_WORDS = [
    *[
        "status",
        "update",
        "note",
        "evidence",
        "outcome",
        "due",
        "snooze",
        "history",
        "undo",
        "mine",
        "list",
        "help",
        "summary",
        "overdue",
    ],
    *[
        "check",
        "changes",
        "use",
        "role",
        "set",
        "roles",
        "allow",
        "disallow",
        "since",
        "until",
        "at",
        "lead",
        "section",
        "plan",
        "deputy",
        "from",
    ],
    *[
        "complete",
        "done",
        "blocked",
        "in",
        "progress",
        "on",
        "track",
        "achieved",
        "2.3",
        "2.3.5",
        "1.6",
        "3.1",
        "ofsted2014:1.2",
        "rec",
        "9",
    ],
    *[
        "jtai2016:2.2.4",
        "03/2017",
        "31/02/2017",
        "ASAP",
        "tomorrow",
        "payload",
        "https://example.org/t",
        ":",
        "::",
        "`",
        "*",
        "_",
        ";",
    ],
    *[
        "<!channel>",
        "<@U0001LEAD>",
        "<@U0001LEAD|lead>",
        "<https://x.y|z>",
        "&",
        "&amp;",
        "&lt;",
        "{}",
        "{0}",
        "%s",
        "%00",
        "--",
    ],
    *("“", "”", '"', "'", "\u202e", "\ufeff", "\u0000", "\u0007", "\n", "\t", "🙂", "é", "中"),
]
_PEOPLE = [LEAD, DEPUTY, COORDINATOR, CHAIR, SCHOOL, OUTSIDER, "U0NOBODY", "", "<script>"]


def _text(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.02:
        return "x" * 40_000
    if kind < 0.15:
        return "".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(dice.randrange(60)))
    return " ".join(dice.choice(_WORDS) for _ in range(dice.randrange(9)))


def _maybe(dice: random.Random, fields: dict[str, Any]) -> dict[str, Any]:
    """Leave a field out, or put something else there, now and then."""
    # What Bolt itself cannot do without Slack never leaves out.
    for name in (one for one in list(fields) if one not in ("action_id", "type", "callback_id")):
        luck = dice.random()
        if luck < 0.02:
            del fields[name]
        elif luck < 0.04 and isinstance(fields[name], str):
            fields[name] = _text(dice)
    return fields


def _command(dice: random.Random, address: str) -> dict[str, Any]:
    return _maybe(
        dice,
        {
            "command": dice.choice(["/action", "/plan", "/nothing"]),
            "text": _text(dice),
            "user_id": dice.choice(_PEOPLE),
            "channel_id": PLAN_CHANNEL,
            "team_id": "T0001HOME",
            "trigger_id": f"t{dice.random()}",
            "response_url": address,
        },
    )


_BUTTONS = [
    "share",
    "history",
    "undo",
    "update_form",
    "sign_off",
    "due_grant",
    "due_refuse",
    "ask_0",
    "nothing",
]


def _interaction(dice: random.Random, address: str) -> dict[str, Any]:
    user = {"id": dice.choice(_PEOPLE), "team_id": dice.choice(["T0001HOME", "T0002PARTNER"])}
    base = {"team": {"id": "T0001HOME"}, "user": user, "trigger_id": f"t{dice.random()}"}
    if dice.random() < 0.6:
        action = _maybe(
            dice,
            {"action_id": dice.choice(_BUTTONS), "value": _text(dice), "type": "button", "block_id": "b"},
        )
        press = {**base, "type": "block_actions", "actions": [action], "channel": {"id": PLAN_CHANNEL}}
        return _maybe(dice, {**press, "container": {}, "response_url": address})
    values: dict[str, Any] = {name: {name: {"value": _text(dice)}} for name in ("note", "evidence")}
    values["progress"] = {"progress": {"selected_option": {"value": dice.choice(["complete", _text(dice)])}}}
    kept = dice.choice(["{}", json.dumps({"ref": "jtai2016:2.3.5"}), _text(dice)])
    view = _maybe(
        dice,
        {"id": "V", "hash": _text(dice), "callback_id": "update", "type": "modal", "private_metadata": kept,
         "state": {"values": values}},
    )  # fmt: skip
    return {**base, "type": "view_submission", "view": view}


def _post(slack: Running, body: str, headers: dict[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{slack.web.url}/slack/events", body.encode("utf-8", "replace"), headers
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode("utf-8", "replace")


def _signed(body: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(SECRET, body, stamp)}


def _event(dice: random.Random) -> dict[str, Any]:
    kind = dice.choice(["app_home_opened", "user_change", "channel_shared", "message", "nothing"])
    event: dict[str, Any] = {
        "type": kind,
        "user": dice.choice(_PEOPLE),
        "channel": PLAN_CHANNEL,
        "tab": "home",
    }
    if kind == "user_change":
        event["user"] = {"id": dice.choice(_PEOPLE)}
    envelope = {"type": "event_callback", "event_id": f"Ev{dice.random()}", "team_id": "T0001HOME"}
    return {**envelope, "event": _maybe(dice, event)}


def _anything(dice: random.Random, address: str) -> tuple[str, dict[str, str]]:
    """A body of one of the ways in, and the header that goes with it."""
    kind = dice.random()
    if kind < 0.05:
        return json.dumps(_event(dice)), {"Content-Type": "application/json"}
    fields = _command(dice, address) if kind < 0.7 else {"payload": json.dumps(_interaction(dice, address))}
    return urlencode({name: str(value) for name, value in fields.items()}, errors="replace"), {}


def _check_answer(answer: str) -> None:
    """What is answered in the acknowledgement is such that Slack would show it."""
    if not answer.startswith("{"):
        return
    told = json.loads(answer)
    if "blocks" in told:
        assert told["text"]
        check_blocks(told["blocks"])


@pytest.mark.soak
def test_whatever_comes_is_answered_and_nobody_unentitled_changes_anything(
    slack: Running, capsys: pytest.CaptureFixture[str], size: Callable[[int, int], int]
) -> None:
    logs.configure("ERROR")
    dice = random.Random(20161215)
    statuses: Counter[int] = Counter()
    requests, address = size(*REQUESTS), f"{slack.sandbox.url}/response/none"
    for _ in range(requests):
        body, headers = _anything(dice, address)
        status, answer = _post(slack, body, {**headers, **_signed(body)})
        statuses[status] += 1
        assert status in (200, 400, 404), (status, body[:1000], answer[:300])
        assert "Traceback" not in answer
        _check_answer(answer)
    logs.configure(None)
    said = capsys.readouterr().err

    assert statuses[200] > requests / 2
    assert "Traceback" not in said
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    # slack-sdk complains when an answer's address is no address at all.
    failures = [one for one in lines if not str(one.get("logger")).startswith("slack_sdk.webhook")]
    assert {(one["event"], one.get("error"), one.get("where")) for one in failures} == set()
    with reading(slack.engine) as session:
        who = {entry.who for entry in session.exec(select(Entry))}
        held = {
            (entry.who, entry.field)
            for entry in session.exec(select(Entry))
            if entry.who in (CHAIR, SCHOOL) and entry.subject == "action"
        }
        assert audit_chain.verify(session).fault is None
    assert who <= {"import:sample", LEAD, DEPUTY, COORDINATOR, CHAIR, SCHOOL}
    assert {field for _, field in held} <= {"comment"}


_MARKS = ["<!channel>", "*_~`", "<https://x.y|", "&amp;", ">>>", "2.3.5:", "<@U0001LEAD>"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from(
        [f"{command.name} {verb.name}" for command in COMMANDS for verb in command.sub_commands]
    ),
    words=st.text(max_size=400),
    marks=st.lists(st.sampled_from(_MARKS), max_size=9),
)
def test_whatever_is_typed_after_a_verb_slack_would_show_the_answer_and_nobody_is_rung(
    slack: Running, verb: str, words: str, marks: list[str]
) -> None:
    command, _, name = verb.partition(" ")
    said = {"command": command, "text": f"{name} {'é'.join(marks)} {words}", "user_id": CHAIR}
    body = urlencode({**said, "channel_id": PLAN_CHANNEL, "trigger_id": f"{hash(words)}"}, errors="replace")
    status, answer = _post(slack, body, _signed(body))

    assert status == 200
    _check_answer(answer)
    assert "<!" not in answer


@pytest.mark.soak
def test_nothing_unsigned_stale_or_forged_is_heard(
    slack: Running,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    size: Callable[[int, int], int],
) -> None:
    logs.configure("DEBUG")
    caplog.set_level(logging.DEBUG)
    dice = random.Random(20161215)
    for number in range(size(*FORGED)):
        body = urlencode({"command": "/action", "text": f"note 2.3.5: marker{number}", "user_id": LEAD})
        stamp = str(int(time.time() - dice.choice([0, 400, -400, 10**8])))
        headers: dict[str, str] = dice.choice(
            [
                dict[str, str](),
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign("forged", body, stamp)},
                {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=é"},
                {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": ""},
                _signed("another body"),
            ]
        )
        sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        assert _post(slack, body, sent)[0] == 401
    logs.configure(None)

    assert "marker" not in caplog.text + "".join(capsys.readouterr())
    with reading(slack.engine) as session:
        assert LEAD not in {entry.who for entry in session.exec(select(Entry))}
