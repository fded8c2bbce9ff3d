"""What somebody typed, as Slack sends it: cleaned once at the door, and taken apart."""

import html
import re
from collections.abc import Callable

from db.rules.text import CONTROL_CHARACTERS, INVISIBLE
from db.text_checks import refuse_too_long

# A link, as Slack marks it or as it stands.
URL = re.compile(r"<(https?://[^\s|>]+)(?:\|[^>]*)?>|(https?://[^\s<>]+)", re.IGNORECASE)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'"})
# No-break, thin, narrow and wide spaces, and tabs.
_SPACES = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# A telephone number or an address that Slack has made a link of: only its words were typed.
_AUTOMATIC_LINK = re.compile(r"<(?:tel|mailto):([^<>|]+)(?:\|([^<>]*))?>")
_PERSON_BY_ID = re.compile(r"<@([UW][A-Z0-9]+)\|?>")
_NOT_IN_A_MARK = re.compile(r"[<>|]")
_ANGLED = re.compile(r"<([@#!]?)([^<>|\s]+)(?:\|([^<>]*))?>")


def straighten(text: str) -> str:
    """The text with plain spaces and quotation marks, and without marks that nobody sees.

    A phone types curly quotation marks; what is copied carries no-break spaces, zero-width and direction
    marks; Slack makes links of telephone numbers and email addresses. Raises `Refused` for a text that is
    too long to be stored, before anything looks at it.
    """
    refuse_too_long(text)
    text = _SPACES.sub(" ", INVISIBLE.sub("", text)).translate(_QUOTES)
    if "<" in text:
        text = _AUTOMATIC_LINK.sub(lambda found: found[2] or found[1], text)
    return text.strip()


def name_people(text: str, name_of: Callable[[str], str | None]) -> str:
    """The text with the name of each person whom Slack gives by ID alone.

    Else the ID is what everybody reads later. `name_of` gives the name for an ID, or None.
    """

    def named(found: re.Match[str]) -> str:
        name = name_of(found[1])
        return f"<@{found[1]}|{_NOT_IN_A_MARK.sub('', name)}>" if name else found[0]

    return _PERSON_BY_ID.sub(named, text) if "<@" in text else text


def as_typed(text: str) -> str:
    """What somebody typed, without Slack's marks: names, addresses and `&` as they were."""

    def without_marks(found: re.Match[str]) -> str:
        mark, inner, label = found.groups()
        return f"{mark}{label or inner}" if mark else inner

    return CONTROL_CHARACTERS.sub("", html.unescape(_ANGLED.sub(without_marks, text)))


def split_evidence(note: str | None) -> tuple[str, str | None]:
    """A note and the first link in it; the link is the evidence and leaves the note."""
    if not note:
        return "", None
    found = URL.search(note)
    if found is None:
        return note, None
    url = (found[1] or found[2]).rstrip(".,;:)")
    rest = f"{note[: found.start()]} {note[found.end() :]}"
    return " ".join(rest.split()).strip(" ,;:-–"), url


def row_number(value: str) -> int | None:
    """The number of a row, as a button carries it; None for anything else."""
    return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else None
