"""Files in chat at the edges: an answer while one is imported, one that no longer fits, details in a cell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlmodel import select

import handlers.home
import handlers.imports
from db import audit_checks, plans
from db.engine import reading
from db.models import Action, Doubt, SettledDoubt
from handlers.core.deadline import Deadline
from sandbox.workspace import Message
from tests.cast import COORDINATOR
from tests.conftest import Running
from tests.files import word_table
from tests.handlers.test_imports import press, send, shown

__all__ = ["send"]

_HEADINGS = ["Ref", "Action", "Lead", "By when", "Status"]
_TRAIN = ["1.1", "Train every new starter", "Head of Training", "31 March", "Not started"]
_PUBLISH = ["1.2", "Publish the threshold guide", "Head of Quality", "30/06/2017", "Not started"]


def _plan(path: Path, *rows: list[str]) -> bytes:
    document = Document()
    word_table(document, _HEADINGS, rows)
    document.save(str(path))
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.docx"


@pytest.mark.parametrize("meanwhile", ["cancel", "answer"])
def test_what_happens_while_the_file_is_fetched_counts(
    slack: Running,
    send: Callable[..., Message],
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: str,
) -> None:
    message = send("neglect.docx", _plan(path, _TRAIN, _PUBLISH))
    fetched = handlers.imports._check_against_slack
    pressed: list[str] = []

    def slowly(request: Any, sent: Any, file: Path) -> None:
        fetched(request, sent, file)
        if pressed:
            return
        pressed.append(meanwhile)
        pending, request = _value(message, "Import"), replace(request, key=None, deadline=Deadline())
        if meanwhile == "cancel":
            handlers.imports.cancel(request, pending)
        else:
            found = sent.open_doubts()[0]
            handlers.imports.settle(request, f"{pending}\n{found.id}\n2017-03-31")

    monkeypatch.setattr(handlers.imports, "_check_against_slack", slowly)
    messages = slack.messages_after(lambda: _press_only(slack, message, "Import"))
    text = "\n".join([one.text for one in messages] + [shown(slack, message).text])

    assert ("no longer waiting" if meanwhile == "cancel" else "Not imported") in text
    with reading(slack.engine) as session:
        assert plans.plan_by_code(session, "neglect") is None


def _value(message: Message, label: str) -> str:
    return next(
        str(element["value"])
        for block in message.blocks
        for element in block.get("elements") or []
        if element.get("type") == "button" and element["text"]["text"] == label
    )


def _press_only(slack: Running, message: Message, label: str) -> None:
    for block in message.blocks:
        for element in block.get("elements") or []:
            if element.get("type") == "button" and element["text"]["text"] == label:
                slack.press_button(COORDINATOR, message, block["block_id"], element)


def test_answers_are_kept_where_the_file_changes_nothing(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    content = _plan(path, _TRAIN, _PUBLISH)
    press(slack, send("neglect.docx", content), "Import")
    message = press(slack, send("neglect.docx", content), "Settle doubts")
    message = press(slack, message, "No date (as read)")
    assert "Nothing would change. Your answers can be kept" in message.text
    press(slack, message, "Keep the answers")

    with reading(slack.engine) as session:
        plan = plans.plan_by_code(session, "neglect")
        assert plan is not None
        assert not session.exec(select(Doubt).join(Action).where(Action.plan_id == plan.id)).all()
        assert len(session.exec(select(SettledDoubt)).all()) == 1
    assert "doubt" not in send("neglect.docx", content).text


def test_a_doubt_about_what_people_recorded_is_asked_once(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    press(slack, send("neglect.docx", _plan(path, _TRAIN, _PUBLISH)), "Import")
    slack.ask(COORDINATOR, "/action update neglect:1.2 in progress we started")
    changed = _plan(path, [*_TRAIN[:3], "31/03/2017", "Not started"], [*_PUBLISH[:4], "Complete"])
    message = press(slack, send("neglect.docx", changed), "Settle doubts")
    assert "1.2" in message.text
    message = press(slack, message, "It is right")

    assert "doubt" not in message.text
    press(slack, message, "Import")
    assert "in progress" in slack.ask(COORDINATOR, "/action status neglect:1.2").text


def test_an_answer_does_not_pass_to_another_action(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    message = press(slack, send("neglect.docx", _plan(path, _TRAIN, _PUBLISH)), "Settle doubts")
    press(slack, press(slack, message, "31 Mar 2017"), "Import")

    other = ["1.1", "Commission advocacy for families", "Head of Training", "31 March", "Not started"]
    assert '"31 March" has no year' in send("neglect.docx", _plan(path, other, _PUBLISH)).text
    assert "doubt" not in send("neglect.docx", _plan(path, _TRAIN, _PUBLISH)).text


def test_a_cell_that_is_too_long_for_a_button_is_settled_in_words(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    schools = "; ".join(f"Headteacher of Lane {number} Primary School" for number in range(60))
    message = send("neglect.docx", _plan(path, _TRAIN, [*_PUBLISH[:2], schools, *_PUBLISH[3:]]))
    press(slack, message, "Import")
    assert "Doubts of imports" in slack.ask(COORDINATOR, "/plan waiting neglect").text


def test_one_role_is_not_offered_where_the_cell_has_a_list(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    lead = "Head of Service; Police lead & Health lead"
    message = send("neglect.docx", _plan(path, [*_PUBLISH[:2], lead, *_PUBLISH[3:]]))
    if "doubt" in message.text:
        assert "One role" not in str(press(slack, message, "Settle doubts").blocks)


def test_details_in_a_cell_of_a_doubt_are_refused(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    row = [*_PUBLISH[:2], "TBC (call 07700 900123)", *_PUBLISH[3:]]
    text = send("neglect.docx", _plan(path, row)).text

    assert "Take it out of the file" in text
    assert "900123" not in text


def test_a_completion_day_stays_when_its_status_is_settled(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    document = Document()
    word_table(document, [*_HEADINGS, "Date completed"], [[*_PUBLISH[:4], "In progress", "12/05/2017"]])
    document.save(str(path))
    press(slack, send("neglect.docx", path.read_bytes()), "Import")
    press(slack, slack.ask(COORDINATOR, "/plan waiting neglect"), "Complete")

    with reading(slack.engine) as session:
        [action] = session.exec(select(Action).where(Action.text == _PUBLISH[1]))
        assert str(action.completed_on) == "2017-05-12"
        assert audit_checks.find_fault(session)[1] is None


def test_undo_reaches_past_an_import(slack: Running, send: Callable[..., Message], path: Path) -> None:
    press(slack, send("neglect.docx", _plan(path, _TRAIN, _PUBLISH)), "Import")
    slack.ask(COORDINATOR, "/action update neglect:1.2 in progress we started")
    press(slack, slack.ask(COORDINATOR, "/plan waiting neglect"), "31 Mar 2017")

    assert "1.2" in slack.ask(COORDINATOR, "/action undo").text
    assert "not started" in slack.ask(COORDINATOR, "/action status neglect:1.2").text


def test_more_files_than_are_read_are_told(
    slack: Running, send: Callable[..., Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slack takes one message a second in a channel.
    monkeypatch.setattr(handlers.home, "_MOST_FILES", 2)
    space = slack.sandbox.space
    answer = send("plan.csv", b"Action,Lead,When\n")
    [file] = [file.id for file in space.files.values() if file.name == "plan.csv"]
    before = len(space.messages)
    event = {"type": "message", "subtype": "file_share", "channel": answer.channel, "user": COORDINATOR}
    more = {
        "text": "",
        "ts": answer.ts,
        "channel_type": "im",
        "files": [{"id": file, "name": "plan.csv"}] * 3,
    }
    slack.sandbox.users.event("message.im", event | more)
    for _ in range(100):
        version = space.version
        if len(space.messages) >= before + 3:
            break
        space.wait_past(version, 0.2)

    told = [message.text for message in space.messages[before:]]
    assert len(told) == 3
    assert "I read 2 files of a message" in told[0]


def test_a_reference_that_looks_like_initials_and_an_age_is_one(
    slack: Running, send: Callable[..., Message], path: Path
) -> None:
    content = _plan(path, ["DP/1", *_TRAIN[1:]], ["DP/2", *_PUBLISH[1:]])
    assert "is imported" in press(slack, send("audit.docx", content), "Import").text

    assert "Publish the threshold guide" in slack.ask(COORDINATOR, "/action status DP/2").text
    assert "name and age" in slack.ask(COORDINATOR, "/action note audit:DP/2: JB (12) seen").text
    assert "Noted" in slack.ask(COORDINATOR, "/action note audit:DP/2: seen by all schools").text
