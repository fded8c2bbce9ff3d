"""Due dates as officers write them in plans: a day, a month, a term, and what they put around it.

A text with more than one day is read by what it says last ("revised to"), and the first date is kept. What is
only assumed, such as the day a term ends, is a doubt. A guessed date would make an action overdue, or hide
that it is overdue.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from db.models import DueKind
from db.rules.dates import ANY_MONTH, STARTS_FROM, day_text, month_end, read_written
from db.rules.due_phrases import (
    LACKS_YEAR,
    SAYS_MORE,
    counted_from_day,
    dates_among_words,
    last_of_range,
    moved_dates,
    respelled,
    serial_day,
    week_of_month,
    weekday_of_month,
    why_no_day,
)
from db.rules.seasons import SEASON_FORMS


@dataclass(frozen=True, slots=True)
class Due:
    """A due date as read. `day` is None where no date could be read. `doubt` is a sentence for a person.

    `original` is the date that this one replaced, where the text has both. `frequency` is how often, where
    the text says that too.
    """

    day: date | None
    kind: DueKind
    as_written: str
    doubt: str | None = None
    original: date | None = None
    frequency: str | None = None


_ONGOING = re.compile(
    r"^(?:on-?\s?going|continuous(?:ly)?|continuing|rolling|permanent|bau|business as usual)\b", re.I
)
_HOW_OFTEN = (
    r"(?:bi-?)?(?:monthly|weekly|annual(?:ly)?|yearly)|quarterly|(?:half[- ])?termly|six-?monthly"
    r"|daily|fortnightly|half[- ]yearly|(?:every|each) (?:(?:\d+|two|three|four|six|eight|twelve|half) )?"
    r"(?:weeks?|months?|terms?|half[- ]term|quarter|meeting)|twice (?:a|per) (?:year|term)"
    r"|standing (?:agenda )?item"
)
_FREQUENCY = re.compile(rf"^(?:{_HOW_OFTEN})$", re.I)
_EACH_YEAR = re.compile(rf"(?:every|each) (?:{ANY_MONTH})", re.I)
_BEGINS_WITH_FREQUENCY = re.compile(rf"^{_HOW_OFTEN}\b", re.I)
_FREQUENCY_FIRST = re.compile(
    rf"^(?P<often>{_HOW_OFTEN})\b[\s,:;–—-]*(?:\(?(?:next|first)(?: (?:one|review|audit|report))?"
    r"(?: is)?(?: due)?(?: by| in| on)?\)?|(?:due|by))\s+(?P<rest>.+?)\)?$",
    re.IGNORECASE,
)
_FREQUENCY_FROM = re.compile(rf"^(?P<often>{_HOW_OFTEN}) (?:from|starting|beginning)\b", re.IGNORECASE)
_AND_ONGOING = re.compile(
    r"^(?P<first>.+?)[\s,;]*(?:and|then|&|\+|,|-|–)\s*(?:then )?(?:on-?\s?going|continuing|thereafter.*)$",
    re.I,
)
_MIDNIGHT = re.compile(
    r"(?<=^\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?$"
    r"|(?<=\d\d)[ T](?:00:00(?::00)?(?:\.0+)?Z?|12:00(?::00)? ?am)$",
    re.IGNORECASE,
)
# Jira writes "30/Oct/26 2:10 PM".
_TIME = re.compile(r"(?<=\d),? \d{1,2}:\d\d(?::\d\d)?(?: ?[ap]m)?$", re.IGNORECASE)
_WEEK_ENDING = re.compile(r"^(?:w/e|week ending|w\.e\.|wk ending)[\s:]*", re.IGNORECASE)
_WEEK_BEGINNING = re.compile(
    r"^(?:(?:by )?(?:the )?end of )?"
    r"(?:w/?[bc]\b|week (?:beginning|commencing|of)|wk (?:beg|commencing))[\s:]*",
    re.I,
)
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
# What has no year and would be read if it had one.
_WITHOUT_YEAR = re.compile(
    r"^(?:by |before |the )*(?:(?:end(?: of)?|early|mid|late)\s+)?(?:the )?(?:"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:" + ANY_MONTH + r")\.?"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?|\s?[/–-]\s?(?:" + ANY_MONTH + r"))?"
    r"|(?:q|qtr|quarter)\s?[1-4]|\d{1,2}/\d{1,2}"
    r"|(?:(?:autumn|spring|summer)\s+)?(?:half[- ]term|term|[12])|(?:autumn|spring|summer)(?:\s+[12])?"
    r"|(?:(?:oct|feb|may|whitsun)\w* )half[- ]?term|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day \d{1,2}(?:st|nd|rd|th)? \w+"
    r"|easter|christmas|whitsun|(?:academic|school|financial|calendar)? ?year(?:[- ]end)?|(?:year|month"
    r"|quarter)[- ]end"
    r"|(?:half[- ])?term|half[- ]year"
    r")$",
    re.IGNORECASE,
)
_TWO_QUARTERS = re.compile(
    r"(?:by |end of )*(?:q|qtr|quarter)\s?[1-4][\s,]*(?:of )?(?:19|20)\d\d", re.IGNORECASE
)
_LEADING = re.compile(
    r"^(?:(?:due |to be completed |complete )?(?:by|before|in|at)\s+)?(?:the )?(?:end of )?(?:the )?", re.I
)


# A plan has thousands of dates, and most of them are the same few.
@lru_cache(maxsize=4096)
def read_due(text: str, day: date | None = None, whole_month: bool = False) -> Due:
    """Read a due date from `text`, or take `day` where the file has a real date in the cell.

    With `whole_month`, `day` means the last day of its month. Never raises: a text that cannot be read
    gives a date of the kind `unclear`, with a doubt that says why.
    """
    written = re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()
    # Exports write a day with its midnight.
    written = _MIDNIGHT.sub("", written)
    if day is not None:
        due_day = month_end(day.year, day.month) if whole_month else day
        return Due(due_day, DueKind.BY, written or due_day.isoformat())
    if not written:
        return Due(None, DueKind.UNCLEAR, "", "no date is given")
    bare = _TIME.sub("", written.rstrip(" .;,"))
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
    return _read_by(bare, written)


def _respelled(bare: str, written: str) -> Due | None:
    """`Febuary 2026`: what it says with its words spelled right, with a doubt."""
    right = respelled(bare)
    due = read_due(right) if right is not None else None
    if due is None or due.day is None:
        return None
    return replace(due, as_written=written, doubt=f'"{written}" is read as "{right}": check the spelling')


def _from(bare: str, written: str) -> Due | None:
    start = STARTS_FROM.match(bare)
    onwards = re.fullmatch(r"(.+?)[\s,]+(?:onwards?|on)", bare, re.IGNORECASE)
    if start is None and onwards is None:
        return None
    read = read_written(bare[start.end() :] if start else onwards[1] if onwards else "", written)
    if start is None and read.span is None:
        return None
    if read.span is None and _FREQUENCY_FROM.match(bare):
        return _with_frequency_from(bare, written)
    if read.span is None:
        return Due(None, DueKind.UNCLEAR, written, read.doubt)
    day = read.span[1] if read.end_meant else read.span[0]
    return Due(day, DueKind.FROM, written, frequency=_leading_frequency(bare))


def _leading_frequency(bare: str) -> str | None:
    often = _BEGINS_WITH_FREQUENCY.match(bare)
    return often[0].lower() if often else None


def _ongoing(bare: str, written: str) -> Due | None:
    if _ONGOING.match(bare):
        rest = _ONGOING.sub("", bare).strip(" ,;-–()")
        until = re.match(r"(?:until|till|to)\s+(?P<end>.+)", rest, re.IGNORECASE)
        end = _read_by(until["end"], written).day if until else None
        if end is not None:
            doubt = f'"{written}" goes on until then: read as due by {day_text(end)}'
            return Due(end, DueKind.BY, written, doubt)
        more = f'"{written}" is ongoing but says more: check whether it has a due date' if rest else None
        return Due(None, DueKind.ONGOING, written, more)
    if _FREQUENCY.match(bare) or _EACH_YEAR.fullmatch(bare):
        doubt = f'"{written}" says how often but gives no due date'
        return Due(None, DueKind.ONGOING, written, doubt, frequency=_leading_frequency(bare) or "yearly")
    return None


def _with_frequency(bare: str, written: str) -> Due | None:
    """`Annual – next due May 2013`: a date and how often."""
    found = _FREQUENCY_FIRST.match(bare)
    if found is None:
        return None
    due = _read_by(found["rest"], written)
    return replace(due, frequency=found["often"].lower()) if due.day else None


def _with_frequency_from(bare: str, written: str) -> Due | None:
    """`Termly from Autumn 2026`, where `_from` knows no day on which it begins."""
    found = _FREQUENCY_FROM.match(bare)
    if found is None:
        return None
    doubt = f'"{written}" says how often and from when but gives no due date'
    return Due(None, DueKind.ONGOING, written, doubt, frequency=found["often"].lower())


def _and_ongoing(bare: str, written: str) -> Due | None:
    """`Sept 2025 and ongoing`: it begins then and has no end."""
    found = _AND_ONGOING.match(bare)
    read = read_written(found["first"], written) if found else None
    return Due(read.span[0], DueKind.FROM, written) if read and read.span else None


def _revised(bare: str, written: str) -> Due | None:
    """Two dates, of which one replaced the other: the newer is due, the other one is kept."""
    for last_text, first_text in moved_dates(bare):
        last, first = _read_by(last_text, written), _read_by(first_text, written)
        if last.day is not None and first.day is not None:
            return replace(last, original=first.day)
    return None


def _two_dates(bare: str, written: str) -> Due | None:
    """`Dec 2016 / Feb 2017`: two dates in one cell. The action is due by the later one, with a doubt."""
    if _read_by(bare, written).day is not None:
        return None
    parts = [
        part for part in re.split(r"\s*(?:\s/\s|(?<=\d{4})/(?=\D)|;|\bthen\b|\band\b|&)\s*", bare) if part
    ]
    year = re.search(r"(?:19|20)\d\d$", bare)
    dues = [_read_by(part, written) for part in parts] if len(parts) > 1 else []
    if year and len(parts) == 2 and dues[0].day is None:
        # The year at the end is that of both: "March & June 2026".
        dues[0] = _read_by(f"{parts[0]} {year[0]}", written)
    days = [due.day for due in dues if due.day is not None]
    if len(days) != len(parts) or not days:
        return None
    return _by_the_last(days, written)


def _by_the_last(days: list[date], written: str) -> Due:
    doubt = f'"{written}" has {len(days)} dates: read as due by the last, {day_text(max(days))}'
    was_moved = re.search(r"\b(?:rev|slip|exten|moved)", written, re.IGNORECASE) is not None
    return Due(max(days), DueKind.BY, written, doubt, original=min(days) if was_moved else None)


def _range(bare: str, written: str) -> Due | None:
    """`Sept 25 to Mar 26`, `12-16 Jan 2026`: due by the end."""
    found = last_of_range(bare)
    if found is None:
        return None
    first, due = found[0], _read_by(found[1], written)
    begins = _read_by(first, written).day if first else date.min
    return due if begins and due.day and begins < due.day else None


def _done(bare: str, written: str) -> Due | None:
    """`March 2026 (complete)`: the date, and a person is told that it says the status too."""
    found = _IS_DONE.match(bare)
    due = _read_by(found["rest"], written) if found else None
    if due is None or due.day is None:
        return None
    return replace(due, doubt=f'"{written}" also says the status: check that the status column says it')


def _sentence(bare: str, written: str) -> Due | None:
    """`Strategy agreed and in place by April 2012`: the date at the end of a sentence."""
    found = _AT_THE_END.match(bare)
    due = _read_by(found["rest"], written) if found else None
    if due is None or due.day is None:
        return None
    return replace(due, doubt=due.doubt or _read_as(written, due.day))


def _read_as(written: str, day: date) -> str:
    return f'"{written}" {SAYS_MORE}: read as {day_text(day)}'


def _among_words(bare: str, written: str) -> Due | None:
    """`LSCP Board 12 March 2026`, `Dec 2025 (draft), Mar 2026 (final)`: the last date that is there."""
    if _read_by(bare, written).day is not None:
        return None
    days = [due.day for due in (_read_by(one, written) for one in dates_among_words(bare)) if due.day]
    if not days:
        return None
    due = _by_the_last(days, written) if len(set(days)) > 1 else Due(days[0], DueKind.BY, written)
    doubt = due.doubt or _read_as(written, days[0])
    return replace(due, doubt=doubt, frequency=_leading_frequency(bare))


def _counted_from(bare: str, written: str) -> Due | None:
    """`Within 6 weeks of the report (report 2 Nov 26)`: counted from that day."""
    found = counted_from_day(bare)
    first = _read_by(found[1], written).day if found else None
    if found is None or first is None:
        return None
    day = first + found[0]
    return Due(
        day, DueKind.BY, written, f'"{written}" is counted from {day_text(first)}: read as {day_text(day)}'
    )


_READERS = (
    _counted_from,
    _range,
    _from,
    _with_frequency,
    _ongoing,
    _revised,
    _and_ongoing,
    _done,
    _two_dates,
    _sentence,
    _among_words,
)


def _read_by(bare: str, written: str) -> Due:
    bare = _WEEK_ENDING.sub("", bare)
    if _WEEK_BEGINNING.match(bare):
        read = read_written(_WEEK_BEGINNING.sub("", bare), written)
        if read.span is not None:
            day = read.span[1] + timedelta(days=4)
            return Due(
                day, DueKind.BY, written, f'"{written}" is read as the Friday of that week, {day_text(day)}'
            )
    read = read_written(bare, written)
    if read.span is not None:
        return Due(read.span[1], DueKind.BY, written, read.doubt or _year_doubt(bare, written, read.span[1]))
    for plain in _bare_forms(bare):
        for form, to_span, assumed in SEASON_FORMS:
            found = form.fullmatch(plain)
            span = to_span(found) if found else None
            if span is not None:
                doubt = f'"{written}" is {assumed.format(day=day_text(span[1]))}' if assumed else None
                return Due(span[1], DueKind.BY, written, doubt)
    return (
        _counted(bare, written)
        or _without_day(bare, written)
        or Due(None, DueKind.UNCLEAR, written, read.doubt)
    )


def _counted(bare: str, written: str) -> Due | None:
    """The week or a weekday of a month, and a day as Excel counts it."""
    if (weekday := weekday_of_month(bare)) is not None:
        return Due(weekday, DueKind.BY, written)
    if (week := week_of_month(bare)) is not None:
        return Due(week[1], DueKind.BY, written, f'"{written}" is read as {day_text(week[1])}')
    if (day := serial_day(bare)) is not None:
        doubt = f'"{written}" is a day as Excel counts it: read as {day_text(day)}'
        return Due(day, DueKind.BY, written, doubt)
    return None


def _without_day(bare: str, written: str) -> Due | None:
    """A text that is known to give no day, with what is missing."""
    why = why_no_day(bare)
    if why is None and _TWO_QUARTERS.fullmatch(bare):
        why = "may be a quarter of the calendar year or of the financial year: write Q2 2017/18"
    if why is None and _WITHOUT_YEAR.match(bare):
        why = f"{LACKS_YEAR}: give the year"
    return Due(None, DueKind.UNCLEAR, written, f'"{written}" {why}') if why else None


def _year_doubt(bare: str, written: str, day: date) -> str | None:
    """A year written with a slash alone may be a school year."""
    if re.fullmatch(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", bare):
        return _month_doubt(bare, written, day)
    # "11/12" is a month.
    years = r"(?:by |end of )?(?:(?:19|20)\d\d|1[3-9]|[2-9]\d)\s?[/-]\s?(?:20)?\d\d"
    if not re.fullmatch(years, bare, re.IGNORECASE):
        return None
    year = f'"{written}" is read as the financial year, to {day_text(day)}'
    return f"{year}: if the school year is meant, give the day"


def _month_doubt(bare: str, written: str, day: date) -> str | None:
    """`2011-12` is a month as computers write it, and may be a financial year."""
    year, second = int(bare[:4]), int(bare[5:])
    if (year + 1) % 100 != second:
        return None
    return f'"{written}" is read as {day:%B %Y}: if the year {year}/{second:02d} is meant, give the day'


def _bare_forms(bare: str) -> Iterator[str]:
    yield bare
    plain = _LEADING.sub("", bare, count=1)
    if plain != bare:
        yield plain
