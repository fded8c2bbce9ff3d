"""Fingerprints of texts: whether a message quotes a text that is itself no longer stored."""

import hashlib
import hmac
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A quote of this many words in a row is one. Shorter texts are compared as a whole.
_WORDS = 4
# A shorter text, such as "done", stands in many messages that do not quote it.
_SHORTEST = 6


@dataclass(frozen=True)
class Fingerprint:
    """Keyed hashes of every run of words of a text. `length` is the number of words in each run."""

    key: str
    length: int
    hashes: frozenset[str]

    @classmethod
    def of(cls, text: str, key: str) -> "Fingerprint | None":
        """The fingerprint of a text, or None for one that is too short to be recognised."""
        words = _words(text)
        if len("".join(words)) < _SHORTEST:
            return None
        length = min(_WORDS, len(words))
        return cls(key, length, frozenset(_hashes(words, length, key)))

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether any of these texts quotes the text."""
        return any(not self.hashes.isdisjoint(_hashes(_words(text), self.length, self.key)) for text in texts)


def _words(text: str) -> list[str]:
    # Slack's markup escapes three characters, which would add words such as "amp".
    return re.findall(r"\w+", html.unescape(text).casefold())


def _hashes(words: list[str], length: int, key: str) -> Iterator[str]:
    for begin in range(len(words) - length + 1):
        run = " ".join(words[begin : begin + length])
        yield hmac.new(key.encode(), run.encode(), hashlib.sha256).hexdigest()
