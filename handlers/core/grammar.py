"""Read the words of a command into its arguments. Help texts come from the same table of arguments."""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rapidfuzz import process

from db.models import SYMBOLS
from db.rules.dates import read_day, read_period, read_since
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
_FIGURE = re.compile(r"(£?-?\d[\d,]*(?:\.\d+)?|-?\.\d+)\s?(?:%|weeks?|days?|months?)?$")
_BETWEEN = " \t\n:,"
# No date or period has more words than these.
_LONGEST_DATE = 5


class CommandNotUnderstood(Exception):
    """Words that do not fit. The text is one sentence that says what was expected."""


class Kind(StrEnum):
    """What an argument is."""

    REF = "ref"
    WORDS = "words"
    TEXT = "text"
    DAY = "day"
    PAST_DAY = "past day"
    SINCE = "since"
    PROGRESS = "progress"
    OUTCOME = "outcome"
    CHOICE = "choice"
    FLAG = "flag"
    URL = "url"
    PERSON = "person"
    QUOTED = "quoted"
    FIGURE = "figure"
    PERIOD = "period"


@dataclass(frozen=True)
class Argument:
    """One thing that a command takes.

    `placeholder` is how help writes it. An argument with a `keyword` is announced by that word and may
    stand anywhere after the ones that are required. `choices` are the words that `Kind.CHOICE` takes.
    """

    name: str
    kind: Kind
    placeholder: str
    keyword: str | None = None
    optional: bool = False
    choices: tuple[str, ...] = ()

    def usage(self) -> str:
        text = f"{self.keyword} {self.placeholder}".strip() if self.keyword else self.placeholder
        return f"[{text}]" if self.optional else text


# Reads an argument from the front of a text: its value, None where it does not fit, and what is left.
Reader = Callable[[Argument, str, date], tuple[Any, str]]


def parse(arguments: Sequence[Argument], text: str, today: date) -> Mapping[str, Any]:
    """Read a text, as `straighten` leaves it, into the arguments' names.

    Dates come as (day, as written), a period as (first day, last day). `after_colon` is True where a text
    argument stands after a colon. Raises `CommandNotUnderstood`.
    """
    values: dict[str, Any] = {}
    keyworded = [one for one in arguments if one.keyword]
    positional = [one for one in arguments if not one.keyword]
    rest = text
    for at, argument in enumerate(positional):
        rest = _read_keyworded(keyworded, rest, today, values)
        begins = len(rest) - len(rest.lstrip(_BETWEEN))
        if argument.kind is Kind.TEXT and ":" in rest[:begins]:
            values["after_colon"] = True
        rest = rest[begins:]
        if not rest and not argument.optional:
            raise CommandNotUnderstood(f"{argument.placeholder.strip(':')} is missing")
        if rest:
            following = [one for one in positional[at + 1 :] if not one.optional]
            end = _end_of(argument, following, keyworded, rest, today)
            value, left = _READERS[argument.kind](argument, rest[:end], today)
            if value is None and not argument.optional:
                raise CommandNotUnderstood(_expected(argument, rest))
            values[argument.name] = value
            rest = left + rest[end:]
    rest = _read_keyworded(keyworded, rest, today, values).strip(_BETWEEN)
    missing = [one for one in keyworded if not one.optional and one.name not in values]
    if missing:
        raise CommandNotUnderstood(f"“{missing[0].usage()}” is missing")
    if rest:
        raise CommandNotUnderstood(_left_over(arguments, rest))
    return values


def starts_with_status(text: str) -> bool:
    """Whether somebody's words begin with a status, as `/action update` takes it."""
    return read_status_word(text)[0] is not None


def read_status_word(text: str) -> tuple[Any, str]:
    """The status that a text begins with, else None, and the rest of the text."""
    return _READERS[Kind.PROGRESS](Argument("progress", Kind.PROGRESS, "STATUS"), text, date.min)


def row_number(value: str) -> int | None:
    """The number of a row, as a button carries it; None for anything else."""
    return int(value) if re.fullmatch(r"\d{1,9}", value, re.ASCII) else None


def straighten(text: str) -> str:
    """What was typed, with a phone's curly quotation marks and no-break spaces made plain."""
    for curly, straight in (("“", '"'), ("”", '"'), ("„", '"'), ("‘", "'"), ("’", "'"), ("\xa0", " ")):
        text = text.replace(curly, straight)
    return text.strip()


def _read_keyworded(arguments: Sequence[Argument], rest: str, today: date, values: dict[str, Any]) -> str:
    """Read the keyworded arguments that stand at the front."""
    found = True
    while found:
        found = False
        for argument in arguments:
            announced = re.match(_announcement(argument, r"[\s,]*"), rest, re.IGNORECASE)
            if not announced or argument.name in values:
                continue
            inner = rest[announced.end() :]
            others = [other for other in arguments if other is not argument]
            end = _end_of(argument, [], others, inner, today)
            value, left = _READERS[argument.kind](argument, inner[:end], today)
            if value is None:
                raise CommandNotUnderstood(_expected(argument, inner))
            values[argument.name] = value
            rest, found = left + inner[end:], True
    return rest


def _announcement(argument: Argument, before: str) -> str:
    """A pattern for an argument's keyword; a flag is the keyword alone, others have a value after it."""
    after = r"(?=$|[\s,:])" if argument.kind is Kind.FLAG else r"\s+(?=\S)"
    return rf"{before}{argument.keyword}{after}"


def _end_of(
    argument: Argument,
    following: Sequence[Argument],
    keyworded: Sequence[Argument],
    rest: str,
    today: date,
) -> int:
    """Where free words end: before what has to follow them, or before a keyword."""
    if argument.kind is not Kind.WORDS:
        return len(rest)
    # Keywords come after what is required: until then the same word is part of a name.
    return _before_following(following, rest, today) if following else _before_keyword(keyworded, rest, today)


def _before_following(following: Sequence[Argument], rest: str, today: date) -> int:
    """The first place where all following arguments can be read: NAME ends where VALUE and PERIOD begin."""
    for token in re.finditer(r"(?<=\s)\S+", rest):
        left = rest[token.start() :]
        for argument in following:
            value, left = _READERS[argument.kind](argument, left.lstrip(_BETWEEN), today)
            if value is None:
                break
        else:
            return token.start()
    return len(rest)


def _before_keyword(keyworded: Sequence[Argument], rest: str, today: date) -> int:
    ends = [len(rest)]
    for argument in keyworded:
        # A flag is looked for before a colon only: after it somebody may use the word in a note.
        where = rest.partition(": ")[0] if argument.kind is Kind.FLAG else rest
        for announced in re.finditer(_announcement(argument, r"(?:^|\s)"), where, re.IGNORECASE):
            value = rest[announced.end() :]
            dated = argument.kind in (Kind.DAY, Kind.PAST_DAY, Kind.SINCE)
            if dated and _READERS[argument.kind](argument, value, today)[0] is None:
                if re.match(r"\d", value):
                    raise CommandNotUnderstood(_expected(argument, value))
                # In "the one at risk" the keyword is an ordinary word.
                continue
            ends.append(announced.start())
            break
    return min(ends)


_EXAMPLES: Mapping[Kind, str] = {
    Kind.DAY: "a date, such as 31/03/2017, March 2017 or next Monday",
    Kind.PAST_DAY: "a date, such as 14/12/2016, 1 Dec or last Monday",
    Kind.SINCE: "a date, such as 14/12/2016, September or last Monday",
    Kind.PERSON: "a person. Type @ and choose one from Slack's list",
    Kind.URL: "a link that begins with https://",
    Kind.QUOTED: 'a name in quotation marks, such as "Principal Social Worker"',
    Kind.REF: "a reference, such as 2.3 or ofsted2014:1.2",
    Kind.FIGURE: "a figure, such as 36%, 4,120 or £95",
    Kind.PERIOD: "a period, such as 2018/19, Mar 2019, Q2 2016/17 or 31 Mar 2019",
}


def _expected(argument: Argument, rest: str) -> str:
    typed = rest.split("\n")[0][:40]
    if argument.choices:
        near = process.extractOne(typed.lower(), argument.choices, score_cutoff=60)
        guess = f" Did you mean “{near[0]}”?" if near else ""
        return f"“{typed}” is not one of {', '.join(argument.choices)}.{guess}"
    return f"“{typed}” is not {_EXAMPLES.get(argument.kind, argument.placeholder)}"


def _left_over(arguments: Sequence[Argument], rest: str) -> str:
    known = [one.keyword for one in arguments if one.keyword]
    known += [choice for one in arguments for choice in one.choices]
    first = _first_word(rest)
    near = process.extractOne(first.lower(), known, score_cutoff=60) if known else None
    if near and near[0] == first.lower():
        return f"“{rest[:40]}” does not go with the words before it."
    return f"I can't read “{rest[:40]}”.{f' Did you mean “{near[0]}”?' if near else ''}"


def _first_word(text: str) -> str:
    return next(iter(text.split()), "")


def _words(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    person = _PERSON.fullmatch(rest.strip())
    if person:
        return f"@{person[1]}", ""
    return as_typed(rest).strip(_BETWEEN + "\"'") or None, ""


def _ref(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _REF.match(rest)
    return (found.group(), rest[found.end() :]) if found else (None, rest)


def _longest(rest: str, read: Callable[[str], Any]) -> tuple[Any, str, str]:
    """What the longest run of words from the front can be read as, those words, and what is left."""
    tokens = list(re.finditer(r"\S+", rest))[:_LONGEST_DATE]
    for token in reversed(tokens):
        written = rest[: token.end()].rstrip(":,;.")
        found = read(written)
        if found is not None:
            return found, written, rest[len(written) :]
    return None, "", rest


def _dated(read: Callable[[str, date], date | None]) -> Reader:
    def reader(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
        found, written, left = _longest(rest, lambda words: read(words, today))
        return (None, rest) if found is None else ((found, written), left)

    return reader


def _period(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    rest = re.sub(r"^for\s+", "", rest, flags=re.IGNORECASE)
    found, _, left = _longest(rest, lambda words: read_period(words, today))
    return found, left


def read_figure(token: str) -> float | str | None:
    """A KPI's value as it is typed: a number with or without its unit, or a publisher's symbol."""
    found = _FIGURE.fullmatch(token)
    if found:
        return float(found[1].replace(",", "").replace("£", ""))
    return token.lower() if token.lower() in SYMBOLS else None


def _figure(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    token = _first_word(rest)
    return read_figure(token), rest[len(token) :]


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
    first = _first_word(rest).lower()
    return (first, rest[len(first) :]) if first in argument.choices else (None, rest)


def _flag(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    return True, rest


def _url(argument: Argument, rest: str, today: date) -> tuple[Any, str]:
    found = _URL.match(rest)
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
    return as_typed(rest).strip(_BETWEEN + "-–").strip() or None, ""


_ANGLED = re.compile(r"<([@#!]?)([^<>|\s]+)(?:\|([^<>]*))?>")


def as_typed(text: str) -> str:
    """What somebody typed, without Slack's marks: names, addresses and `&` as they were."""

    def without_marks(found: re.Match[str]) -> str:
        mark, inner, label = found.groups()
        return f"{mark}{label or inner}" if mark else inner

    return CONTROL_CHARACTERS.sub("", html.unescape(_ANGLED.sub(without_marks, text)))


_READERS: Mapping[Kind, Reader] = {
    Kind.REF: _ref,
    Kind.WORDS: _words,
    Kind.TEXT: _text,
    Kind.DAY: _dated(read_day),
    Kind.PAST_DAY: _dated(lambda text, today: read_day(text, today, past=True)),
    Kind.SINCE: _dated(read_since),
    Kind.PROGRESS: _vocabulary(PROGRESS_WORDS),
    Kind.OUTCOME: _vocabulary(OUTCOME_WORDS),
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
    Kind.URL: _url,
    Kind.PERSON: _person,
    Kind.QUOTED: _quoted,
    Kind.FIGURE: _figure,
    Kind.PERIOD: _period,
}
if set(_READERS) != set(Kind):
    raise ValueError(f"arguments without a reader: {set(Kind) - set(_READERS)}")


def split_evidence(note: str | None) -> tuple[str, str | None]:
    """A note and the first link in it; the link is the evidence and leaves the note."""
    if not note:
        return "", None
    found = _URL.search(note)
    if found is None:
        return note, None
    url = (found[1] or found[2]).rstrip(".,;:)")
    rest = f"{note[: found.start()]} {note[found.end() :]}"
    return " ".join(rest.split()).strip(" ,;:-–"), url
