"""Read the words of a command into its arguments. Help texts come from the same table of arguments."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rapidfuzz import process

from handlers.core.arguments import BETWEEN, Argument, CommandNotUnderstood, Kind
from handlers.core.readers import READERS, first_word

# A name ends at a colon, but for that of a plan's code: "neglect2017:1".
_NAME_ENDS = re.compile(r":(?![A-Z]{0,5}\d)")


def parse(arguments: Sequence[Argument], text: str, today: date) -> Mapping[str, Any]:
    """Read a text, as `straighten` leaves it, into the arguments' names.

    Dates come as (day, as written), a period as (first day, last day), a figure as it is written. A
    `Kind.DAY` may be a `SchoolDay` in place of a date. `after_colon` is True where a text
    argument stands after a colon. Raises `CommandNotUnderstood`.
    """
    values: dict[str, Any] = {}
    keyworded = [one for one in arguments if one.keyword]
    positional = [one for one in arguments if not one.keyword]
    rest = text
    for at, argument in enumerate(positional):
        rest = _read_keyworded(keyworded, rest, today, values)
        begins = len(rest) - len(rest.lstrip(BETWEEN))
        if argument.kind is Kind.TEXT and ":" in rest[:begins]:
            values["after_colon"] = True
        rest = rest[begins:]
        if not rest and not argument.optional:
            raise CommandNotUnderstood(f"{argument.placeholder.strip(':')} is missing")
        if rest:
            following = [one for one in positional[at + 1 :] if not one.optional]
            end = _end_of(argument, following, keyworded, rest, today)
            value, left = READERS[argument.kind](argument, rest[:end], today)
            if value is None and not argument.optional:
                raise CommandNotUnderstood(_expected(argument, rest))
            values[argument.name] = value
            rest = left + rest[end:]
    rest = _read_keyworded(keyworded, rest, today, values).strip(BETWEEN)
    missing = [one for one in keyworded if not one.optional and one.name not in values]
    if missing:
        raise CommandNotUnderstood(f"“{missing[0].usage()}” is missing")
    if rest:
        raise CommandNotUnderstood(_left_over(arguments, rest))
    return values


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
            value, left = READERS[argument.kind](argument, inner[:end], today)
            if value is None:
                raise CommandNotUnderstood(_expected(argument, inner))
            values[argument.name] = value
            rest, found = left + inner[end:], True
    return rest


def _announcement(argument: Argument, before: str) -> str:
    """A pattern for an argument's keyword; a flag is the keyword alone, others have a value after it."""
    after = r"(?=$|[\s,:])" if argument.kind is Kind.FLAG else r"\s+(?=\S)"
    words = "|".join((str(argument.keyword), *argument.also_keywords))
    return rf"{before}(?:{words}){after}"


def _end_of(
    argument: Argument,
    following: Sequence[Argument],
    keyworded: Sequence[Argument],
    rest: str,
    today: date,
) -> int:
    """Where free words end: before what has to follow them, or before a keyword."""
    if argument.kind is Kind.NAME:
        return _before_keyword(keyworded, _NAME_ENDS.split(rest, maxsplit=1)[0], today)
    if argument.kind is not Kind.WORDS:
        return len(rest)
    # Keywords come after what is required: until then the same word is part of a name.
    return _before_following(following, rest, today) if following else _before_keyword(keyworded, rest, today)


def _before_following(following: Sequence[Argument], rest: str, today: date) -> int:
    """The first place where all following arguments can be read: NAME ends where VALUE and PERIOD begin."""
    for token in re.finditer(r"(?<=\s)\S+", rest):
        left = rest[token.start() :]
        for argument in following:
            value, left = READERS[argument.kind](argument, left.lstrip(BETWEEN), today)
            if value is None:
                break
        else:
            return token.start()
    _refuse_nearest(following, rest, today)
    return len(rest)


def _refuse_nearest(following: Sequence[Argument], rest: str, today: date) -> None:
    """Name what can't be read after the last word that begins what has to follow: VALUE, then no PERIOD."""
    rest = rest.partition(": ")[0]
    for token in reversed(list(re.finditer(r"(?<=\s)\S+", rest))):
        left, at = rest[token.start() :], 0
        while at < len(following) and left:
            value, unread = READERS[following[at].kind](following[at], left.lstrip(BETWEEN), today)
            if value is None:
                break
            left, at = unread.lstrip(BETWEEN), at + 1
        if 0 < at < len(following):
            if not left:
                raise CommandNotUnderstood(f"{following[at].placeholder.strip(':')} is missing")
            raise CommandNotUnderstood(_expected(following[at], left))


def _before_keyword(keyworded: Sequence[Argument], rest: str, today: date) -> int:
    ends = [len(rest)]
    for argument in keyworded:
        # A flag is looked for before a colon only: after it somebody may use the word in a note.
        where = rest.partition(": ")[0] if argument.kind is Kind.FLAG else rest
        for announced in re.finditer(_announcement(argument, r"(?:^|\s)"), where, re.IGNORECASE):
            value = rest[announced.end() :]
            dated = argument.kind in (Kind.DAY, Kind.PAST_DAY, Kind.SINCE, Kind.RANGE, Kind.PERIOD)
            if dated and READERS[argument.kind](argument, value, today)[0] is None:
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
    Kind.NEAREST_DAY: "a date, such as 19/07/2016, 1 Dec or next Monday",
    Kind.SINCE: "a date, such as 14/12/2016, September or last Monday",
    Kind.RANGE: "a time, such as February, before 31/01/2017 or the next three months",
    Kind.PERSON: "a person. Type @ and choose one from Slack's list",
    Kind.URL: "a link that begins with https://",
    Kind.QUOTED: 'a name in quotation marks, such as "Principal Social Worker"',
    Kind.REF: "a reference, such as 2.3 or ofsted2014:1.2",
    Kind.COUNT: "a count, such as 16 of 20",
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
    first = first_word(rest)
    near = process.extractOne(first.lower(), known, score_cutoff=60) if known else None
    if near and near[0] == first.lower():
        return f"“{rest[:40]}” does not go with the words before it."
    return f"I can't read “{rest[:40]}”.{f' Did you mean “{near[0]}”?' if near else ''}"
