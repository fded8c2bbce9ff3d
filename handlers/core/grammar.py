"""How a command's words are read: by the same parts that its help is written from."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import process

from db.rules.dates import read_day
from db.rules.statuses import OUTCOME_WORDS, PROGRESS_WORDS
from db.rules.text import CONTROL_CHARACTERS

_REF = re.compile(
    r"(?:[A-Za-z][\w-]*:(?=\S))?(?:rec(?:ommendation)?\s*)?"
    r"[A-Za-z]{0,5}[-/]?\d+(?:\.\d+)*[a-z]?(?:\([a-z0-9]{1,3}\))?(?![\w/])",
    re.IGNORECASE,
)
_URL = re.compile(r"<(https?://[^\s|>]+)(?:\|[^>]*)?>|(https?://[^\s<>]+)", re.IGNORECASE)
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'")
_BETWEEN = " \t\n:,"
_LONGEST_DATE = 5


class CommandNotUnderstood(Exception):
    """Words that do not fit. Its text is one sentence that says what was expected."""


@dataclass(frozen=True)
class Argument:
    """One thing that a command takes.

    `shown` is how help writes it; a part with a `keyword` is announced by that word and may stand
    anywhere after the parts that are required.
    """

    name: str
    kind: str
    placeholder: str
    keyword: str | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()

    def usage(self) -> str:
        text = f"{self.keyword} {self.placeholder}" if self.keyword else self.placeholder
        return f"[{text}]" if self.optional else text


Reader = Callable[[Argument, str, date], tuple[Any, str]]


def ref(*, optional: bool = False) -> Argument:
    return Argument("ref", "ref", "REF", optional=optional)


def words(name: str, shown: str, *, optional: bool = False, keyword: str | None = None) -> Argument:
    return Argument(name, "words", shown, keyword, optional)


def day(name: str, shown: str = "DATE", *, keyword: str | None = None, optional: bool = False) -> Argument:
    return Argument(name, "day", shown, keyword, optional)


def past_day(name: str, keyword: str, *, optional: bool = False) -> Argument:
    """A day that has been: without a year, or as a weekday, the last one."""
    return Argument(name, "past_day", "DATE", keyword, optional)


def text(name: str, shown: str, *, optional: bool = False) -> Argument:
    return Argument(name, "text", shown, optional=optional)


def parse(parts: Sequence[Argument], said: str, today: date) -> Mapping[str, Any]:
    """Read what was said into the parts' names. Raises `Misunderstood` for what does not fit."""
    rest = straighten(said)
    read: dict[str, Any] = {}
    keyworded = [part for part in parts if part.keyword]
    for part in (part for part in parts if not part.keyword):
        rest = _keywords(keyworded, rest, today, read)
        begins = len(rest) - len(rest.lstrip(_BETWEEN))
        if part.kind == "text" and ":" in rest[:begins]:
            read["after_colon"] = True
        rest = rest[begins:]
        if not rest and not part.optional:
            raise CommandNotUnderstood(f"{part.placeholder.strip(':')} is missing")
        if rest:
            stop = _end_of_free_text(keyworded, rest, today) if part.kind in ("words", "refs") else len(rest)
            value, left = _READERS[part.kind](part, rest[:stop], today)
            if value is None and not part.optional:
                raise CommandNotUnderstood(_expected(part, rest))
            read[part.name] = value
            rest = left + rest[stop:]
    rest = _keywords(keyworded, rest, today, read).strip(_BETWEEN)
    missing = [part for part in keyworded if not part.optional and part.name not in read]
    if missing:
        raise CommandNotUnderstood(f"“{missing[0].usage()}” is missing")
    if rest:
        raise CommandNotUnderstood(_left_over(parts, rest, today))
    return read


def is_status(said: str) -> bool:
    """Whether what somebody wrote begins with a status, as `/action update` takes it."""
    value, _ = _READERS["progress"](Argument("progress", "progress", "STATUS"), said, date.min)
    return value is not None


def row_number(value: str) -> int | None:
    """The number of a row that a button carries; None for what is no number any row has."""
    return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else None


def straighten(said: str) -> str:
    """What was typed, with the quotation marks and spaces that phones put in made plain."""
    for curly, straight in (("“", '"'), ("”", '"'), ("„", '"'), ("‘", "'"), ("’", "'"), ("\xa0", " ")):
        said = said.replace(curly, straight)
    return said.strip()


def _keywords(parts: Sequence[Argument], rest: str, today: date, read: dict[str, Any]) -> str:
    """Read as many announced parts as stand at the front."""
    found = True
    while found:
        found = False
        for part in parts:
            announced = re.match(rf"[\s,]*{part.keyword}\s+(?=\S)", rest, re.IGNORECASE)
            if announced and part.name not in read:
                inner = rest[announced.end() :]
                others = [other for other in parts if other is not part]
                stop = _end_of_free_text(others, inner, today) if part.kind == "words" else len(inner)
                value, left = _READERS[part.kind](part, inner[:stop], today)
                if value is None:
                    raise CommandNotUnderstood(_expected(part, inner))
                read[part.name] = value
                rest, found = left + inner[stop:], True
    return rest


def _end_of_free_text(parts: Sequence[Argument], rest: str, today: date) -> int:
    """Where free words end because an announced part begins."""
    stops = [len(rest)]
    for part in parts:
        for announced in re.finditer(rf"(?:^|\s){part.keyword}\s+(?=\S)", rest, re.IGNORECASE):
            following = rest[announced.end() :]
            if part.kind in ("day", "past_day") and _READERS[part.kind](part, following, today)[0] is None:
                if re.match(r"\d", following):
                    raise CommandNotUnderstood(_expected(part, following))
                # "the one at risk": only a word.
                continue
            stops.append(announced.start())
            break
    return min(stops)


def _expected(part: Argument, rest: str) -> str:
    said = rest.split("\n")[0][:40]
    if part.choices:
        near = process.extractOne(said.lower(), part.choices, score_cutoff=60)
        guess = f" Did you mean “{near[0]}”?" if near else ""
        return f"“{said}” is none of {', '.join(part.choices)}.{guess}"
    examples = {
        "day": "a date, such as 31/03/2017, March 2017 or next Monday",
        "past_day": "a date, such as 14/12/2016, 1 Dec or last Monday",
        "person": "a person: type @ and choose one from Slack's list",
        "url": "a link that begins with https://",
        "quoted": 'a name in quotation marks, such as "Principal Social Worker"',
        "ref": "a reference, such as 2.3 or ofsted2014:1.2",
    }
    return f"“{said}” is not {examples.get(part.kind, part.placeholder)}"


def _left_over(parts: Sequence[Argument], rest: str, today: date) -> str:
    known = [part.keyword for part in parts if part.keyword]
    known += [choice for part in parts for choice in part.choices]
    first = rest.split()[0]
    near = process.extractOne(first.lower(), known, score_cutoff=60) if known else None
    if near and near[0] == first.lower():
        return f"“{rest[:40]}” does not go with what stands before it."
    return f"“{rest[:40]}” is not understood.{f' Did you mean “{near[0]}”?' if near else ''}"


def _refs(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    person = _PERSON.fullmatch(rest.strip())
    if person:
        return f"@{person[1]}", ""
    return as_typed(rest).strip(_BETWEEN + "\"'") or None, ""


def _ref(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _REF.match(rest)
    if found:
        return found.group(), rest[found.end() :]
    return None, rest


def _day(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    """The longest run of words from the front that is a date, with how it was written."""
    tokens = list(re.finditer(r"\S+", rest))[:_LONGEST_DATE]
    for token in reversed(tokens):
        written = rest[: token.end()].rstrip(":,;.")
        found = read_day(written, today, past=part.kind == "past_day")
        if found is not None:
            return (found, written), rest[len(written) :]
    return None, rest


def _vocabulary(known: Mapping[str, Any]) -> Reader:
    longest_first = sorted(known, key=len, reverse=True)

    def read(part: Argument, rest: str, today: date) -> tuple[Any, str]:
        lowered = re.sub(r"\s", " ", rest.lower())
        for word in longest_first:
            # "done?" is a question, "done-ish" another word.
            if re.match(rf"{re.escape(word)}(?=$|[\s:,.;!–—])", lowered):
                return known[word], rest[len(word) :]
        return None, rest

    return read


def _choice(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    first = rest.split()[0].lower()
    return (first, rest[len(first) :]) if first in part.choices else (None, rest)


def _url(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _URL.match(rest)
    if not found:
        return None, rest
    url = html.unescape(found[1] or found[2])
    kept = url.rstrip(".,;:")
    return kept, url[len(kept) :] + rest[found.end() :]


def _person(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _PERSON.match(rest)
    return (found[1], rest[found.end() :]) if found else (None, rest)


def _quoted(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _QUOTED.match(rest)
    if found:
        return (found[1] or found[2]).strip(), rest[found.end() :]
    # Without quotation marks: everything up to the person.
    name, mark, _ = rest.partition("<@")
    return (name.strip(), rest[len(name) :]) if mark and name.strip() else (None, rest)


def _text(part: Argument, rest: str, today: date) -> tuple[Any, str]:
    return as_typed(rest).strip(_BETWEEN + "-–").strip() or None, ""


_ANGLED = re.compile(r"<([@#!]?)([^<>|\s]+)(?:\|([^<>]*))?>")


def as_typed(said: str) -> str:
    """What somebody wrote, without the marks that Slack put in: names, addresses and `&` as typed."""

    def as_typed(found: re.Match[str]) -> str:
        mark, inner, label = found.groups()
        return f"{mark}{label or inner}" if mark else inner

    return CONTROL_CHARACTERS.sub("", html.unescape(_ANGLED.sub(as_typed, said)))


_READERS: Mapping[str, Reader] = {
    "ref": _ref,
    "refs": _refs,
    "words": _refs,
    "text": _text,
    "day": _day,
    "past_day": _day,
    "progress": _vocabulary(PROGRESS_WORDS),
    "outcome": _vocabulary(OUTCOME_WORDS),
    "choice": _choice,
    "url": _url,
    "person": _person,
    "quoted": _quoted,
}


def split_evidence(said: str | None) -> tuple[str, str | None]:
    """A note and the first link in it; the link is the evidence and leaves the note."""
    if not said:
        return "", None
    found = _URL.search(said)
    if found is None:
        return said, None
    url = (found[1] or found[2]).rstrip(".,;:)")
    note = f"{said[: found.start()]} {said[found.end() :]}"
    return " ".join(note.split()).strip(" ,;:-–"), url
