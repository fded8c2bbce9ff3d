"""The database stopped and started again under load: what was said to be recorded is, and nothing else."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlmodel import select

from db import audit_chain
from db.engine import reading
from db.models import Entry
from sandbox.deliver import App
from tests.cast import LEAD, PLAN_CHANNEL
from tests.conftest import SECRET, migrated, run_bot
from tests.postgres import LocalPostgres

LEADS = 4
# Slack gives up on a command after three seconds. The reduced test shares its machine with others, so that
# only the full one, which has it to itself, holds the answers to this.
SLACK_WAITS = 3
TEST_WAITS = 20
PATIENCE = 60
_BEGINNINGS = ("Noted", "Recorded, but", "Not recorded", "I can't tell whether")


@pytest.fixture
def own_server() -> Iterator[LocalPostgres]:
    """A PostgreSQL that nothing else uses, to stop and to start."""
    server = LocalPostgres(quick=False)
    yield server
    server.end()


@dataclass(frozen=True)
class Answered:
    note: str
    answer: str
    seconds: float


class Load:
    """Leads who note something, one after another, until they are told to stop."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._more = threading.Condition()
        self._over = False
        self.answers: list[Answered] = []
        self._threads = [threading.Thread(target=self._lead, args=(number,)) for number in range(LEADS)]
        for thread in self._threads:
            thread.start()

    def _lead(self, lead: int) -> None:
        number = 0
        while not self._over:
            number += 1
            note = f"word {lead}-{number}."
            begun = time.monotonic()
            answer = self._app.form(_command(f"note 2.3.5: {note}"))
            with self._more:
                self.answers.append(Answered(note, str(answer.get("text")), time.monotonic() - begun))
                self._more.notify_all()

    def wait_for(self, begins: str, count: int) -> None:
        """Until that many more answers begin so."""

        def seen() -> int:
            return sum(one.answer.startswith(begins) for one in self.answers)

        with self._more:
            wanted = seen() + count
            assert self._more.wait_for(lambda: seen() >= wanted, PATIENCE), begins

    def go_on(self, seconds: float) -> None:
        """Let the leads try for so long."""
        with self._more:
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                self._more.wait(left)

    def end(self) -> None:
        self._over = True
        for thread in self._threads:
            thread.join()


def _command(text: str) -> dict[str, str]:
    return {
        "command": "/action",
        "text": text,
        "user_id": LEAD,
        "team_id": "T0001HOME",
        "channel_id": PLAN_CHANNEL,
        "trigger_id": uuid.uuid4().hex,
        "response_url": "http://127.0.0.1:9/none",
    }


@pytest.mark.soak
def test_what_was_said_to_be_recorded_is_in_the_record_and_nothing_else(
    own_server: LocalPostgres, size: Callable[[int, int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.deliver.ANSWER_SECONDS", TEST_WAITS)
    url = own_server.url
    migrated(url, sample=True)
    with run_bot(url) as running:
        load = Load(App(f"{running.web.url}/slack/events", SECRET))
        try:
            load.wait_for("Noted", 20)
            own_server.server.stop()
            load.wait_for("Not recorded", 20)
            load.go_on(size(0, 20))
            own_server.server.start()
            load.wait_for("Noted", 20)
        finally:
            load.end()
        with reading(running.engine) as session:
            stored = [entry.note for entry in session.exec(select(Entry)) if entry.who == LEAD]
            assert audit_chain.verify(session).fault is None

    # Every answer says one of four things: anything else is a KeyError here.
    told: dict[str, set[str]] = {begins: set() for begins in _BEGINNINGS}
    for one in load.answers:
        told[next((begins for begins in told if one.answer.startswith(begins)), one.answer)].add(one.note)
    noted = told["Noted"] | told["Recorded, but"]
    refused, uncertain = told["Not recorded"], told["I can't tell whether"]
    written = {note for note in stored if note}
    assert len(written) == len([note for note in stored if note]), "something is there twice"
    assert noted <= written <= noted | uncertain
    assert not written & refused
    # Only of what was being committed at the moment of the stop can it not be told.
    assert len(uncertain) <= LEADS
    assert max(one.seconds for one in load.answers) < size(TEST_WAITS, SLACK_WAITS)
