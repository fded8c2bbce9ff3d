"""Answers kept until something is written, so that the next person who asks the same need not wait.

An answer depends on the store, the channel and the day. Every writer takes the write lock
(`db.audit_log.take_write_lock`), which raises the change number: while it stays the same, so do answers.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from weakref import WeakValueDictionary

from cachetools import LRUCache

from db.audit_log import ChangeNumber

_CAPACITY = 1000
# Who has waited so long for another thread's answer makes one of their own.
_LONGEST_WAIT_SECONDS = 0.5


@dataclass(frozen=True)
class CacheKey:
    """What a cached answer depends on, apart from the database.

    Only answers that are the same for everybody are cached.
    """

    command: str
    text: str
    channel: str | None
    may_share: bool
    today: date


class SharedRead:
    """Reads the change number once for all the threads that need it at the same moment.

    A thread that asks during a read waits for the next read, because the current one may have begun
    before a change that the thread must see.
    """

    def __init__(self, read: Callable[[], ChangeNumber]) -> None:
        self._read = read
        self._condition = threading.Condition()
        self._begun = 0
        self._seen: tuple[int, ChangeNumber | None] = (0, None)
        self._reading = False

    def now(self) -> ChangeNumber:
        """The change number at a moment not before this call. Raises what reading raises."""
        with self._condition:
            mine = self._begun + 1
            self._condition.wait_for(lambda: self._seen[0] >= mine or not self._reading)
            number, found = self._seen
            if number >= mine and found is not None:
                return found
            self._reading = True
            self._begun = mine = self._begun + 1
        found = None
        try:
            found = self._read()
        finally:
            # Where reading failed, each who waited reads for themselves and sees the error.
            with self._condition:
                self._reading = False
                self._seen = (mine, found)
                self._condition.notify_all()
        return found


@dataclass
class Lookup:
    """An answer that was cached, or None; and the one that was made because there was none."""

    answer: str | None
    made: str | None = None


class AnswerCache:
    """Rendered answers, each with the change number it was true at; the least used are dropped first."""

    def __init__(self, read: Callable[[], ChangeNumber]) -> None:
        self.change_number = SharedRead(read).now
        self._lock = threading.Lock()
        self._answers: LRUCache[CacheKey, tuple[ChangeNumber, str]] = LRUCache(_CAPACITY)
        self._turns: WeakValueDictionary[CacheKey, threading.Lock] = WeakValueDictionary()

    @contextmanager
    def look_up(self, key: CacheKey) -> Iterator[Lookup]:
        """What is cached, or else the turn at making the answer: who sets `made` gives it to the others.

        Of people who ask the same at the same moment one makes the answer, and the others wait for it. Set
        `made` only to an answer that is the same for everybody.
        """
        change_number = self.change_number()
        found = self._find(key, change_number)
        if found is not None:
            yield Lookup(found)
            return
        with self._turn(key) as waited:
            if waited:
                change_number = self.change_number()
            lookup = Lookup(self._find(key, change_number))
            yield lookup
            if lookup.made is not None:
                self._store(key, change_number, lookup.made)

    @contextmanager
    def _turn(self, key: CacheKey) -> Iterator[bool]:
        """Hold the one turn at making an answer; whether another thread had it first."""
        with self._lock:
            turn = self._turns.setdefault(key, threading.Lock())
        waited = not turn.acquire(blocking=False)
        is_mine = not waited or turn.acquire(timeout=_LONGEST_WAIT_SECONDS)
        try:
            yield waited
        finally:
            if is_mine:
                turn.release()

    def _find(self, key: CacheKey, change_number: ChangeNumber) -> str | None:
        with self._lock:
            found = self._answers.get(key)
        return found[1] if found is not None and found[0] == change_number else None

    def _store(self, key: CacheKey, change_number: ChangeNumber, answer: str) -> None:
        """Read `change_number` before the answer: anything written in between makes the answer stale."""
        with self._lock:
            self._answers[key] = (change_number, answer)
