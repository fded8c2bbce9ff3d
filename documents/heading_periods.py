"""The periods in column headings: which of two rating columns is the later one."""

import re
from collections.abc import Mapping
from itertools import pairwise

from db.rules.dates import ANY_MONTH, MONTHS, read_written
from documents.heading_words import PERIOD


def split_period(text: str) -> tuple[str, str]:
    """A heading without the period it is about, and the period; `("rag", "q3")` for `rag q3`."""
    for found in PERIOD.finditer(text):
        starts, ends = found.span()
        base = f"{text[:starts]} {text[ends:]}".strip(" ()[]-–:,")
        base = re.sub(r"\s+(?:as )?(?:at|to|for|in)$", "", " ".join(base.split()))
        if base and (starts == 0 or ends == len(text)):
            return base, found["period"].strip()
    return text, ""


def period_key(period: str) -> tuple[str, float]:
    """What kind of period it is, and its place in time among those of its kind."""
    if not period:
        return "none", 0
    season = re.match(r"(autumn|spring|summer)", period)
    if season:
        # A school year begins with autumn.
        order = ("autumn", "spring", "summer").index(season[1])
        year = re.search(r"(?:19|20)\d\d", period)
        return "season", 3 * (int(year[0]) - (order > 0)) + order if year else order
    read = read_written(period, period)
    if read.span is not None:
        return "day", read.span[1].toordinal()
    quarter = re.match(r"(?:q|qtr|quarter) ?([1-4])", period)
    if quarter:
        year = re.search(r"\d{2,4}", period[quarter.end() :])
        return "quarter", 10 * int(year[0]) + int(quarter[1]) if year else int(quarter[1])
    numbered = re.fullmatch(r"(?:week|month|meeting|term) (\d+)", period)
    if numbered:
        return "number", int(numbered[1])
    year = re.fullmatch(r"((?:19|20)\d\d).*", period)
    if year:
        return "year", int(year[1])
    month = re.search(ANY_MONTH, period)
    return ("month", MONTHS[month[0]]) if month else ("none", 0)


def latest_first(headings: Mapping[int, str]) -> list[int]:
    """Columns of one meaning by the periods in their plain headings, the latest first."""
    found = list(headings)
    if len(set(headings.values())) == 1:
        # Each meeting adds a column of the same name on the right.
        return found[::-1]
    # A heading may be a period and nothing else.
    keys = {
        at: period_key(text if PERIOD.fullmatch(text) else split_period(text)[1])
        for at, text in headings.items()
    }
    kinds = {kind for kind, _ in keys.values()}
    if len(kinds) == 1 and not kinds & {"none", "month"}:
        return sorted(found, key=lambda at: keys[at][1], reverse=True)
    if kinds == {"month"}:
        months = [keys[at][1] for at in found]
        steps = [(after - before) % 12 for before, after in pairwise(months)]
        # Dec, Nov, Oct: the newest is put first.
        return found if all(step > 6 for step in steps) else found[::-1]
    current = [
        at
        for at in found
        if re.search(
            r"\b(?:current|latest|now|this|moderated|verified|validated|final|assured)\b", headings[at]
        )
    ]
    rest = [at for at in reversed(found) if at not in current]
    if any(kind != "none" for kind, _ in keys.values()):
        return [*current, *rest]
    return [*current, *(at for at in found if at not in current)]
