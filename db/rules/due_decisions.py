"""Cells that say what became of a date: it does not hold, is not known yet, is only a beginning, or was
changed on a day that they name too.
"""

import re

from db.models import DueKind
from db.rules.dates import ANY_MONTH, day_text
from db.rules.due_changes import awaited_after
from db.rules.due_days import Due, read_one_date
from db.rules.due_phrases import FROM_WHEN, LACKS_DAY, is_from_when

_CHANGED = (
    r"(?:extended|extension|moved|changed|slipped|deferred|put back|pushed back|amended|postponed|delayed"
    r"|revised|rev\.?|re-?set|new date|ext\.?)"
)
_DATE = r"[^()]*?\d[^()]*?"
_DAY = rf"(?:\b\d|\b(?:{ANY_MONTH})\b)[^()]*"
_DECIDED_BY = (
    r"(?:agreed|approved|set|confirmed|decided|by|at|on|per|board|exec|sub-?group|committee|meeting|qa)\b"
)
# "31/3/27 (moved at Board 14/10/26)", "31/3/27 - extended 14/10/26".
_BEHIND = re.compile(
    rf"(?P<due>{_DATE})[\s,;(–—-]+(?:{_CHANGED}|(?P<how>agreed|approved|confirmed))"
    rf"(?P<who>(?:\s+(?:{_DECIDED_BY}|the|[A-Za-z]{{2,12}}(?<!\bto)(?<!\bfrom)))*?)"
    rf"\s+(?P<decided>{_DAY})\)?",
    re.IGNORECASE,
)
# "Extended to March 27 by board 14/10/26", "Revised 31/3/27 agreed 12/11/26", "Extended: 31/3/27 (14/10/26)".
_BEFORE = re.compile(
    rf"{_CHANGED}(?: date)?(?: to)?[\s:]+(?P<due>{_DATE})[\s,;]*"
    rf"(?:\((?!(?:was|from|orig\w*|previous\w*)\b)|(?={_DECIDED_BY}))(?P<who>[^()\d]*?)(?P<decided>{_DAY})\)?",
    re.IGNORECASE,
)
# "Extended by Exec on 12/11/26 to 31/3/27".
_BETWEEN = re.compile(
    rf"{_CHANGED}\s+(?:by|at|on)\s+(?P<who>[^()\d]*?)(?P<decided>{_DAY})\s+to\s+(?P<due>{_DATE})",
    re.IGNORECASE,
)
# "Extended (Board 6/10/26)".
_ALONE = re.compile(rf"{_CHANGED}[\s(]+(?:{_DECIDED_BY}[^()\d]*?)+(?P<decided>{_DAY})\)?", re.IGNORECASE)
_NO_LONGER = re.compile(
    r"(?:no longer|not(?: by)?) (?!before|until|earlier|later)(?P<first>.+)"
    r"|(?P<other>.+?)\W+(?:date )?withdrawn",
    re.IGNORECASE,
)
_WAS = re.compile(r"\b(?:from|was|orig\w*|previous\w*|instead|replac\w+)\b", re.IGNORECASE)
_IS_NEWER = re.compile(r"\b(?:to|now)\b", re.IGNORECASE)


def decided(bare: str, written: str) -> Due | None:
    """A date beside the day on which it was changed, which is neither the new date nor the old one."""
    if _WAS.search(bare):
        return None
    alone = None if _IS_NEWER.search(bare) else _ALONE.fullmatch(bare)
    if alone is not None and read_one_date(alone["decided"].strip(" ,;"), written).day is not None:
        doubt = f'"{written}" says when the date was changed and not to when: give the new date'
        return Due(None, DueKind.UNCLEAR, written, doubt)
    for form in (_BETWEEN, _BEFORE, _BEHIND):
        found = form.fullmatch(bare)
        if found is None:
            continue
        due = read_one_date(found["due"].strip(" ,;"), written)
        on = read_one_date(found["decided"].strip(" ,;"), written).day
        if due.day is None or on is None:
            continue
        if form is _BEHIND and _IS_NEWER.search(found["who"]):
            return None
        has_body = bool(found["who"].strip() or found.groupdict().get("how"))
        if form is _BEHIND and not has_body and on >= due.day:
            # "31/3/27, revised 30/6/27" has the new date last.
            return None
        said = (
            "says when the date was changed too" if found["who"].strip() else "has an earlier date behind it"
        )
        return Due(due.day, DueKind.BY, written, f'"{written}" {said}: read as due by {day_text(due.day)}')
    return None


def denied(bare: str, written: str) -> Due | None:
    """`No longer March 2027`: that date does not hold, and is kept as the one before."""
    found = _NO_LONGER.fullmatch(bare)
    first = read_one_date(found["first"] or found["other"], written).day if found else None
    if first is None:
        return None
    doubt = f'"{written}" {LACKS_DAY} yet: give one when it is known'
    return Due(None, DueKind.UNCLEAR, written, doubt, original=first)


def awaited(bare: str, written: str) -> Due | None:
    """`TBC (was March 2026)`: the old date is kept, and is not due any more."""
    old = awaited_after(bare)
    first = read_one_date(old, written).day if old else None
    if first is None:
        return None
    doubt = f'"{written}" {LACKS_DAY} yet: give one when it is known'
    return Due(None, DueKind.UNCLEAR, written, doubt, original=first)


def only_from(bare: str, written: str) -> Due | None:
    """`No earlier than March 2027`: from when, and not by when."""
    return Due(None, DueKind.UNCLEAR, written, f'"{written}" {FROM_WHEN}') if is_from_when(bare) else None
