"""HTTP: only what Slack signed is heard, and nothing of it is logged."""

import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import SecretStr
from sqlalchemy import event, text

from bot import logs
from bot.store import Store
from bot.web import create_web
from db import audit_chain, schema
from db.engine import engine_for, reading, writing
from db.replay import find_differences
from sandbox.deliver import sign
from tests.cast import COORDINATOR, LEAD, PLAN_CHANNEL, unknown_delivery
from tests.conftest import SECRET, Running


def _post(slack: Running, body: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"{slack.web.url}/slack/events", body.encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def _get(
    slack: Running, path: str, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, object]]:
    """The status, and the answer where it is JSON."""
    try:
        asked = urllib.request.Request(f"{slack.web.url}{path}", headers=dict(headers or {}))
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        is_json = "json" in refused.headers["Content-Type"]
        return refused.code, json.load(refused) if is_json else {}


def _signed(body: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    stamp = str(int(at or time.time()))
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(secret, body, stamp)}


_BODY = urlencode({"command": "/action", "text": "note 2.3.5: secret words", "user_id": LEAD})


@pytest.mark.parametrize(
    "headers",
    [{}, _signed(_BODY, "another secret"), _signed(_BODY, at=1_000_000_000), {"X-Slack-Signature": "v0=x"}],
)
def test_what_slack_did_not_sign_is_refused_and_not_logged(
    slack: Running,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("DEBUG")
    caplog.set_level(logging.DEBUG)
    status, answer = _post(slack, _BODY, **headers)
    logs.configure(None)

    assert status == 401
    assert "secret words" not in answer + caplog.text + "".join(capsys.readouterr())


def test_nothing_that_was_typed_is_logged(
    slack: Running, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG")
    caplog.set_level(logging.INFO)
    slack.ask(LEAD, "/action note 2.3.5: secret words")
    with engine_for(slack.engine, "writing").begin() as connection:
        connection.execute(text("DROP TABLE duerequest"))
    failed = slack.ask(LEAD, "/action note 2.3.5: secret words")
    logs.configure(None)

    assert "Reference" in failed.text
    assert "secret words" not in failed.text + caplog.text + "".join(capsys.readouterr())


def test_a_store_that_is_busy_is_told_and_nothing_is_half_done(slack: Running) -> None:
    with engine_for(slack.engine, "writing").begin():
        answer = slack.ask(LEAD, "/action update 2.3.5 started")

    assert "Not recorded" in answer.text
    assert "try again" in answer.text
    assert "Actions: not started" in slack.ask(LEAD, "/action status 2.3.5").text


def test_slack_is_told_at_once_that_the_address_is_ours(slack: Running) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"})
    status, answer = _post(slack, body, **{"Content-Type": "application/json"}, **_signed(body))

    assert (status, json.loads(answer)["challenge"]) == (200, "abc")


def test_health_and_readiness(slack: Running) -> None:
    assert _get(slack, "/healthz") == (200, {"status": "ok"})
    status, told = _get(slack, "/readyz")
    assert (status, told["status"], told["last_tick"]) == (200, "ok", None)
    slack.tick()
    assert str(_get(slack, "/readyz")[1]["last_tick"]).startswith("2016-12-15T09:00")
    slack.sandbox.clock.move("next day")
    status, told = _get(slack, "/readyz")
    assert (status, told["wrong"]) == (503, f"clock: last pass at {told['last_tick']}")
    schema.downgrade(slack.engine, "base")
    status, told = _get(slack, "/readyz")
    assert status == 503
    assert "schema" in str(told["wrong"])


def test_a_message_that_waits_too_long_is_not_ready(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    assert _get(slack, "/readyz")[0] == 200
    slack.sandbox.clock.move("next day")

    assert "outbox: a message has waited since 2016-12-15T09:00" in str(_get(slack, "/readyz")[1]["wrong"])


def test_metrics_tell_what_was_sent_and_what_was_not(slack: Running) -> None:
    slack.ask(LEAD, "/action due 2.3.1 03/2017: cohort starts in January")
    with writing(slack.engine) as session:
        session.add(unknown_delivery())
    slack.tick()
    with urllib.request.urlopen(f"{slack.web.url}/metrics") as answer:
        text = answer.read().decode()

    assert "partnership_messages_sent_total 1.0" in text
    assert 'partnership_messages_failed_total{reason="unknown kind"} 1.0' in text
    assert "partnership_messages_unsent 0.0" in text
    assert "partnership_last_tick_age_seconds" in text


def test_when_slack_cannot_say_who_asks_nobody_is_let_in(slack: Running) -> None:
    slack.sandbox.space.tokens = {"xoxb-another": frozenset()}
    answer = slack.ask(LEAD, "/action status 2.3")

    assert "can't check with Slack who you are" in answer.text
    assert "2.3" not in answer.text


def test_how_things_stand_is_for_this_machine_or_for_who_has_the_token(slack: Running) -> None:
    """What a proxy on this machine passes on is somebody else's."""
    slack.tick()
    assert "last_tick" in _get(slack, "/readyz")[1]
    status, told = _get(slack, "/readyz", {"X-Forwarded-For": "203.0.113.9"})
    assert (status, told) == (200, {"status": "ok"})
    assert _get(slack, "/metrics", {"X-Forwarded-For": "203.0.113.9"})[0] == 401

    with_token = slack.settings.model_copy(update={"metrics_token": SecretStr("let-me-see")})
    web = create_web(Store(with_token, slack.engine, slack.store.clock)).test_client()
    assert web.get("/readyz").json == {"status": "ok"}
    assert web.get("/metrics").status_code == 401
    shown = {"Authorization": "Bearer let-me-see"}
    assert "last_tick" in (web.get("/readyz", headers=shown).json or {})
    assert web.get("/metrics", headers=shown).status_code == 200
    assert web.get("/healthz").json == {"status": "ok"}


def test_answers_carry_headers_that_keep_a_browser_out(slack: Running) -> None:
    with urllib.request.urlopen(f"{slack.web.url}/healthz") as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.soak
def test_of_twenty_who_write_at_once_nobody_is_told_busy(slack_on_both: Running) -> None:
    """Slack waits three seconds; a note takes a few hundredths of one."""
    slack = slack_on_both

    def write(number: int) -> None:
        slack.sandbox.users.say(COORDINATOR, PLAN_CHANNEL, f"/action note 2.3.{number % 5 + 1}: {number}")

    with ThreadPoolExecutor(20) as writers:
        list(writers.map(write, range(60)))
    told = [message.text for message in slack.sandbox.space.messages]
    assert len(told) == 60
    assert [text for text in told if not text.startswith("Noted on")] == []


@pytest.mark.soak
def test_a_full_disk_is_told_and_nothing_is_half_written(
    slack: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    @event.listens_for(slack.engine, "checkout")
    def fill(connection: Any, record: Any, proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    told = ""
    for _ in range(50):
        if "Noted on" not in (told := slack.ask(LEAD, f"/action note 2.3.5: {'waiting ' * 500}").text):
            break
    assert "there is no room left on the bot's disk" in told
    event.remove(slack.engine, "checkout", fill)
    with slack.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    slack.tick()
    with reading(slack.engine) as session:
        assert list(find_differences(session)) == []
        assert audit_chain.verify(session).fault is None

    monkeypatch.setattr("bot.web.free_megabytes", lambda engine: 12)
    status, ready = _get(slack, "/readyz")
    assert (status, ready["wrong"]) == (503, "disk: 12 MB left")
