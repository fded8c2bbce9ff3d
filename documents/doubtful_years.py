"""Months with two digits that may be a day: "Dec 14" in a plan whose other dates are in 2027."""

import re
from statistics import median

from db.models import DoubtAbout
from db.rules.dates import ANY_MONTH
from documents.draft import Draft

_MONTH_AND_NUMBER = re.compile(
    rf"(?:(?:by|end|end of)\s+)*(?:{ANY_MONTH})\.?\s+(?P<number>\d\d)", re.IGNORECASE
)
# A plan's dates lie further apart than so many years only by mistake.
_YEARS_OF_A_PLAN = 3
_LAST_DAY = 31


def doubt_years(draft: Draft) -> None:
    """Raise a doubt for each month whose year is far from that of the file's other dates."""
    others, doubtful = [], []
    for action in draft.actions:
        found = _MONTH_AND_NUMBER.fullmatch(action.due.as_written.strip(" .;,"))
        if action.due.day is None:
            continue
        if found and int(found["number"]) <= _LAST_DAY and not action.due.doubt:
            doubtful.append(action)
        else:
            others.append(action.due.day.year)
    if not others:
        return
    usual = median(others)
    for action in doubtful:
        day = action.due.day
        if day is not None and abs(day.year - usual) > _YEARS_OF_A_PLAN:
            text = f'"{action.due.as_written}" may be a day without its year: read as {day:%B %Y}'
            action.doubt(text, DoubtAbout.DUE, action.due.as_written)
