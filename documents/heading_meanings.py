"""What a column heading means by itself, and how a whole heading row is read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from documents.draft import FileDoubt
from documents.heading_words import ANY_FORM, FORMS, LONGEST_HEADING, NEVER, OTHER_NAMES, PUBLIC_NAMES


@dataclass(frozen=True)
class HeadingRow:
    """How a heading row is read.

    `places` has the columns of each meaning, the one that counts first. `unread` are the columns with a
    heading and no meaning here: their words are kept as notes. `doubts` are about columns.
    """

    headings: tuple[str, ...]
    places: Mapping[str, tuple[int, ...]]
    unread: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()
    doubts: tuple[FileDoubt, ...] = ()

    def report(self) -> list[tuple[str, str | None]]:
        """Each heading with its meaning as people name it, or None for one that is not used."""
        meanings = {at: name for name, found in self.places.items() for at in found}
        return [
            (self.name(at), public_name(meanings.get(at)))
            for at, heading in enumerate(self.headings)
            if heading.strip()
        ]

    def name(self, at: int) -> str:
        """The heading of a column, with single spaces."""
        return " ".join(self.headings[at].split())


def public_name(meaning: str | None) -> str | None:
    """A meaning as people name it."""
    if meaning is None:
        return None
    return PUBLIC_NAMES.get(meaning) or OTHER_NAMES.get(meaning, meaning)


# A form numbers its headings: "4. Response: action taken".
_NUMBERED = re.compile(r"^\d{1,2}[.)]\s+(?=[a-z])")


def plain(heading: str) -> str:
    """A heading as headings are compared: in lower case, with single spaces; empty for a long text."""
    if len(heading) > 2 * LONGEST_HEADING:
        return ""
    text = " ".join(heading.split()).strip(" .…:*?-–").lower().replace("’", "'")
    text = _NUMBERED.sub("", text)
    return text if len(text) <= LONGEST_HEADING else ""


# "Recommendation (from the report)". "Date (raised)" is another date.
_IN_BRACKETS = re.compile(
    r"\s*[(\[](?!.*\b(?:original|initial|first|start\w*|raised|opened|created|meeting|review\w*|closed|completed"
    r"|prev\w*|last|old|agreed|approved|risk|impact|likelihood)\b)[^()\[\]]*[)\]]$"
)


def meaning(heading: str) -> str | None:
    """The meaning of a column heading, as a key of `heading_words.MEANINGS`, or None for one without."""
    text = plain(heading)
    if not text or NEVER.fullmatch(text):
        return None
    for one in dict.fromkeys((text, _IN_BRACKETS.sub("", text))):
        if one and ANY_FORM.match(one):
            return next(name for name, form in FORMS if form.match(one))
    return None


# So many headings in two languages make a table in two languages: one alone may be "Lead / Budget".
_LEAST_IN_TWO = 3


def in_one_language(headings: Sequence[str]) -> Sequence[str]:
    """Headings of a table in two languages, such as "Arweinydd / Lead", by the half that has a meaning.

    In such a table it is always the same half.
    """
    halves = [re.split(r"\s*[/|\n]\s*", heading.strip()) for heading in headings]
    for side in (1, 0):
        known = [
            at
            for at, both in enumerate(halves)
            if len(both) == 2 and meaning(both[side]) and not meaning(both[1 - side])
        ]
        if len(known) >= _LEAST_IN_TWO:
            return [
                both[side] if len(both) == 2 else whole for both, whole in zip(halves, headings, strict=True)
            ]
    return headings


def known_meanings(cells: Iterable[str]) -> list[str]:
    """The meanings of headings that are known by themselves, for a refusal that names the nearest row."""
    return [name for cell in cells if (name := meaning(cell)) is not None]
