"""From a sentence to the command lines that it may mean, by the table of commands.

A sentence is answered only where every word of it has a part in the reading: one word more may change what is
asked, and then the nearest lines are offered. Only what tells all there is of one action is answered beside a
word that is not understood.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.core.commands import COMMANDS
from handlers.core.sub_commands import Command, Question, SubCommand
from handlers.own_words.cues import Cue
from handlers.own_words.fillers import FILLERS, Filling, named
from handlers.own_words.lexicon import Lexicon, stem, words_of
from handlers.own_words.sentences import Sentence, read_sentence
from handlers.own_words.subjects import AS_NEAR, STATES, find_near_subjects, find_subjects

_MOST_OFFERED = 5
# What is counted is a KPI's, unless it is actions.
_ASKS_FOR_A_FIGURE = re.compile(
    r"\b(?:how many (?!actions?|of them|are)|number of (?!actions?)|"
    r"what (?:share|proportion|percentage|rate))"
)


@dataclass(frozen=True)
class Reading:
    """One thing that a sentence may mean: the line that asks for it. The best have the lowest rank."""

    line: str
    rank: tuple[float, ...] = ()
    title: str = ""
    # The words that have no part in it.
    aside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understanding:
    """What a sentence may mean. `certain` are fair readings; `near` are to be offered where there is none."""

    sentence: Sentence
    certain: tuple[Reading, ...] = ()
    near: tuple[Reading, ...] = ()


def understand(
    text: str, lexicon: Lexicon, today: date, asker: str, prefer: str | None = None
) -> Understanding:
    """What a sentence may mean. `asker` is a Slack ID; `prefer` the command that was typed before it.

    Raises `DateNotRead` for a date that cannot be.
    """
    sentence = _completed(read_sentence(text, lexicon, today))
    if prefer is None and _ASKS_FOR_A_FIGURE.search(" ".join(sentence.words)):
        prefer = "/kpi"
    rest = frozenset(stem(one) for word in sentence.rest for one in words_of(word) or [word])
    for find in (find_subjects, find_near_subjects):
        readings = [
            reading
            for subject in find(sentence, rest, lexicon)
            for reading in _readings(Filling(sentence, subject, lexicon, asker, today), prefer)
        ]
        if readings:
            readings.sort(key=lambda one: one.rank)
            return Understanding(sentence, tuple(_fair(readings)))
    near = [
        Reading(f"/action {verb} {ref}", (), f"{ref}: {what}")
        for ref in sentence.refs[:2]
        for verb, what in (("status", "how it stands"), ("history", "what was recorded"))
    ]
    near += _nearest(sentence, rest, lexicon)
    return Understanding(sentence, (), tuple(near[:_MOST_OFFERED]))


def _completed(sentence: Sentence) -> Sentence:
    """What goes without saying: "due" without a day or an action asks what is due soon."""
    is_of_something = sentence.refs or sentence.sections or sentence.recommendations or sentence.rest
    if Cue.DUE in sentence.cues and sentence.days is None and not is_of_something:
        sentence.cues = list(dict.fromkeys(Cue.SOON if one is Cue.DUE else one for one in sentence.cues))
    if Cue.ALL in sentence.cues and set(sentence.cues) & STATES:
        # "Everything that is late."
        sentence.cues = [one for one in sentence.cues if one is not Cue.ALL]
    if Cue.SHOULD_HAVE in sentence.cues:
        sentence.cues = [one for one in sentence.cues if one not in (Cue.SHOULD_HAVE, Cue.OPEN)]
        if not set(sentence.cues) & STATES:
            sentence.cues.append(Cue.OVERDUE)
    return sentence


def _readings(filling: Filling, prefer: str | None) -> Iterator[Reading]:
    subject, place = filling.subject, 0
    for command in COMMANDS:
        for sub_command in command.all:
            place += 1
            for question in sub_command.questions:
                taken = replace(filling, command=command.name, used=set(), cues=set())
                line = _line(command, sub_command, question, taken)
                if line is not None:
                    is_other = prefer is not None and command.name != prefer
                    rank = (is_other, -len(question.needs | taken.cues), -subject.nearness, place)
                    yield Reading(line, rank, subject.title, subject.aside if subject.title else ())


def _line(command: Command, sub_command: SubCommand, question: Question, filling: Filling) -> str | None:
    """The command line, if the question takes up all that the sentence says and has all that it needs."""
    cues = set(filling.sentence.cues)
    if not question.needs <= cues:
        return None
    words = [command.name, sub_command.name]
    for argument in sub_command.arguments:
        value = FILLERS[argument.name](filling, argument) if argument.name in FILLERS else None
        if value is None:
            if not argument.optional:
                return None
            continue
        words.append(f"{argument.keyword} {value}" if argument.keyword else value)
    if not filling.subject.unread <= {stem(word) for word in question.words}:
        return None
    if filling.subject.aside and not question.whole:
        return None
    if not question.names <= filling.used:
        return None
    # "About" and "how is" only ask.
    left = cues - question.needs - question.also - filling.cues - {Cue.ABOUT} - filling.subject.named
    # A question without a cue of its own needs something that it is about.
    if left or named(filling) - filling.used or not (question.needs or filling.used or filling.cues):
        return None
    return " ".join(filter(None, words))


def _fair(readings: Sequence[Reading]) -> Iterator[Reading]:
    """The best reading, and others that are as good and mean something else."""
    best = readings[0]
    seen = set()
    for one in readings:
        as_near = abs(one.rank[2] - best.rank[2]) < AS_NEAR
        is_best_of_its_kind = one.rank[:2] == best.rank[:2] and as_near
        same_place = one.rank[3] == best.rank[3] or one.title != best.title
        if is_best_of_its_kind and same_place and one.line not in seen:
            seen.add(one.line)
            yield one


def _nearest(sentence: Sentence, rest: frozenset[str], lexicon: Lexicon) -> Iterator[Reading]:
    """The actions and KPIs that have most of the words, to offer."""
    topics = [(topic, "/action status") for topic in lexicon.actions]
    topics += [(topic, "/action status") for topic in lexicon.sections]
    topics += [(topic, "/kpi") for topic in lexicon.kpis]
    wanted, stems = lexicon.wanted(rest), sentence.stems
    scored = [(topic.matches(wanted), topic, name) for topic, name in topics]
    most = max((number for number, *_ in scored), default=0)
    if not most:
        return
    best = [one for one in scored if one[0] == most]
    best.sort(key=lambda one: -one[1].nearness(stems))
    for _, topic, name in best[:_MOST_OFFERED]:
        yield Reading(f"{name} {topic.key}", (), topic.title)
