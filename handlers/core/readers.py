"""Read one argument from the front of what was typed: one reader for each kind."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.rules import numbers
from db.rules.dates import WEEKDAYS
from db.rules.periods import read_period
from db.rules.statuses import OUTCOME_WORDS, PROGRESS_WORDS
from db.rules.typed_dates import (
    DateNotRead,
    read_day,
    read_meeting_day,
    read_nearest_day,
    read_school_day,
    read_since,
)
from db.rules.typed_ranges import read_range
from handlers.core.arguments import BETWEEN, Argument, CommandNotUnderstood, Kind, Reader
from handlers.core.typed_text import URL, as_typed

_REF = re.compile(
    r"(?:[A-Za-z][\w-]*:(?=\S))?(?:rec(?:ommendation)?\s*)?"
    r"[A-Za-z]{0,5}[-/]?\d+(?:\.\d+)*[a-z]?(?:\([a-z0-9]{1,3}\))?(?![\w/])",
    re.IGNORECASE,
)
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")
# No date or period has more words than these.
_LONGEST_DATE = 8


def starts_with_status(text: str) -> bool:
    """Whether somebody's words begin with a status, as `/action update` takes it."""
    return read_status_word(text)[0] is not None


def read_status_word(text: str) -> tuple[Any, str]:
    """The status that a text begins with, else None, and the rest of the text."""
    return READERS[Kind.PROGRESS](Argument("progress", Kind.PROGRESS, "STATUS"), text, date.min)


def first_word(text: str) -> str:
    return next(iter(text.split()), "")


def _words(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    person = _PERSON.fullmatch(rest.strip())
    if person:
        return f"@{person[1]}", ""
    return as_typed(rest).strip(BETWEEN + "\"'") or None, ""


def _ref(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _REF.match(rest)
    return (found.group(), rest[found.end() :]) if found else (None, rest)


def _longest(rest: str, read: Callable[[str], Any]) -> tuple[Any, str, str]:
    """What the longest run of words from the front can be read as, those words, and what is left."""
    tokens = list(re.finditer(r"\S+", rest))[:_LONGEST_DATE]
    for token in reversed(tokens):
        written = rest[: token.end()].rstrip(":,;.")
        try:
            found = read(written)
        except DateNotRead as wrong:
            raise CommandNotUnderstood(f"{wrong}.") from wrong
        if found is not None:
            return found, written, rest[len(written) :]
    return None, "", rest


def _dated(read: Callable[[str, date], Any]) -> Reader:
    def reader(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
        found, written, left = _longest(rest, lambda words: read(words, today))
        if found is None:
            return None, rest
        _check_date_ends(written, left)
        return (found, written), left

    return reader


def _day(text: str, today: date) -> Any:
    """A `date`; or a `SchoolDay` or `MeetingDay`, which only a calendar knows."""
    return read_day(text, today) or read_school_day(text) or read_meeting_day(text)


# What makes of a date another one, or none: "31/01/2017 or 28/02/2017", "June if they agree".
_GOES_ON = frozenset(
    [
        "or",
        "and",
        "to",
        "if",
        "but",
        "maybe",
        "perhaps",
        "possibly",
        "probably",
        "provisionally",
        "until",
        "till",
        "unless",
        "depending",
        "depends",
        "subject",
        "half",
        "term",
        "week",
        "weeks",
        "fortnight",
        "month",
        "months",
        "year",
        "years",
        "early",
        "mid",
        "late",
        "end",
        "start",
        "next",
        "this",
        "following",
        "earliest",
        "before",
        "after",
    ]
).union(WEEKDAYS)
_WITH_YEAR = re.compile(r"\d{4}|[./'’-]\d\d$")


def _check_date_ends(written: str, left: str) -> None:
    """After a date comes the end, a colon, a comma or a dash; a date with its year needs no mark.

    Else words that belong to the date would be lost to the reason. Raises `CommandNotUnderstood`.
    """
    word = re.match(r"[^\S\n]+(?P<word>[^\s:,;.]+)", left)
    if word is None or word["word"] in ("-", "–", "—"):
        return
    first = word["word"].lower()
    if (
        first in _GOES_ON
        or re.match(r"[\d?&/]", first)
        or not (_WITH_YEAR.search(written) or first in _KEYWORDS)
    ):
        raise CommandNotUnderstood(
            f"“{f'{written}{left}'[:40].strip()}” is not one date. "
            "Give a whole date, then a colon before anything else"
        )


# Words that begin another argument, and so may follow a date.
_KEYWORDS = frozenset(
    ("deputy", "from", "until", "area", "provisional", "agency", "section", "lead", "plan", "at")
)


def _period(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    rest = re.sub(r"^for\s+", "", rest, flags=re.IGNORECASE)
    found, written, left = _longest(rest, lambda words: read_period(words, today))
    if found is not None:
        _check_date_ends(written, left)
    return found, left


def _figure(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    """What looks like a figure, as it is written: only the KPI's unit tells what it means."""
    # Slack writes "<5" as "&lt;5".
    text = rest.replace("&lt;", "<", 1) if rest.startswith("&lt;") else rest
    written = numbers.find_number(text)
    return written, text[len(written or "") :]


_COUNT = re.compile(
    r"(?P<n>\d{1,3}(?:,\d{3})+|\d{1,7})\s*(?:/|(?:out )?of)\s*(?P<of>\d{1,3}(?:,\d{3})+|\d{1,7})(?![\d/.])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TypedCount:
    """So many of so many, and the words after it up to a colon: what was counted, and for which period."""

    number: int
    total: int
    words: str


def read_count(text: str) -> TypedCount | None:
    """What was typed as a count, with the words after it; None where it is none."""
    found: TypedCount | None = _count(Argument("count", Kind.COUNT, "N of M"), text.strip(), date.min)[0]
    return found


def _count(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _COUNT.match(rest)
    if found is None:
        return None, rest
    after = rest[found.end() :]
    words = re.split(r":(?=\s|$)", after, maxsplit=1)[0]
    number, total = (int(found[name].replace(",", "")) for name in ("n", "of"))
    return TypedCount(number, total, words.strip(BETWEEN)), after[len(words) :]


def _vocabulary(known: Mapping[str, Any]) -> Reader:
    longest_first = sorted(known, key=len, reverse=True)

    def read(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
        lowered = re.sub(r"\s", " ", rest.lower())
        for word in longest_first:
            # "done?" is a question, "done-ish" another word.
            if re.match(rf"{re.escape(word)}(?=$|[\s:,.;!–—])", lowered):
                return known[word], rest[len(word) :]
        return None, rest

    return read


def _choice(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    lowered = " ".join(rest.lower().split(" "))
    for choice in sorted(argument.choices, key=len, reverse=True):
        if re.match(rf"{re.escape(choice)}(?=$|[\s:,])", lowered):
            return choice, rest[len(choice) :]
    return None, rest


def _flag(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    return True, rest


def _url(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = URL.match(rest)
    if not found:
        return None, rest
    url = html.unescape(found[1] or found[2])
    kept = url.rstrip(".,;:")
    return kept, url[len(kept) :] + rest[found.end() :]


def _person(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _PERSON.match(rest)
    return (found[1], rest[found.end() :]) if found else (None, rest)


def _quoted(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _QUOTED.match(rest)
    if found:
        return (found[1] or found[2]).strip(), rest[found.end() :]
    # Without quotation marks: everything up to the person.
    name, mark, _ = rest.partition("<@")
    return (name.strip(), rest[len(name) :]) if mark and name.strip() else (None, rest)


def _text(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    return as_typed(rest).strip(BETWEEN + "-–—").strip() or None, ""


READERS: Mapping[Kind, Reader] = {
    Kind.REF: _ref,
    Kind.WORDS: _words,
    Kind.NAME: _words,
    Kind.TEXT: _text,
    Kind.DAY: _dated(_day),
    Kind.PAST_DAY: _dated(lambda text, today: read_day(text, today, past=True) or read_meeting_day(text)),
    Kind.NEAREST_DAY: _dated(read_nearest_day),
    Kind.SINCE: _dated(lambda text, today: read_since(text, today) or read_meeting_day(text)),
    Kind.RANGE: _dated(read_range),
    Kind.PROGRESS: _vocabulary(PROGRESS_WORDS),
    Kind.OUTCOME: _vocabulary(OUTCOME_WORDS),
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
    Kind.URL: _url,
    Kind.PERSON: _person,
    Kind.QUOTED: _quoted,
    Kind.FIGURE: _figure,
    Kind.COUNT: _count,
    Kind.PERIOD: _period,
}
if set(READERS) != set(Kind):
    raise ValueError(f"arguments without a reader: {set(Kind) - set(READERS)}")
