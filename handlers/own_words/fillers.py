"""What of a sentence fills an argument of a command: the same in every command, by the argument's name."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from handlers.core.arguments import Argument
from handlers.own_words.cues import Cue
from handlers.own_words.lexicon import Lexicon
from handlers.own_words.sentences import Sentence
from handlers.own_words.subjects import STATES, Subject


@dataclass
class Filling:
    """What of a sentence a command line has taken up so far."""

    sentence: Sentence
    subject: Subject
    lexicon: Lexicon
    asker: str
    today: date
    command: str = ""
    used: set[str] = field(default_factory=set)
    cues: set[Cue] = field(default_factory=set)


def named(filling: Filling) -> set[str]:
    """What the sentence names, which the command line has to take up."""
    sentence, subject = filling.sentence, filling.subject
    named = {
        "refs": subject.refs,
        "sections": subject.sections,
        "kpis": subject.kpis,
        "people": [*sentence.persons, *sentence.roles],
        "agencies": [] if sentence.schools or filling.command == "/reminder" else sentence.agencies,
        "schools": sentence.schools,
        "plans": sentence.plans,
        "days": sentence.days,
    }
    return {name for name, value in named.items() if value} - subject.takes


def _ref(filling: Filling, argument: Argument) -> str | None:
    subject = filling.subject
    refs = [*subject.refs, *subject.sections]
    plan = filling.sentence.plans[0] if len(filling.sentence.plans) == 1 else None
    if not refs and filling.command == "/reminder" and len(filling.lexicon.reminders) == 1:
        # Whoever speaks of the reminder means the only one.
        filling.used.add("schools")
        return filling.lexicon.reminders[0]
    if not refs:
        return None
    filling.used |= {"refs", "sections"}
    if plan is not None:
        filling.used.add("plans")
        refs = [ref if ":" in ref else f"{plan}:{ref}" for ref in refs]
    return ", ".join(refs)


def _section(filling: Filling, argument: Argument) -> str | None:
    if len(filling.subject.sections) != 1:
        return None
    filling.used.add("sections")
    return filling.subject.sections[0]


def _lead(filling: Filling, argument: Argument) -> str | None:
    sentence = filling.sentence
    if len(sentence.persons) + len(sentence.roles) == 1:
        filling.used.add("people")
        return f"<@{sentence.persons[0]}>" if sentence.persons else sentence.roles[0]
    if Cue.MINE in sentence.cues and not sentence.persons and not sentence.roles:
        filling.cues.add(Cue.MINE)
        return f"<@{filling.asker}>"
    return None


def _agency(filling: Filling, argument: Argument) -> str | None:
    if len(filling.sentence.agencies) != 1:
        return None
    filling.used.add("agencies")
    return filling.sentence.agencies[0]


def _plan(filling: Filling, argument: Argument) -> str | None:
    if len(filling.sentence.plans) != 1:
        return None
    filling.used.add("plans")
    return filling.sentence.plans[0]


def _choice(filling: Filling, argument: Argument) -> str | None:
    """The choice whose name is a cue of the sentence; of two none, but for a list, which takes both."""
    found = _chosen(filling, argument)
    if len(found) != 1 and not (len(found) == 2 and _takes_both(filling, argument)):
        return None
    filling.cues.add(found[0])
    return found[0].value


def _second_choice(filling: Filling, argument: Argument) -> str | None:
    """The second of two choices: "late and not started"."""
    found = _chosen(filling, argument)
    if len(found) != 2 or not _takes_both(filling, argument):
        return None
    filling.cues.add(found[1])
    return found[1].value


def _takes_both(filling: Filling, argument: Argument) -> bool:
    """Whether a list is asked for by two states at once. "Late or blocked" are two lists."""
    return Cue.OVERDUE.value in _choices(argument) and "or" not in filling.sentence.words


def _chosen(filling: Filling, argument: Argument) -> list[Cue]:
    choices = _choices(argument)
    return [cue for cue in filling.sentence.cues if cue.value in choices]


def _choices(argument: Argument) -> Sequence[str]:
    return argument.choices or argument.placeholder.split("|")


def _past_day(filling: Filling, argument: Argument) -> str | None:
    """A single day before which stands that something was so on it."""
    days = filling.sentence.days
    if days is None or days.first is None or days.first != days.last:
        return None
    if not re.fullmatch(r"(?:as .*|back )?(?:on|at|of)", filling.sentence.days_with):
        return None
    filling.used.add("days")
    return days.first.isoformat()


def _since(filling: Filling, argument: Argument) -> str | None:
    days = filling.sentence.days
    if days is None or days.first is None:
        return None
    filling.used.add("days")
    return days.first.isoformat()


def _until(filling: Filling, argument: Argument) -> str | None:
    """Where what happened is asked for up to a day that is over."""
    days = filling.sentence.days
    if days is None or days.last is None or days.last >= filling.today or "since" in filling.sentence.words:
        return None
    return days.last.isoformat()


def _due(filling: Filling, argument: Argument) -> str | None:
    sentence = filling.sentence
    if sentence.days is None or "days" in filling.used:
        return None
    if Cue.DUE not in sentence.cues and _past_day(replace(filling), argument) is not None:
        # "Overdue on 1 October" is how things stood on that day.
        return None
    named = [*sentence.persons, *sentence.roles, *sentence.agencies]
    if not (named or {Cue.DUE, Cue.MINE, *STATES} & set(sentence.cues)):
        # A month alone may be that of a figure.
        return None
    filling.used.add("days")
    return sentence.days.typed()


def _period(filling: Filling, argument: Argument) -> str | None:
    days = filling.sentence.days
    if days is None:
        return None
    if Cue.TREND in filling.sentence.cues or days.first is None or days.last is None:
        # "Gone up since 2011": the earlier figures are in the answer anyway.
        filling.used.add("days")
        return None
    filling.used.add("days")
    return f"{days.first} to {days.last}"


def _term(filling: Filling, argument: Argument) -> str | None:
    """A school term by its name, in the year that it begins in or is asked for."""
    name = next((word for word in filling.sentence.words if word in ("autumn", "spring", "summer")), None)
    if name is None:
        return None
    year = next((int(word) for word in filling.sentence.words if re.fullmatch(r"20\d\d", word)), None)
    filling.used.add("days")
    return f"{name.capitalize()} {year or _year_of_term(name, filling)}"


def _year_of_term(name: str, filling: Filling) -> int:
    """The year of the term with that name: the next one for what is to be sent, else the last one."""
    begins = {"spring": 1, "summer": 4, "autumn": 9}[name]
    today = filling.today
    if {Cue.NEXT_SENDING, Cue.WORDING} & set(filling.sentence.cues):
        return today.year + (today.month > begins)
    return today.year - (today.month < begins)


def _role(filling: Filling, argument: Argument) -> str | None:
    sentence = filling.sentence
    found = sentence.roles
    if not found and len(sentence.persons) == 1:
        found = list(filling.lexicon.held.get(sentence.persons[0], ()))
    if len(found) != 1 or (sentence.roles and sentence.persons):
        return None
    filling.used.add("people")
    return found[0]


def _kpi(filling: Filling, argument: Argument) -> str | None:
    if not filling.subject.kpis:
        return None
    filling.used.add("kpis")
    return "; ".join(filling.subject.kpis)


# What fills an argument, by its name: it means the same in every command.
FILLERS: Mapping[str, Callable[[Filling, Argument], str | None]] = {
    "also": _second_choice,
    "ref": _ref,
    "section": _section,
    "lead": _lead,
    "agency": _agency,
    "plan": _plan,
    "code": _plan,
    "which": _choice,
    "at": _past_day,
    "since": _since,
    "due": _due,
    "until": _until,
    "period": _period,
    "term": _term,
    "role_words": _role,
    "name": _kpi,
}
