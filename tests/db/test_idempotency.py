"""A change that Slack sends twice is made once."""

import json
import threading
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from db import audit_chain, idempotency
from db.engine import reading, writing
from db.models import Entry, HandledRequest
from tests.cast import COORDINATOR, LEAD, NOW, PLAN_CHANNEL
from tests.conftest import Running


def _changes(slack: Running) -> int:
    with reading(slack.engine) as session:
        return len(list(session.exec(select(Entry).where(Entry.who == LEAD))))


def _command(slack: Running, text: str, trigger: str) -> dict[str, Any]:
    fields = {
        "command": "/action",
        "text": text,
        "user_id": LEAD,
        "channel_id": PLAN_CHANNEL,
        "team_id": "T0001HOME",
        "trigger_id": trigger,
        "response_url": f"{slack.sandbox.url}/response/none",
    }
    return slack.sandbox.users.app.form(fields)


def test_a_command_that_is_sent_again_changes_nothing_and_says_so(slack_on_both: Running) -> None:
    slack = slack_on_both
    first = _command(slack, "note 2.3.5: once", "1.2.3")
    second = _command(slack, "note 2.3.5: once", "1.2.3")
    third = _command(slack, "note 2.3.5: once", "1.2.4")

    assert "Noted" in first["text"]
    assert "recorded already" in second["text"]
    assert "Noted" in third["text"]
    assert _changes(slack) == 2


def test_the_same_command_at_the_same_moment_is_one_change(slack_on_both: Running) -> None:
    slack = slack_on_both
    gate = threading.Barrier(6)
    answers: list[str] = []

    def send() -> None:
        gate.wait()
        answers.append(_command(slack, "note 2.3.5: once", "1.2.3")["text"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _changes(slack) == 1
    assert sum("Noted" in answer for answer in answers) == 1


def test_a_question_may_be_asked_again(slack: Running) -> None:
    for _ in range(2):
        assert "5 actions" in _command(slack, "status 2.3", "1.2.3")["text"]


def test_a_form_that_is_sent_again_is_one_change(slack: Running) -> None:
    metadata = json.dumps({"channel": PLAN_CHANNEL, "ref": "jtai2016:2.3.5"})
    values = {
        "progress": {"progress": {"selected_option": {"value": "blocked"}}},
        "note": {"note": {"value": "waits"}},
    }
    view = {"id": "V1", "hash": "h1", "callback_id": "update", "type": "modal", "private_metadata": metadata}
    payload = {
        "type": "view_submission",
        "team": {"id": "T0001HOME"},
        "user": {"id": LEAD, "team_id": "T0001HOME"},
        "view": {**view, "state": {"values": values}},
    }
    first = slack.sandbox.users.app.form({"payload": json.dumps(payload)})
    second = slack.sandbox.users.app.form({"payload": json.dumps(payload)})

    assert first == {}
    assert "recorded already" in second["errors"]["note"]
    assert _changes(slack) == 1


def test_an_undo_button_undoes_once(slack: Running) -> None:
    answer = slack.ask(LEAD, "/action update 2.3.5 started")
    slack.press(LEAD, answer, "undo")

    assert "Undone" in answer.text
    assert "nothing that could be undone" in slack.ask(LEAD, "/action undo").text


def test_idempotency_keys_are_deleted_after_an_hour(slack: Running) -> None:
    with writing(slack.engine) as session:
        assert idempotency.mark_handled(session, "a", NOW)
        assert not idempotency.mark_handled(session, "a", NOW)
    slack.tick(NOW + timedelta(minutes=59))
    with reading(slack.engine) as session:
        assert session.get(HandledRequest, "a") is not None
    slack.tick(NOW + timedelta(minutes=61))
    with reading(slack.engine) as session:
        assert session.get(HandledRequest, "a") is None


def test_two_people_at_the_same_second_are_both_recorded_and_the_second_is_warned(
    slack_on_both: Running,
) -> None:
    slack = slack_on_both
    gate = threading.Barrier(2)
    commands = {
        LEAD: "update 2.3.5 complete: templates issued",
        COORDINATOR: "update 2.3.5 blocked: no printer",
    }
    answers: dict[str, str] = {}

    def send(person: str) -> None:
        fields = {"command": "/action", "text": commands[person], "user_id": person, "trigger_id": person}
        gate.wait()
        answers[person] = slack.sandbox.users.app.form({**fields, "channel_id": PLAN_CHANNEL})["text"]

    threads = [threading.Thread(target=send, args=(person,)) for person in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(slack.engine) as session:
        query = select(Entry).where(col(Entry.who).in_(commands), Entry.field == "progress")
        entries = list(session.exec(query.order_by(col(Entry.seq))))
        assert audit_chain.verify(session).fault is None
    first, second = (entry.who for entry in entries)
    assert {first, second} == set(commands)
    assert entries[1].before == entries[0].after, "the second starts from what the first left"
    assert answers[second].startswith("A moment before you:")
    assert f"<@{first}>" in answers[second]
    assert commands[first].partition(": ")[2] in answers[second]
    assert "A moment before" not in answers[first]


def test_an_earlier_or_undone_change_by_another_person_gives_no_warning(slack: Running) -> None:
    slack.ask(COORDINATOR, "/action note 2.3.5: word")
    slack.ask(COORDINATOR, "/action undo")
    assert "A moment before" not in slack.ask(LEAD, "/action note 2.3.5: mine").text
    assert "A moment before" not in slack.ask(LEAD, "/action note 2.3.5: mine again").text
    slack.sandbox.clock.move("next day")
    assert "A moment before" not in slack.ask(COORDINATOR, "/action note 2.3.5: word").text
