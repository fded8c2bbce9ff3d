"""The title of an action: the beginning of its text, where nobody gave it another."""

import re

_LONGEST_TITLE = 80
# A lettered list is no title by its letter.
_LETTER = re.compile(r"^\(?(?:[a-z]|\d{1,2}|i{1,3})[.)]\s+", re.IGNORECASE)
# "Milestone: courses booked": the word before the colon is no title.
_LABEL = re.compile(
    r"^(?:milestone|step|stage|phase|sub-?(?:action|task)|task|action|note|update)s?(?: \w{1,3})?:\s+", re.I
)
_CLAUSE_END = re.compile(r"(?<=[a-z)’'])[.;:]\s|\n|,? so that |, (?:including|with|focusing)\b")


def short_title(text: str) -> str:
    """An action's first clause as its title, cut at a word, at most 80 characters."""
    first = _CLAUSE_END.split(_LABEL.sub("", _LETTER.sub("", text), count=1), maxsplit=1)[0]
    first = " ".join(first.split()).strip(" .,;:")
    if len(first) <= _LONGEST_TITLE:
        return first
    return first[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
