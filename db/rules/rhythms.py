"""How often an action comes round, by a plan's words (`every 4-6 weeks`), and when its next round is due."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from db.rules.dates import is_month_end, month_end
from db.rules.measures import frequencies

_DAYS_A_MONTH = 365.25 / 12
_NAMED_MONTHS = {
    "monthly": 1,
    "quarterly": 3,
    "half-yearly": 6,
    "half yearly": 6,
    "twice a year": 6,
    # Read as twice a year by the import too, which asks a person to confirm it.
    "bi-annual": 6,
    "annual": 12,
    "every 2 years": 24,
    "biennial": 24,
}
_DIGITS = {"two": "2", "three": "3", "four": "4", "six": "6", "eight": "8", "twelve": "12"}
_NAMED_WEEKS = {"weekly": 1, "fortnightly": 2}
_EVERY = re.compile(r"(?:every )?(?:\d+\s*[-–]\s*)?(\d+)[\s-](week|month|year)(?:ly|s)?$")


@dataclass(frozen=True)
class Rhythm:
    """So many calendar months or weeks from one round to the next; each school term where both are 0."""

    months: int = 0
    weeks: int = 0

    @property
    def termly(self) -> bool:
        return not (self.months or self.weeks)

    @property
    def days(self) -> float:
        """About how many days a round takes; a term is counted as a third of a year."""
        return self.weeks * 7 or self.months * _DAYS_A_MONTH or 4 * _DAYS_A_MONTH


def read_rhythm(recurrence: str | None) -> Rhythm | None:
    """The shortest rhythm that an action's `recurrence` names, of a range the longer end; None if none"""
    parts = [part.strip().lower() for part in re.split(r"[;,]", recurrence or "")]
    # An import reads "annually" as "annual"; a column of its own is kept as it is written.
    found = [_read_one(words) for part in parts for words in _wordings(part)]
    return min(filter(None, found), key=lambda one: one.days, default=None)


_PERIODIC = (
    r"(?P<often>annual|yearly|(?:six-?|bi-?)?monthly|weekly|fortnightly|quarterly|termly|bi-?annual|daily)\b"
)
# "Set up a monthly newsletter", "Draft the annual report": it is the thing made that comes round.
_MAKES = re.compile(
    r"^(?:please |to )?(?:draft|write|set up|establish|introduce|develop|create|design|recruit|appoint|agree"
    r"|launch|circulate)\s+(?:an?|the|this|our|one|two|three)\s+(?:new |first )?" + _PERIODIC,
    re.IGNORECASE,
)
# "Clear overdue annual reviews", "Reduce monthly agency spend": so is the thing that changes.
_CHANGES = re.compile(
    r"^(?:please |to )?(?:clear|reduce|increase|improve|cut|end|stop|replace|(?:re-?)?procure"
    r"|(?:re-?)?commission|(?:re-?)?tender|renew|fund|simplify|redesign|move)\s+(?:[a-z'’-]+\s+){0,3}?"
    + _PERIODIC,
    re.IGNORECASE,
)


# "Add outcomes to the termly report", "Hear the overdue annual reviews": so is what an action is about.
_ABOUT = re.compile(
    r"\b(?:(?:to|in|into|at|from|of|for|with|after|before|via|about) (?:the|our|their|its)|overdue"
    r"|outstanding|late|missed|existing) " + _PERIODIC,
    re.IGNORECASE,
)


def made_periodic(text: str) -> str | None:
    """The word that says how often the thing comes round that an action makes or changes, as written."""
    found = _MAKES.match(text.strip()) or _CHANGES.match(text.strip()) or _ABOUT.search(text)
    return found["often"] if found else None


# "Hold monthly meetings" is done each month, and "Agree annual audit programme" may be done once.
_DOES = re.compile(
    r"(?:please |to )?(?:hold|host|run|undertake|carry out|conduct|complete|deliver|provide|produce|submit"
    r"|report|attend|chair|convene|meet|send|issue|share|do|facilitate|perform|schedule|arrange|organise|monitor|audit|continue"
    r"|ensure|present|collect|offer|have|receive|publish)\b",
    re.IGNORECASE,
)
_OF_A_THING = re.compile(
    rf"\b{_PERIODIC}\s+(?!(?:basis|and|or|by|to|from|until|at|in|for|with|as|on|if|when|where|so|of|thereafter)\b)[a-z]",
    re.IGNORECASE,
)


def may_be_periodic(text: str) -> str | None:
    """The word that may say how often an action is done, or only what it is about, as written."""
    found = _OF_A_THING.search(text)
    return found["often"] if found is not None and not _DOES.match(text.strip()) else None


def rhythm_in(text: str, measure_text: str = "") -> str | None:
    """How often an action comes round, by the words of its text and its measure; None where none says it.

    What it only makes (`made_periodic`) does not say it.
    """
    texts = (measure_text,) if made_periodic(text) else (text, measure_text)
    found = dict.fromkeys(one for words in texts for one in frequencies(words))
    return "; ".join(found) or None


def _wordings(words: str) -> list[str]:
    """The words as they are where they are known, else as an import would read them."""
    words = re.sub(r"\b(two|three|four|six|eight|twelve)\b", lambda found: _DIGITS[found[1]], words)
    return [words] if _read_one(words) else frequencies(words)


def _read_one(words: str) -> Rhythm | None:
    if words in _NAMED_MONTHS:
        return Rhythm(months=_NAMED_MONTHS[words])
    if words in _NAMED_WEEKS:
        return Rhythm(weeks=_NAMED_WEEKS[words])
    if words == "termly":
        return Rhythm()
    every = _EVERY.match(words)
    if every is None or not int(every[1]):
        return None
    number = int(every[1])
    if every[2] == "week":
        return Rhythm(weeks=number)
    return Rhythm(months=number * (12 if every[2] == "year" else 1))


def next_round(rhythm: Rhythm, done: date, due: date | None) -> date | None:
    """The day the next round is due when one was completed on the day `done`; None for a termly one.

    Months count from `due`, so that a plan's quarters stay its quarters: the next is the first of these days
    that is at least half a round after `done`. Weeks count from `done`, because such work has no fixed days.
    """
    if rhythm.weeks:
        return done + timedelta(weeks=rhythm.weeks)
    if rhythm.termly:
        return None
    earliest = done + timedelta(days=rhythm.days / 2)
    if due is None:
        return _months_after(done, rhythm.months)
    # The first round of the series that could come into question, or one before it.
    steps = (earliest.year - due.year) * 12 + earliest.month - due.month
    number = steps // rhythm.months - 1
    while (day := _months_after(due, number * rhythm.months)) < earliest:
        number += 1
    return day


def _months_after(day: date, months: int) -> date:
    """So many months later; from the end of a month to the end of a month."""
    moved = day + relativedelta(months=months)
    return month_end(moved.year, moved.month) if is_month_end(day) else moved
