"""Whether a text has any of many words, in one pass however many they are.

It stands before patterns that are slow, which most texts then need not go through.
"""

from collections.abc import Iterable

import ahocorasick


class AnyOf:
    """Words or parts of words, in small letters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for word in words:
            self._automaton.add_word(word, word)
        self._automaton.make_automaton()

    def is_in(self, lower: str) -> bool:
        """Whether any of the words is in a text that is in small letters."""
        return next(self._automaton.iter(lower), None) is not None
