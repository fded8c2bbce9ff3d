"""The entries of an .ics calendar with all their occurrences, as days."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from documents.term_events import TermEvent

# What begins later takes no school day.
_AFTER_SCHOOL = time(14)
# A rule without an end goes on for ever; terms of more than two years ahead are known to nobody.
_LONGEST_RULE = timedelta(days=800)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def read_entries(events: Iterable[Any], zone: ZoneInfo) -> list[TermEvent]:
    """Every occurrence of the VEVENTs of a calendar; a moment is a day in `zone`.

    Of versions of one entry the newest counts (SEQUENCE, then LAST-MODIFIED). An occurrence that was moved
    stands at its new day only (RECURRENCE-ID), and one that was cancelled nowhere.
    """
    by_id: dict[str, list[Any]] = {}
    for number, event in enumerate(events):
        by_id.setdefault(str(event.get("UID") or number), []).append(event)
    return [one for versions in by_id.values() for one in _occurrences(versions, zone)]


def _occurrences(events: Sequence[Any], zone: ZoneInfo) -> Iterator[TermEvent]:
    """The occurrences of all that one calendar has under one id."""
    moved: dict[date, list[Any]] = {}
    for event in events:
        if (instead_of := event.get("RECURRENCE-ID")) is not None:
            moved.setdefault(_local(instead_of.dt, zone), []).append(event)
    for event in _newest([one for one in events if one.get("RECURRENCE-ID") is None]):
        yield from (one for one in _series(event, zone) if one.first not in moved)
    for versions in moved.values():
        for event in _newest(versions):
            yield from _series(event, zone)


def _newest(versions: Sequence[Any]) -> list[Any]:
    """The newest of some versions of an entry; all where nothing says which one that is."""
    newest = max(map(_version, versions), default=None)
    return [one for one in versions if _version(one) == newest]


def _version(event: Any) -> tuple[int, datetime]:
    changed = event.get("LAST-MODIFIED")
    at = changed.dt if changed is not None and isinstance(changed.dt, datetime) else _NEVER
    return int(event.get("SEQUENCE") or 0), at if at.tzinfo else at.replace(tzinfo=UTC)


def _series(event: Any, zone: ZoneInfo) -> Iterator[TermEvent]:
    """An entry and what its rule and its list of days repeat of it. One that is cancelled has none."""
    status = str(event.get("STATUS", "")).upper()
    if status == "CANCELLED":
        return
    name = " ".join(str(event["SUMMARY"]).split())
    first, last = _days(event.start, event.end, zone)
    is_late = isinstance(event.start, datetime) and _moment(event.start, zone).time() >= _AFTER_SCHOOL
    entry = TermEvent(name, first, last, is_provisional=status == "TENTATIVE", is_late=is_late)
    left_out = set(_listed(event, "EXDATE", zone))
    repeated = {*_by_rule(event, first), *_listed(event, "RDATE", zone)}
    for day in sorted({first, *repeated} - left_out):
        yield replace(entry, first=day, last=day + (last - first))


def _by_rule(event: Any, first: date) -> Iterator[date]:
    rule = event.get("RRULE")
    if rule is None:
        return
    begins = datetime.combine(first, time())
    text = re.sub(r"(UNTIL=\d{8})T\d{6}Z?", r"\1", rule.to_ical().decode())
    for again in rrulestr(text, dtstart=begins).between(begins, begins + _LONGEST_RULE):
        yield again.date()


def _listed(event: Any, name: str, zone: ZoneInfo) -> Iterator[date]:
    """The days of EXDATE or RDATE. A period counts by its beginning."""
    found = event.get(name) or []
    for each in found if isinstance(found, list) else [found]:
        for one in each.dts:
            yield _local(one.dt[0] if isinstance(one.dt, tuple) else one.dt, zone)


def _moment(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone) if moment.tzinfo else moment


def _local(moment: date, zone: ZoneInfo) -> date:
    return _moment(moment, zone).date() if isinstance(moment, datetime) else moment


def _days(start: date, end: date, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last day of an entry. One that ends at midnight ends with the day before."""
    first, last = _local(start, zone), _local(end, zone)
    is_midnight = not isinstance(end, datetime) or _moment(end, zone).time() == time()
    return first, max(first, last - timedelta(days=1)) if is_midnight else last
