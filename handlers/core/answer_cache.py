"""Answers kept for as long as nothing is written: the next who asks the same is not kept waiting.

What an answer says follows from the store, the channel and the day. Every writer takes a turn at the
end of the record (`db.record.lock`), so while the count of turns stands still, so does the answer.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cachetools import LRUCache

from db.audit_log import ChangeNumber

_CAPACITY = 1000


@dataclass(frozen=True)
class CacheKey:
    """What was typed, in which channel, on which day: all that an answer for everybody depends on."""

    command: str
    author: str
    channel: str | None
    may_share: bool
    today: date


class SharedRead:
    """How far writing has come, asked of the store once for all who want to know at the same moment.

    Whoever asks while the store is being looked at shares the next look with the others who came
    meanwhile: never the one under way, which may have missed what was written before they asked.
    """

    def __init__(self, look: Callable[[], ChangeNumber]) -> None:
        self._look = look
        self._change = threading.Condition()
        self._begun = 0
        self._seen: tuple[int, ChangeNumber | None] = (0, None)
        self._looking = False

    def now(self) -> ChangeNumber:
        """The turn at a moment not before this call. Raises what looking raises."""
        with self._change:
            mine = self._begun + 1
            self._change.wait_for(lambda: self._seen[0] >= mine or not self._looking)
            number, turn = self._seen
            if number >= mine and turn is not None:
                return turn
            self._looking = True
            self._begun = mine = self._begun + 1
        turn = None
        try:
            turn = self._look()
        finally:
            # Where looking failed, each who waited looks for themselves and is told what is wrong.
            with self._change:
                self._looking = False
                self._seen = (mine, turn)
                self._change.notify_all()
        return turn


class AnswerCache:
    """Answers as they go to Slack, each with the turn it was true at; the least asked for go first."""

    def __init__(self, look: Callable[[], ChangeNumber]) -> None:
        self.change_number = SharedRead(look).now
        self._lock = threading.Lock()
        self._answers: LRUCache[CacheKey, tuple[ChangeNumber, str]] = LRUCache(_CAPACITY)

    def find(self, question: CacheKey, turn: ChangeNumber) -> str | None:
        with self._lock:
            found = self._answers.get(question)
        return found[1] if found is not None and found[0] == turn else None

    def keep(self, question: CacheKey, turn: ChangeNumber, answer: str) -> None:
        """`turn` must have been read before the answer was: what was written since then makes it void."""
        with self._lock:
            self._answers[question] = (turn, answer)
