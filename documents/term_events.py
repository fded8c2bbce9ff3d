"""Tell terms, half terms and INSET days from a calendar of everything, by what its entries are called.

A term is one entry with its first and last day, or two that name its edges. An edge without its other one,
and a term of one day, are doubts: a term that is guessed would send reminders to every school on a wrong day.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from db.models import SpanKind
from db.rules.calendars import school_year
from db.rules.dates import day_text

_SEASONS = ("autumn", "spring", "summer")
# A term and its holidays are shorter.
_LONGEST_HALF_TERM = timedelta(days=24)
_LONGEST_TERM = timedelta(days=130)
_HOLIDAY = re.compile(r"holiday|break\b(?!s| ?up)|bank|vacation|closed|christmas|easter", re.IGNORECASE)
_INSET = re.compile(
    r"\binset\b|\bnon[- ]pupil day|\btraining day"
    r"|\bstaff (?:training|day)|\bteacher day|\bprofessional (?:development|learning)|\b(?:pd|cpd) days?\b",
    re.I,
)
# It is no day without school: "Twilight INSET", "INSET for new governors", "No INSET this half term".
_NO_DAY_OFF = re.compile(
    r"\b(?:twilight|after[- ]school|governors?|no inset|reminder|postponed|cancelled|snow|parents?|club"
    r"|session)\b",
    re.IGNORECASE,
)
# "INSET (Year 7-9 only)": the others are at school.
_FOR_SOME = re.compile(
    r"\b(?:years? \d[\d-]*|sixth form|nursery|support staff|[ap]m only|moved to)\b", re.IGNORECASE
)
# "Break up for Christmas", "School closes for the summer holidays": for what a term ends.
_FOR_HOLIDAY = re.compile(
    r"\bfor (?:the )?(?:christmas|easter|summer|winter|spring|xmas)?\s*(?:holidays?|break|vacation)?$",
    re.IGNORECASE,
)
_HALF_TERM = re.compile(r"\bhalf[ -]?term\b|\bmid[ -]?term\b", re.IGNORECASE)
_STARTS = re.compile(
    r"\b(?:starts?|begins?|(?:re-?)?opens?|commences?|first (?:teaching |school )?day|start of|beginning of"
    r"|(?:pupils?|children|students?|school) (?:return|back)s?|return(?:s)? to school|back to school"
    r"|day back)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:ends?|finish(?:es)?|closes?|breaks? up|last (?:teaching |school )?day|end of|concludes?)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\bafter\b", re.IGNORECASE)
# What is left of a term's name once its season, number, year and edge are taken away.
_TERM_WORDS = re.compile(
    r"\b(?:autumn|spring|summer|michaelmas|lent|trinity|term|half|school|academic|year|the|of|for|all|pupils?|children"
    r"|students?|teaching|dates?|[1-6]|one|two|three|four|five|six|first|second|(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?"
    r"|\d\d/\d\d|to|from|and|in|on|at|am|pm|returns?|back|day|last|days?|up|session|only|years?|reception)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TermEvent:
    """An entry of a calendar: what it is called, its first and its last day, both included.

    `is_provisional` says that what stands around it calls its days so, and `is_late` that it begins after
    school.
    """

    name: str
    first: date
    last: date
    is_provisional: bool = False
    is_late: bool = False


@dataclass(frozen=True)
class FoundSpan:
    term: str
    first: date
    last: date
    kind: SpanKind
    is_provisional: bool = False


# "INSET day (school chooses)": not a day on which every school is closed.
_UNSETTLED = re.compile(
    r"\bschools? (?:to )?(?:choose|decide|select)s?\b|\b(?:own|school'?s?) choice\b|\b(?:tbc|to be confirmed"
    r"|optional|flexible|floating)\b",
    re.IGNORECASE,
)


_WEEKEND = (5, 6)
# "Autumn Term 2025 (ends 19 Dec)": the entry has its own days.
_REMARK = re.compile(r"\([^()]*\d[^()]*\)")
_PROVISIONAL = re.compile(r"\(?\b(?:provisional(?:ly)?|proposed|draft)\b\)?\s*[:–-]?", re.IGNORECASE)

_REVISED = re.compile(r"\(?\b(?:revised|amended|updated|corrected)(?: dates?)?\b\)?\s*[:–-]?", re.IGNORECASE)


def is_provisional(text: str) -> bool:
    """Whether a text says that days are not settled yet."""
    return _PROVISIONAL.search(text) is not None


def find_spans(events: Iterable[TermEvent]) -> tuple[list[FoundSpan], list[str]]:
    """The terms, half terms and INSET days among these entries, and a doubt for each of the others."""
    pairing = _Pairing()
    others: dict[str, list[TermEvent]] = {}
    for event in sorted(map(pairing.plainly, events), key=lambda one: (one.first, one.last)):
        kind = _kind(event.name)
        if kind is not None and is_too_long(kind, event.first, event.last):
            days = (event.last - event.first).days + 1
            pairing.doubts.append(_doubt(event, f"would last {days} days: check its years"))
        elif _UNSETTLED.search(event.name):
            pairing.doubts.append(_doubt(event, "is not settled for every school"))
        elif (kind is SpanKind.INSET and _FOR_SOME.search(event.name)) or (
            kind is not None and (event.is_late or _NO_DAY_OFF.search(event.name))
        ):
            pairing.doubts.append(_doubt(event, "is no day without school by its name or its hour"))
        elif kind is SpanKind.INSET and event.first.weekday() in _WEEKEND:
            pairing.doubts.append(_doubt(event, f"is an INSET day on a {event.first:%A}"))
        elif kind is SpanKind.INSET:
            pairing.insets.append(event)
        elif kind is SpanKind.HALF_TERM:
            pairing.read_half_term(event)
        elif kind is SpanKind.TERM:
            pairing.read_term(event)
        else:
            others.setdefault(event.name, []).append(event)
    pairing.doubts += [_doubt_others(events) for events in others.values()]
    return pairing.spans(), pairing.all_doubts()


def _doubt_others(events: Sequence[TermEvent]) -> str:
    """One doubt for all days of an entry that is no span, as one that comes each week has."""
    why = "is not a term, a half term or an INSET day"
    if len(events) == 1:
        return _doubt(events[0], why)
    days = f"{len(events)} days from {day_text(events[0].first)} to {day_text(events[-1].first)}"
    return f"“{events[0].name}” on {days} {why}: it is left out"


# So many days are the most that a span of the kind can last.
_LONGEST = {SpanKind.TERM: 150, SpanKind.HALF_TERM: 21, SpanKind.INSET: 14}


def is_too_long(kind: SpanKind, first: date, last: date) -> bool:
    """Whether no span of the kind lasts so long: a year is mistyped."""
    return (last - first).days >= _LONGEST[kind]


def _kind(name: str) -> SpanKind | None:
    """What an entry is by its name, whole or as one edge of it."""
    if _INSET.search(name):
        return SpanKind.INSET
    if _HALF_TERM.search(name) and not _names_half_of_term(name):
        return SpanKind.HALF_TERM
    return SpanKind.TERM if _is_term(name) else None


@dataclass
class _Pairing:
    """Joins the edges of terms and half terms, in the order of their days."""

    terms: list[FoundSpan] = field(default_factory=list)
    halves: list[tuple[str, date, date]] = field(default_factory=list)
    insets: list[TermEvent] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    revised: set[tuple[date, date]] = field(default_factory=set)
    provisional: set[date] = field(default_factory=set)
    begun: TermEvent | None = None
    half_begun: TermEvent | None = None

    def plainly(self, event: TermEvent) -> TermEvent:
        """An entry without the remarks in its name. What is provisional is read and told, and `provisional`
        has its days; `revised` has those of what takes an earlier entry's place.
        """
        is_limited = _INSET.search(event.name) and _FOR_SOME.search(event.name)
        name = event.name if is_limited else " ".join(_REMARK.sub(" ", event.name).split())
        found = _PROVISIONAL.search(name)
        bare = " ".join(_PROVISIONAL.sub(" ", name).split())
        if event.is_provisional or (found is not None and bare):
            self.doubts.append(f"“{event.name}” is provisional: check its days when they are settled")
            self.provisional |= {event.first, event.last}
            name = bare or name
        if _REVISED.search(name) and (bare := " ".join(_REVISED.sub(" ", name).split())):
            self.revised.add((event.first, event.last))
            name = bare
        return replace(event, name=name or event.name)

    def read_half_term(self, event: TermEvent) -> None:
        edge = _edge(event.name)
        if edge is None and event.last > event.first:
            self.halves.append((event.name, event.first, event.last))
        elif edge in ("begins", "last day before"):
            self._leave(self.half_begun)
            self.half_begun = event
        elif edge is not None and self.half_begun is not None:
            self._end_half_term(self.half_begun, event)
        else:
            self.doubts.append(_doubt(event, "is one day of a half term, and the other is not given"))

    def read_term(self, event: TermEvent) -> None:
        edge = _edge(event.name)
        if edge is None:
            if event.last > event.first:
                self._add_term(event.name, event.first, event.last)
            else:
                self.doubts.append(_doubt(event, "is a term of one day"))
        elif edge == "begins" and self.half_begun and self.begun and not _names_a_term(event.name):
            # "Pupils return" after "Break up for half term": it ends the half term and begins no term.
            self._end_half_term(self.half_begun, event)
        elif edge == "begins":
            self._leave(self.begun)
            self.begun = event
        elif self.begun is not None and _fits(self.begun, event):
            named = self.begun if _season(self.begun.name) or _number(self.begun.name) else event
            if _half(event.name) and not _half(self.begun.name):
                # "End of Autumn 1" says of which half it is.
                named = event
            self._add_term(named.name, self.begun.first, event.last)
            self.begun = None
        else:
            self.doubts.append(_doubt(event, "has no first day"))

    def _end_half_term(self, begun: TermEvent, ended: TermEvent) -> None:
        self.halves.append(_half_term(begun, ended))
        self.half_begun = None

    def _add_term(self, name: str, first: date, last: date) -> None:
        self.terms.append(FoundSpan(_with_year(name, first), first, last, SpanKind.TERM))

    def _leave(self, begun: TermEvent | None) -> None:
        if begun is not None:
            self.doubts.append(_doubt(begun, "has no last day"))

    def all_doubts(self) -> list[str]:
        left = [one for one in (self.begun, self.half_begun) if one is not None]
        return [*self.doubts, *(_doubt(one, "has no last day") for one in left)]

    def spans(self) -> list[FoundSpan]:
        """The terms, and the others under the name of the term that they are in."""
        found = self._terms_once()
        for name, first, last in self.halves:
            term = _inside(self.terms, first) or _with_year(name, first)
            found.append(FoundSpan(term, first, last, SpanKind.HALF_TERM))
        for event in self.insets:
            term = _inside(self.terms, event.first) or _with_year(event.name, event.first)
            found.append(FoundSpan(term, event.first, event.last, SpanKind.INSET))
        return [
            replace(one, is_provisional=not self.provisional.isdisjoint((one.first, one.last)))
            for one in found
        ]

    def _terms_once(self) -> list[FoundSpan]:
        """The terms; of one that is there twice with other days the revised or the first, with a doubt."""
        kept: dict[str, FoundSpan] = {}
        for term in sorted(self.terms, key=lambda one: (one.first, one.last) not in self.revised):
            first = kept.setdefault(term.term, term)
            if first != term and timedelta(0) < term.first - first.last <= _LONGEST_HALF_TERM:
                # Its two halves have a row each.
                day = timedelta(days=1)
                kept[term.term] = replace(first, last=term.last)
                self.halves.append((f"{term.term} half term", first.last + day, term.first - day))
                self.doubts.append(f"“{term.term}” has two parts: read as one, with a half term between them")
            elif first != term:
                days = f"{day_text(term.first)} to {day_text(term.last)}"
                self.doubts.append(f"“{term.term}” is there twice: {days} is left out")
        return sorted(kept.values(), key=lambda one: one.first)


def _doubt(event: TermEvent, why: str) -> str:
    return f"“{event.name}” on {day_text(event.first)} {why}: it is left out"


def _inside(terms: Sequence[FoundSpan], day: date) -> str | None:
    return next((term.term for term in terms if term.first <= day <= term.last), None)


def _edge(name: str) -> str | None:
    """Which edge of a term or a half term an entry names, or None for a whole one."""
    ends, starts = _ENDS.search(name), _STARTS.search(name)
    if _HALF_TERM.search(name):
        if re.search(r"\b(?:last|breaks? up|closes?)\b", name, re.IGNORECASE):
            # "Last day of half term" with nothing after it is the last day at school before it.
            return "last day before"
        if _AFTER.search(name) or re.search(r"\b(?:back|return|first|re-?opens?)\b", name, re.IGNORECASE):
            return "first day after"
        return "ends" if ends else "begins" if starts else None
    if starts and (not ends or starts.start() < ends.start()):
        return "begins"
    return "ends" if ends else None


def _half_term(begun: TermEvent, ended: TermEvent) -> tuple[str, date, date]:
    """The days of a half term between its edges, which are school days where they say so.

    What begins a term or a school's day ends the half term the day before: "Pupils return".
    """
    day = timedelta(days=1)
    first = begun.last + day if _edge(begun.name) == "last day before" else begun.first
    last = ended.first - day if _edge(ended.name) in ("first day after", "begins") else ended.last
    return begun.name, first, last


def _names_half_of_term(name: str) -> bool:
    """Whether "half term" is a part of a term, as in `Autumn half term 1`, and no holiday."""
    return re.search(r"\bhalf[ -]?term\s*[1-6]\b", name, re.IGNORECASE) is not None


# "Children return to school" names no term and begins one.
_OF_SCHOOL = re.compile(r"\b(?:school|pupils|children|students|breaks? up)\b", re.IGNORECASE)


def _is_term(name: str) -> bool:
    """Whether an entry is called like a term and like nothing else: `Spring Fair` is not."""
    name = _FOR_HOLIDAY.sub("", name) if _ENDS.search(name) else name
    if _HOLIDAY.search(name) or _other_words(name):
        return False
    return _names_a_term(name) or bool(_OF_SCHOOL.search(name) and _edge(name))


def _names_a_term(name: str) -> bool:
    return bool(_season(name) or re.search(r"\bterm\b", name, re.IGNORECASE))


_TIME_OF_DAY = re.compile(r"\b\d{1,2}(?:[.:]\d\d)?\s?(?:am|pm|noon)\b", re.IGNORECASE)


def _other_words(name: str) -> str:
    name = _TIME_OF_DAY.sub(" ", name)
    rest = _TERM_WORDS.sub(" ", _STARTS.sub(" ", _ENDS.sub(" ", name)))
    return re.sub(r"[\W\d_]+", "", rest)


def _season(name: str) -> str | None:
    return next((season for season in _SEASONS if season in name.lower()), None)


def _half(name: str) -> str | None:
    """Which half of its term an entry names: "Autumn 1", "Autumn term (second half)"."""
    word = re.search(r"\b(?P<first>first|1st)? ?(?P<second>second|2nd)? half\b", name, re.IGNORECASE)
    if word and (word["first"] or word["second"]):
        return "1" if word["first"] else "2"
    found = re.search(r"\b(?:term|half[ -]?term)?\s*([12])\b(?![/\d])", name, re.IGNORECASE)
    return found[1] if found else None


def _number(name: str) -> str | None:
    found = re.search(r"\bterm\s*([1-6])\b", name, re.IGNORECASE)
    return found[1] if found else None


def _fits(begun: TermEvent, ended: TermEvent) -> bool:
    """Whether two edges are of one term: near enough in time, and not of two seasons."""
    seasons = {_season(begun.name), _season(ended.name)} - {None}
    numbers = {_number(begun.name), _number(ended.name)} - {None}
    return len(seasons) < 2 and len(numbers) < 2 and ended.last - begun.first <= _LONGEST_TERM


def _with_year(name: str, first: date) -> str:
    """A term's name with its year, as people type it: `Autumn 2025`, `Term 1 2025-26`."""
    season = _season(name)
    if season:
        half = _half(name)
        # Of six terms, two are in each season: "Term 3 (Spring)" is its first.
        of_six = re.search(r"\bterm\s*([1-6])\b", name, re.IGNORECASE)
        part = f" {2 - int(of_six[1]) % 2}" if of_six else f" {half}" if half else ""
        return f"{season.capitalize()}{part} {first.year}"
    number, year = _number(name), school_year(first)
    if number:
        return f"Term {number} {year}-{(year + 1) % 100:02d}"
    if re.search(r"\bterm\b|\bschool\b|\bpupils\b", name, re.IGNORECASE):
        # Without a name of its own it has that of its time of year.
        season = "Autumn" if first.month >= 8 else "Spring" if first.month < 4 else "Summer"
        return f"{season} {first.year}"
    return " ".join(name.split())
