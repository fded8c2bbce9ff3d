"""From a sentence to the command lines that it may mean, by the table of commands.

A sentence is answered only where every word of it has a part in the reading. What one word more would
change is never guessed: then the nearest lines are offered.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from handlers.core.arguments import Argument
from handlers.core.commands import COMMANDS
from handlers.core.sub_commands import Command, Question, SubCommand
from handlers.own_words.cues import Cue
from handlers.own_words.lexicon import Lexicon, Topic, stem, words_of
from handlers.own_words.sentences import Sentence, read_sentence

_MOST_OFFERED = 5
# Two names of which as much was said are both meant.
_AS_NEAR = 0.1
_MOST_KPIS = 3


@dataclass(frozen=True)
class Reading:
    """One thing that a sentence may mean: the line that asks for it. The best have the lowest rank."""

    line: str
    rank: tuple[float, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Understanding:
    """What a sentence may mean. `certain` are fair readings; `near` are to be offered where there is none."""

    sentence: Sentence
    certain: tuple[Reading, ...] = ()
    near: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What a sentence is about, in one way of reading it."""

    refs: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    kpis: tuple[str, ...] = ()
    title: str = ""
    nearness: float = 1.0
    # What else was said that a topic's name explains, and words that nothing explains.
    takes: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


@dataclass
class _Filling:
    """What of a sentence a command line has taken up so far."""

    sentence: Sentence
    subject: Subject
    lexicon: Lexicon
    asker: str
    command: str
    used: set[str] = field(default_factory=set)
    cues: set[Cue] = field(default_factory=set)


def understand(
    text: str, lexicon: Lexicon, today: date, asker: str, prefer: str | None = None
) -> Understanding:
    """What a sentence may mean. `asker` is a Slack ID; `prefer` the command that was typed before it.

    Raises `DateNotRead` for a date that cannot be.
    """
    sentence = _completed(read_sentence(text, lexicon, today))
    rest = frozenset(stem(one) for word in sentence.rest for one in words_of(word) or [word])
    subjects = list(_subjects(sentence, rest, lexicon))
    readings = [
        reading for subject in subjects for reading in _readings(sentence, subject, lexicon, asker, prefer)
    ]
    readings.sort(key=lambda one: one.rank)
    if readings:
        return Understanding(sentence, tuple(_fair(readings)))
    near = list(_nearest(sentence, rest, lexicon))
    if not rest:
        near += readings
    return Understanding(sentence, (), tuple(near[:_MOST_OFFERED]))


def _completed(sentence: Sentence) -> Sentence:
    """What goes without saying: "due" without a day or an action asks what is due soon."""
    named = sentence.refs or sentence.sections or sentence.recommendations or sentence.rest
    if Cue.DUE in sentence.cues and sentence.days is None and not named:
        sentence.cues = [Cue.SOON if one is Cue.DUE else one for one in sentence.cues]
    if Cue.ALL in sentence.cues and set(sentence.cues) & _STATES:
        # "Everything that is late."
        sentence.cues.remove(Cue.ALL)
    if Cue.SHOULD_HAVE in sentence.cues:
        extra = [Cue.OVERDUE] if Cue.OVERDUE not in sentence.cues else []
        sentence.cues = [one for one in sentence.cues if one is not Cue.SHOULD_HAVE] + extra
    return sentence


_STATES = frozenset(
    [Cue.OVERDUE, Cue.SOON, Cue.BLOCKED, Cue.IN_PROGRESS, Cue.COMPLETE, Cue.NOT_STARTED, Cue.OPEN]
)
# Of a figure these say nothing: "how full", "what share", "the rate".
_FIGURE_WORDS = (
    "full share rate percentage percent proportion average typical level levels high low big total numbers "
    "stats statistics data value score result results count size amount"
)
_OF_FIGURES = frozenset(map(stem, _FIGURE_WORDS.split()))


def _subjects(sentence: Sentence, rest: frozenset[str], lexicon: Lexicon) -> Iterator[Subject]:
    """What the sentence may be about: what it refers to by number, or whose names have all other words."""
    refs: list[str] = []
    sections: list[str] = []
    for ref in sentence.refs:
        (sections if _is_section(ref, lexicon) else refs).append(ref)
    for number in sentence.sections:
        (sections if _is_section(number, lexicon) or not _is_known(number, lexicon) else refs).append(number)
    refs += [_recommendation(number, lexicon) for number in sentence.recommendations]
    yield Subject(tuple(refs), tuple(sections), unread=rest)
    if refs or sections:
        # Words that belong to no name, beside a reference: not for a question that is understood.
        return
    said = sentence.said
    if rest:
        yield from _topics(lexicon.actions, rest, said, lambda topic: Subject(refs=(topic.key,)))
    # An agency's or an area's name may be a part of a figure's: "mental health", "caseload south".
    wanted = (rest | _stems_with(sentence, "an agency", "a plan")) - _OF_FIGURES
    kpis = near_topics(lexicon.kpis, wanted - lexicon.areas, said) if wanted - lexicon.areas else []
    kpis = kpis or (near_topics(lexicon.kpis, wanted, said) if wanted else [])
    if 0 < len(kpis) <= _MOST_KPIS:
        keys = tuple(topic.key for topic in kpis)
        title = "; ".join(topic.title for topic in kpis)
        takes = frozenset(("agencies", "plans"))
        yield Subject(kpis=keys, title=title, nearness=kpis[0].nearness(said), takes=takes)


def _stems_with(sentence: Sentence, *parts: str) -> frozenset[str]:
    pairs = zip(sentence.words, sentence.parts, strict=True)
    return frozenset(stem(one) for word, part in pairs if part in parts for one in words_of(word))


def _topics(
    topics: Sequence[Topic], rest: frozenset[str], said: frozenset[str], make: Callable[[Topic], Subject]
) -> Iterator[Subject]:
    for topic in near_topics(topics, rest, said):
        yield replace(make(topic), title=topic.title, nearness=topic.nearness(said))


def near_topics(topics: Sequence[Topic], rest: frozenset[str], said: frozenset[str]) -> list[Topic]:
    """The topics that have all the words, and of these the ones whose names were said most fully."""
    found = [topic for topic in topics if topic.has(rest)]
    best = max((topic.nearness(said) for topic in found), default=0.0)
    return [topic for topic in found if topic.nearness(said) >= best - _AS_NEAR]


def _is_section(ref: str, lexicon: Lexicon) -> bool:
    """Whether a reference is a section, in its own plan or the default one."""
    code, _, bare = ref.rpartition(":")
    return lexicon.refs.get(code or lexicon.default_plan, {}).get(bare, False)


def _is_known(ref: str, lexicon: Lexicon) -> bool:
    code, _, bare = ref.rpartition(":")
    return bare in lexicon.refs.get(code or lexicon.default_plan, {})


def _recommendation(number: str, lexicon: Lexicon) -> str:
    """The reference of a recommendation's action, in the default plan or the one other plan that has it."""
    own = lexicon.recommendations.get(lexicon.default_plan, {})
    if number in own:
        return own[number]
    found = [f"{code}:{refs[number]}" for code, refs in lexicon.recommendations.items() if number in refs]
    return found[0] if len(found) == 1 else f"recommendation {number}"


def _readings(
    sentence: Sentence, subject: Subject, lexicon: Lexicon, asker: str, prefer: str | None
) -> Iterator[Reading]:
    place = 0
    for command in COMMANDS:
        for sub_command in command.all:
            place += 1
            for question in sub_command.questions:
                filling = _Filling(sentence, subject, lexicon, asker, command.name)
                line = _line(command, sub_command, question, filling)
                if line is not None:
                    is_other = prefer is not None and command.name != prefer
                    taken = len(question.needs | filling.cues)
                    rank = (is_other, -taken, -subject.nearness, place)
                    yield Reading(line, rank, subject.title)


def _line(command: Command, sub_command: SubCommand, question: Question, filling: _Filling) -> str | None:
    """The command line, if the question takes up all that the sentence says and has all that it needs."""
    cues = set(filling.sentence.cues)
    if not question.needs <= cues:
        return None
    words = [command.name, sub_command.name]
    for argument in sub_command.arguments:
        value = _FILLERS[argument.name](filling, argument) if argument.name in _FILLERS else None
        if value is None:
            if not argument.optional:
                return None
            continue
        words.append(f"{argument.keyword} {value}" if argument.keyword else value)
    if not filling.subject.unread <= question.words:
        return None
    # "About" and "how is" only ask.
    left = cues - question.needs - question.also - filling.cues - {Cue.ABOUT}
    # A question without a cue of its own needs something that it is about.
    if left or _named(filling) - filling.used or not (question.needs or filling.used or filling.cues):
        return None
    return " ".join(filter(None, words))


def _named(filling: _Filling) -> set[str]:
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


def _ref(filling: _Filling, argument: Argument) -> str | None:
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


def _section(filling: _Filling, argument: Argument) -> str | None:
    if len(filling.subject.sections) != 1:
        return None
    filling.used.add("sections")
    return filling.subject.sections[0]


def _lead(filling: _Filling, argument: Argument) -> str | None:
    sentence = filling.sentence
    if len(sentence.persons) + len(sentence.roles) == 1:
        filling.used.add("people")
        return f"<@{sentence.persons[0]}>" if sentence.persons else sentence.roles[0]
    if Cue.MINE in sentence.cues and not sentence.persons and not sentence.roles:
        filling.cues.add(Cue.MINE)
        return f"<@{filling.asker}>"
    return None


def _agency(filling: _Filling, argument: Argument) -> str | None:
    if len(filling.sentence.agencies) != 1:
        return None
    filling.used.add("agencies")
    return filling.sentence.agencies[0]


def _plan(filling: _Filling, argument: Argument) -> str | None:
    if len(filling.sentence.plans) != 1:
        return None
    filling.used.add("plans")
    return filling.sentence.plans[0]


def _choice(filling: _Filling, argument: Argument) -> str | None:
    """The choice whose name is a cue of the sentence; of two none."""
    choices = argument.choices or argument.placeholder.split("|")
    found = [cue for cue in filling.sentence.cues if cue.value in choices]
    if len(found) != 1:
        return None
    filling.cues.add(found[0])
    return found[0].value


def _past_day(filling: _Filling, argument: Argument) -> str | None:
    """A single day before which stands that something was so on it."""
    days = filling.sentence.days
    if days is None or days.first is None or days.first != days.last:
        return None
    if not re.fullmatch(r"(?:as .*|back )?(?:on|at|of)", filling.sentence.days_with):
        return None
    filling.used.add("days")
    return days.first.isoformat()


def _since(filling: _Filling, argument: Argument) -> str | None:
    if Cue.LAST_MEETING in filling.sentence.cues:
        filling.cues.add(Cue.LAST_MEETING)
        return "last meeting"
    days = filling.sentence.days
    if days is None or days.first is None:
        return None
    filling.used.add("days")
    return days.first.isoformat()


def _due(filling: _Filling, argument: Argument) -> str | None:
    sentence = filling.sentence
    if sentence.days is None or "days" in filling.used:
        return None
    if Cue.DUE not in sentence.cues and _past_day(replace(filling), argument) is not None:
        # "Overdue on 1 October" is how things stood on that day.
        return None
    filling.used.add("days")
    return sentence.days.typed()


def _period(filling: _Filling, argument: Argument) -> str | None:
    days = filling.sentence.days
    if days is None or days.first is None or days.last is None:
        return None
    filling.used.add("days")
    return f"{days.first} to {days.last}"


def _kpi(filling: _Filling, argument: Argument) -> str | None:
    if not filling.subject.kpis:
        return None
    filling.used.add("kpis")
    return "; ".join(filling.subject.kpis)


# What fills an argument, by its name: it means the same in every command.
_FILLERS: Mapping[str, Callable[[_Filling, Argument], str | None]] = {
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
    "period": _period,
    "name": _kpi,
}


def _fair(readings: Sequence[Reading]) -> Iterator[Reading]:
    """The best reading, and others that are as good and mean something else."""
    best = readings[0]
    seen = set()
    for one in readings:
        as_near = abs(one.rank[2] - best.rank[2]) < _AS_NEAR
        is_best_of_its_kind = one.rank[:2] == best.rank[:2] and as_near
        same_place = one.rank[3] == best.rank[3] or one.title != best.title
        if is_best_of_its_kind and same_place and one.line not in seen:
            seen.add(one.line)
            yield one


def _nearest(sentence: Sentence, rest: frozenset[str], lexicon: Lexicon) -> Iterator[Reading]:
    """The actions and KPIs that have most of the words, to offer."""
    topics = [(topic, "/action status") for topic in lexicon.actions]
    topics += [(topic, "/kpi") for topic in lexicon.kpis]
    scored = [(topic.matches(rest), topic.nearness(sentence.said), topic, name) for topic, name in topics]
    most = max((number for number, *_ in scored), default=0)
    if not most:
        return
    best = sorted((one for one in scored if one[0] == most), key=lambda one: -one[1])
    for _, _, topic, name in best[:_MOST_OFFERED]:
        yield Reading(f"{name} {topic.key}", (), topic.title)
