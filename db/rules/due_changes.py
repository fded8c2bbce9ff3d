"""Cells with two days that do not mean the same: the due date and the one that it replaced, or that of the
completion. `due_dates` reads the days.
"""

import re
from collections.abc import Iterator

from db.rules.dates import ANY_MONTH

_MONTH = rf"(?:{ANY_MONTH})\b\.?"
_MOVED = r"extended|moved|changed|slipped|put back|pushed back|amended|postponed|delayed|brought forward"
_REVISED = re.compile(
    rf"^(?P<first>.+?)[\s,;(–—-]+(?:revised(?: date)?(?: to)?|(?:now )?(?:{_MOVED}|ext[.n]?)"
    r"(?: by [\w ]{2,25}?(?= to\b))?(?: to)?|now|new date)[\s:]+(?!from\b)(?P<last>[^()]+)\)?$",
    re.IGNORECASE,
)
_EARLIER = (
    r"(?:was|orig(?:inal(?:ly)?)?\.?|previous(?:ly)?(?: date)?|formerly"
    rf"|(?:revised|deferred|{_MOVED}) from|from)"
)
_WAS = re.compile(
    rf"^(?:(?:now|revised(?: date)?|new(?: date)?)[\s:]+)?(?P<last>[^()]+?)[\s,;]*"
    rf"\({_EARLIER}[\s:]+(?P<first>[^()]+)\)$",
    re.IGNORECASE,
)
# "June 2026 was March 2026", "30/06/27 replaces 31/03/27".
_WAS_OPEN = re.compile(
    r"^(?P<last>[^()]+?)[\s,;]+(?:was|originally|previously|replac(?:es|ing)|instead of"
    rf"|(?:revised|{_MOVED}) from)[\s:]+"
    r"(?P<first>[^()]+)$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^(?:was|orig(?:inal(?:ly)?)?)[.\s:]+(?P<first>.+?)[\s,;]+(?:now|rev(?:ised)?|new|current)[.\s:]+(?P<last>.+)$",
    re.IGNORECASE,
)
_ARROW = re.compile(
    r"^(?P<first>[^→>]+?)\s*(?:→|[-=]+>|>+)\s*"
    r"(?P<how>(?:(?:slipped|moved|revised|extended|now)(?: to)?\s+)?)(?P<last>[^→>]+)$"
    r"|^~~(?P<struck>.+?)~~\s*(?P<instead>.+)$",
    re.IGNORECASE,
)
_MOVED_TO = re.compile(
    rf"^(?:brought forward|revised|{_MOVED})\s+to\s+(?P<last>.+?)"
    r"[\s,(]+(?:from|was|originally)\s+(?P<first>.+?)\)?$",
    re.IGNORECASE,
)
_MOVED_FROM = re.compile(
    rf"^(?:brought forward|revised|{_MOVED})\s+from\s+(?P<first>.+?)\s+to\s+(?P<last>.+)$", re.IGNORECASE
)
# No new day is known yet.
_AWAITED = re.compile(
    r"^(?:(?:(?:(?:revised|new)(?: date)?[\s:]+)?(?:tbc|tba|tbd)|not (?:yet )?(?:set|agreed|known)"
    r"|to be (?:confirmed|agreed|set|advised)|(?:(?:new|revised) )?(?:date|timescale) "
    r"(?:awaited|tbc|to be (?:confirmed|agreed|set))|awaiting (?:a )?(?:new|revised) date)[\s,;:–-]*\(?"
    rf"{_EARLIER}|was|originally|formerly)[\s:]+(?P<first>[^()]+?)\)?$",
    re.IGNORECASE,
)
# "Was March 2026, now TBC".
_AWAITED_LAST = re.compile(
    r"^(?:was|orig(?:inal(?:ly)?)?\.?|previously)[\s:]+(?P<first>.+?)[\s,;–-]+(?:now |date )*"
    r"(?:tbc|tba|tbd|to be (?:confirmed|agreed|set))$",
    re.IGNORECASE,
)
_DONE = r"(?:complete[d]?|done|achieved|closed|finished|implemented|delivered|actioned|signed off)"
_DUE_AND_DONE = re.compile(
    rf"^(?:due(?: by| date)?[\s:]+|target[\s:]+)?(?P<due>.*?\d)[\s,;(–—-]+{_DONE}[\s:]+(?:on |in )?"
    rf"(?P<done>.*?\d)\)?$"
    rf"|^{_DONE}[\s:]+(?:on |in )?(?P<done_first>.*?\d)[\s,;(–—-]+(?:due|target)(?: by| date)?[\s:]+"
    rf"(?P<due_last>.*?\d)\)?$",
    re.IGNORECASE,
)
# "Sept 2026 (extension requested to Dec 2026)": nobody has agreed to it.
_ASKED_FOR = re.compile(
    r"\b(?:request\w*|propos\w+|seek\w*|ask(?:ed|ing)|refused|declined"
    r"|rejected|not (?:agreed|granted|approved))\b",
    re.IGNORECASE,
)
_YEAR_AT_END = re.compile(r"(?:(?:19|20)\d\d|['’]?\d\d)(?:\s?/\s?\d{2,4})?$")
_LACKS_YEAR = re.compile(rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}|q[1-4])", re.IGNORECASE)


def moved_dates(text: str) -> Iterator[tuple[str, str]]:
    """The newer and the older date of a text in which one replaced the other, for each way to read it."""
    for form in (_LABELLED, _WAS, _MOVED_TO, _MOVED_FROM, _REVISED, _WAS_OPEN, _ARROW):
        found = form.match(text)
        if found is not None:
            given = found.groupdict()
            last, first = given["last"] or given["instead"], given["first"] or given["struck"]
            yield last.strip(), first.strip(" ,;–—-")


def is_bare_arrow(text: str) -> bool:
    """Whether only an arrow says that one date replaced another: it may also be a range."""
    found = _ARROW.match(text)
    return found is not None and found["last"] is not None and not found["how"]


def awaited_after(text: str) -> str | None:
    """The old date of a text that says that the new one is not known: "TBC (was March 2026)"."""
    # The other one would take "now TBC" for a part of the date.
    found = _AWAITED_LAST.match(text) or _AWAITED.match(text)
    return found["first"] if found else None


def due_and_done(text: str) -> tuple[str, str] | None:
    """The due date and the day of completion of "Due 30/09/26, completed 14/10/26", as texts."""
    found = _DUE_AND_DONE.match(text)
    if found is None:
        return None
    return found["due"] or found["due_last"], found["done"] or found["done_first"]


def asks_for_another(text: str) -> bool:
    """Whether a text with two dates only asks for the second one."""
    return _ASKED_FOR.search(text) is not None


def with_year_of(text: str, other: str) -> str | None:
    """A month or quarter without a year, with that at the end of the other text; None for anything else."""
    year = _YEAR_AT_END.search(other)
    return f"{text} {year[0]}" if year and _LACKS_YEAR.fullmatch(text) else None
