"""Due dates as officers write them in plans: a day, a month, a term, and what they put around it.

A text with more than one day is read by what it says last ("revised to"), and the first date is kept. What is
only assumed, such as the day a term ends, is a doubt. A guessed date would make an action overdue, or hide
that it is overdue.
"""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from db.models import DueKind
from db.rules.dates import STARTS_FROM, day_text, month_end, read_written
from db.rules.due_changes import (
    asks_for_another,
    due_and_done,
    is_bare_arrow,
    moved_dates,
    with_year_of,
)
from db.rules.due_days import Due, read_one_date
from db.rules.due_decisions import awaited, decided, denied, only_from
from db.rules.due_phrases import (
    FROM_WHEN,
    SAYS_MORE,
    counted_from_day,
    dates_among_words,
    last_of_range,
    respelled,
    tidied,
)
from db.rules.due_rhythms import how_often, leading_frequency, often_and_date, often_from

_ONGOING = re.compile(
    r"^(?:on-?\s?going|continuous(?:ly)?|continuing|rolling|permanent|bau|business as usual)\b", re.I
)
_AND_ONGOING = re.compile(
    r"^(?:in )?(?P<first>.+?)[\s,;]*(?:and|then|&|\+|,|-|–|→|/)\s*(?:then )?"
    r"(?:on-?\s?going(?: thereafter)?|continuing|thereafter.*)$",
    re.I,
)
# "By March 2027, ongoing thereafter" has a day by which it is due.
_HAS_END = re.compile(r"(?:due|by|before|end|complete[d]?|(?:to be )?(?:done|finished) by)\b", re.IGNORECASE)
_ONWARDS = re.compile(
    r"(?:from |earliest )?(?P<first>.+?)(?:[\s,]+(?:onwards?|on|at the earliest|earliest)|\+)", re.IGNORECASE
)
_UNTIL = re.compile(
    r"(?:(?:programme|work|process)\s+)?(?:until|till|to|(?:to be )?(?:complete[d]?|finish(?:ed)?|done)? ?by)"
    r"\s+(?P<end>.+)",
    re.IGNORECASE,
)
_BEFORE_PERIOD = re.compile(
    r"(?:before|prior to|ahead of|in advance of) (?:the )?(?P<period>.+)", re.IGNORECASE
)
_LONDON = ZoneInfo("Europe/London")
_IN_UTC = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-[0-3]\dT2[0-3]:00(?::00(?:\.0+)?)?Z")
_MIDNIGHT = re.compile(
    r"(?<=^\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$"
    r"|(?<=\d\d)[ T](?:00:00(?::00)?(?:\.0+)?Z?|12:00(?::00)? ?am)$",
    re.IGNORECASE,
)
# Jira writes "30/Oct/26 2:10 PM".
_TIME = re.compile(r"(?<=\d),? \d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?$", re.IGNORECASE)
_DONE = re.compile(
    r"(?:complete[d]?|done|in place|achieved|closed|finished|implemented|met|delivered|actioned)",
    re.IGNORECASE,
)
_IS_DONE = re.compile(
    rf"^(?P<rest>.+?)[\s,;:–—-]*(?:\((?:now )?{_DONE.pattern}\)|[–—-]\s*{_DONE.pattern})$", re.IGNORECASE
)
_AT_THE_END = re.compile(
    r"^(?P<words>[A-Za-z][^,;.]{8,}?)\s+(?:by|before|no later than)\s+(?:the )?(?P<rest>[^,;]+)$",
    re.IGNORECASE,
)


# A plan has thousands of dates, and most of them are the same few.
@lru_cache(maxsize=4096)
def read_due(text: str, day: date | None = None, whole_month: bool = False) -> Due:
    """Read a due date from `text`, or take `day` where the file has a real date in the cell.

    With `whole_month`, `day` means the last day of its month. Never raises: a text that cannot be read
    gives a date of the kind `unclear`, with a doubt that says why.
    """
    written = re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()
    if _IN_UTC.fullmatch(written):
        # A list online keeps midnight in London so, and in summer that is the evening before.
        with suppress(ValueError):
            written = f"{datetime.fromisoformat(written).astimezone(_LONDON):%Y-%m-%d}"
    # Exports write a day with its midnight.
    written = _MIDNIGHT.sub("", written)
    if day is not None:
        due_day = month_end(day.year, day.month) if whole_month else day
        return Due(due_day, DueKind.BY, written or due_day.isoformat())
    if not written:
        return Due(None, DueKind.UNCLEAR, "", "no date is given")
    bare = tidied(_TIME.sub("", written.rstrip(" .;,")))
    if bare.endswith("?") and (sure := read_due(bare.rstrip(" ?"))).day is not None:
        return replace(sure, as_written=written, doubt=f'"{written}" has a question mark: check the date')
    if _DONE.fullmatch(bare):
        return Due(
            None,
            DueKind.UNCLEAR,
            written,
            f'"{written}" stands where the date should be and says the status: give the date, and the status '
            "in its own column",
        )
    if (due := _respelled(bare, written)) is not None:
        return due
    for reader in _READERS:
        due = reader(bare, written)
        if due is not None:
            return due
    return read_one_date(bare, written)


def _respelled(bare: str, written: str) -> Due | None:
    """`Febuary 2026`: what it says with its words spelled right, with a doubt."""
    right = respelled(bare)
    due = read_due(right) if right is not None else None
    if due is None or due.day is None:
        return None
    return replace(due, as_written=written, doubt=f'"{written}" is read as "{right}": check the spelling')


def _before(bare: str, written: str) -> Due | None:
    """`Before March 2027`: due by the day before it begins. Before a day is by that day, as plans mean it."""
    found = _BEFORE_PERIOD.fullmatch(bare)
    read = read_written(found["period"], written) if found else None
    span = read.span if read is not None and not read.end_meant else None
    if span is None or span[0] == span[1]:
        return None
    day = span[0] - timedelta(days=1)
    return Due(day, DueKind.BY, written, f'"{written}" is read as {day_text(day)}')


def _from(bare: str, written: str) -> Due | None:
    start = STARTS_FROM.match(bare)
    often = often_from(bare)
    text = often[1] if often else bare[start.end() :] if start else bare
    if start and (pair := often_and_date(text)) is not None:
        often, text = pair, pair[1]
    onwards = _ONWARDS.fullmatch(text)
    if start is None and onwards is None and often is None:
        return None
    read = read_written(onwards["first"] if onwards else text, written)
    if start is None and read.span is None and often is None:
        return None
    if read.span is None and often:
        doubt = f'"{written}" says how often and from when but gives no due date'
        return Due(None, DueKind.ONGOING, written, doubt, frequency=often[0])
    if read.span is None:
        return Due(None, DueKind.UNCLEAR, written, read.doubt)
    day = read.span[1] if read.end_meant else read.span[0]
    frequency = often[0] if often else leading_frequency(bare)
    return Due(
        day, DueKind.FROM, written, None if frequency else f'"{written}" {FROM_WHEN}', frequency=frequency
    )


def _ongoing(bare: str, written: str) -> Due | None:
    if _ONGOING.match(bare):
        rest = _ONGOING.sub("", bare).strip(" ,;-–()")
        until = _UNTIL.match(rest)
        end = read_one_date(until["end"], written).day if until else None
        if end is not None:
            doubt = f'"{written}" goes on until then: read as due by {day_text(end)}'
            return Due(end, DueKind.BY, written, doubt)
        more = f'"{written}" is ongoing but says more: check whether it has a due date' if rest else None
        return Due(None, DueKind.ONGOING, written, more)
    often = how_often(bare)
    if often is None:
        return None
    doubt = f'"{written}" says how often but gives no due date'
    if re.match(r"bi-?(?:monthly|annual)", often):
        doubt = f"{doubt}, and may mean twice in that time or every second time"
    return Due(None, DueKind.ONGOING, written, doubt, frequency=often)


def _with_frequency(bare: str, written: str) -> Due | None:
    """`Annual – next due May 2013`: a date and how often."""
    found = often_and_date(bare)
    due = read_due(found[1]) if found else None
    if found is None or due is None or due.day is None:
        return None
    return replace(due, as_written=written, frequency=found[0])


def _and_ongoing(bare: str, written: str) -> Due | None:
    """`Sept 2025 and ongoing`: it begins then and has no end."""
    found = _AND_ONGOING.match(bare)
    read = read_written(found["first"], written) if found else None
    if found is None or read is None or read.span is None:
        return None
    if _HAS_END.match(found["first"]):
        doubt = f'"{written}" goes on after that: read as due by {day_text(read.span[1])}'
        return Due(read.span[1], DueKind.BY, written, doubt)
    doubt = f'"{written}" is read as going on from {day_text(read.span[0])}, with no end'
    return Due(read.span[0], DueKind.FROM, written, doubt)


def _revised(bare: str, written: str) -> Due | None:
    """Two dates, of which one replaced the other: the newer is due, the older one is kept."""
    if "→" in bare and _range(bare, written) is not None:
        # Notion writes a range so.
        return None
    unread = None
    for last_text, first_text in moved_dates(bare):
        last, first, assumed = _both_dates(last_text, first_text, written)
        if last.day is not None and first.day is not None:
            moved = f"moved from {day_text(first.day)} to {day_text(last.day)}"
            said = last.doubt
            if assumed is not None:
                said = f'"{written}" gives one year: read as {moved}'
            elif is_bare_arrow(bare):
                said = f'"{written}" is read as {moved}'
            return replace(last, original=first.day, doubt=said)
        if first.day is not None and re.search(r"\d", last_text):
            doubt = f'"{written}" names a newer date that cannot be read: give it as 31/03/2027'
            return Due(None, DueKind.UNCLEAR, written, doubt, original=first.day)
        if last.day is not None and re.search(r"\d", first_text):
            told = f'"{written}" names an earlier date that cannot be read: it is left out'
            unread = replace(last, doubt=last.doubt or told)
    return unread


def _both_dates(last_text: str, first_text: str, written: str) -> tuple[Due, Due, date | None]:
    """The newer and the older date, and that of the two whose year is assumed to be the other's."""
    newer = _revised(last_text, written) or _range(last_text, written)
    last, first = newer or read_one_date(last_text, written), read_one_date(first_text, written)
    if last.day is not None and first.day is None:
        return last, *_older(first_text, last_text, last.day, written)
    with_year = with_year_of(last_text, first_text) if first.day is not None and last.day is None else None
    if with_year is None or first.day is None:
        return last, first, None
    last = read_one_date(with_year, written)
    if last.day is not None and last.day < first.day:
        last = replace(last, day=last.day + relativedelta(years=1))
    return last, first, last.day


def _older(text: str, newer: str, day: date, written: str) -> tuple[Due, date | None]:
    """The date that was replaced, from words that have several or lack the year; its day if assumed."""
    each = (read_one_date(one, written).day for one in dates_among_words(text))
    days = [found for found in each if found]
    if days:
        return Due(min(days), DueKind.BY, written), None
    with_year = with_year_of(text, newer)
    found = read_one_date(with_year, written) if with_year else Due(None, DueKind.UNCLEAR, written)
    if found.day is not None and found.day > day:
        found = replace(found, day=found.day - relativedelta(years=1))
    return found, found.day


def _two_dates(bare: str, written: str) -> Due | None:
    """`Dec 2016 / Feb 2017`: two dates in one cell. The action is due by the later one, with a doubt."""
    if read_one_date(bare, written).day is not None:
        return None
    parts = [
        part for part in re.split(r"\s*(?:\s/\s|(?<=\d{4})/(?=\D)|;|\bthen\b|\band\b|&)\s*", bare) if part
    ]
    year = re.search(r"(?:19|20)\d\d$", bare)
    dues = [read_one_date(part, written) for part in parts] if len(parts) > 1 else []
    if year and len(parts) == 2 and dues[0].day is None:
        # The year at the end is that of both: "March & June 2026".
        dues[0] = read_one_date(f"{parts[0]} {year[0]}", written)
    days = [due.day for due in dues if due.day is not None]
    if len(days) != len(parts) or not days:
        return None
    return _by_the_last(days, written)


def _by_the_last(days: list[date], written: str) -> Due:
    doubt = f'"{written}" has {len(days)} dates: read as due by the last, {day_text(max(days))}'
    was_moved = re.search(r"\b(?:rev|slip|exten|move|old\b|was\b|orig)", written, re.IGNORECASE) is not None
    return Due(max(days), DueKind.BY, written, doubt, original=min(days) if was_moved else None)


def _range(bare: str, written: str) -> Due | None:
    """`Sept 25 to Mar 26`, `12-16 Jan 2026`: due by the end."""
    found = last_of_range(bare)
    if found is None:
        return None
    first, due = found[0], read_one_date(found[1], written)
    begins = read_one_date(first, written).day if first else date.min
    if begins is None and (with_year := with_year_of(first, found[1])) is not None:
        # "From Jan to Mar 27": one year for both.
        begins = read_one_date(with_year, written).day
    return due if begins and due.day and begins < due.day else None


def _due_and_done(bare: str, written: str) -> Due | None:
    """`Due 30/09/26, completed 14/10/26`: the due date, and the day of completion beside it."""
    texts = due_and_done(bare)
    due, done = (read_one_date(one, written) for one in texts) if texts else (None, None)
    if due is None or done is None or due.day is None or done.day is None:
        return None
    doubt = f'"{written}" says when it was due and when it was done: read as due by {day_text(due.day)}'
    return replace(due, doubt=doubt, completed_on=done.day)


def _done(bare: str, written: str) -> Due | None:
    """`March 2026 (complete)`: the date, and a person is told that it says the status too."""
    found = _IS_DONE.match(bare)
    due = read_one_date(found["rest"], written) if found else None
    if due is None or due.day is None:
        return None
    return replace(due, doubt=f'"{written}" also says the status: check that the status column says it')


def _sentence(bare: str, written: str) -> Due | None:
    """`Strategy agreed and in place by April 2012`: the date at the end of a sentence."""
    found = _AT_THE_END.match(bare)
    due = read_one_date(found["rest"], written) if found else None
    if due is None or due.day is None:
        return None
    return replace(due, doubt=due.doubt or _read_as(written, due.day))


def _read_as(written: str, day: date) -> str:
    return f'"{written}" {SAYS_MORE}: read as {day_text(day)}'


def _among_words(bare: str, written: str) -> Due | None:
    """`LSCP Board 12 March 2026`, `Dec 2025 (draft), Mar 2026 (final)`: the last date that is there."""
    if read_one_date(bare, written).day is not None:
        return None
    days = [due.day for due in (read_one_date(one, written) for one in dates_among_words(bare)) if due.day]
    if not days:
        return None
    if len(set(days)) > 1 and asks_for_another(bare):
        doubt = f'"{written}" asks for another date: read as {day_text(days[0])}'
        return Due(days[0], DueKind.BY, written, doubt)
    due = _by_the_last(days, written) if len(set(days)) > 1 else Due(days[0], DueKind.BY, written)
    doubt = due.doubt or _read_as(written, days[0])
    return replace(due, doubt=doubt, frequency=leading_frequency(bare))


def _counted_from(bare: str, written: str) -> Due | None:
    """`Within 6 weeks of the report (report 2 Nov 26)`: counted from that day."""
    found = counted_from_day(bare)
    first = read_one_date(found[1], written).day if found else None
    if found is None or first is None:
        return None
    day = first + found[0]
    return Due(
        day, DueKind.BY, written, f'"{written}" is counted from {day_text(first)}: read as {day_text(day)}'
    )


_READERS = (
    only_from,
    _before,
    denied,
    _counted_from,
    awaited,
    _due_and_done,
    decided,
    _revised,
    _range,
    _from,
    _with_frequency,
    _ongoing,
    _and_ongoing,
    _done,
    _two_dates,
    _sentence,
    _among_words,
)
