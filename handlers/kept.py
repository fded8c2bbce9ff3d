"""Answers kept for as long as nothing is written: the next who asks the same is not kept waiting.

What an answer says follows from the store, the channel and the day. Every writer takes a turn at the
end of the record (`db.record.lock`), so while the count of turns stands still, so does the answer.
"""

import threading
from dataclasses import dataclass
from datetime import date

from cachetools import LRUCache

from db.record import Turn

_KEPT = 1000


@dataclass(frozen=True)
class Question:
    """What was typed, in which channel, on which day: all that an answer for everybody depends on."""

    command: str
    said: str
    channel: str | None
    may_share: bool
    today: date


class Kept:
    """Answers as they go to Slack, each with the turn it was true at; the least asked for go first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: LRUCache[Question, tuple[Turn, str]] = LRUCache(_KEPT)

    def find(self, question: Question, turn: Turn) -> str | None:
        with self._lock:
            found = self._answers.get(question)
        return found[1] if found is not None and found[0] == turn else None

    def keep(self, question: Question, turn: Turn, answer: str) -> None:
        """`turn` must have been read before the answer was: what was written since then makes it void."""
        with self._lock:
            self._answers[question] = (turn, answer)
