"""The names that people use, as sets of stems: of actions, plans, roles, agencies, people and KPIs."""

import re
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import snowballstemmer
from cachetools import LRUCache
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from db import reminders, roles
from db.models import Action, Kpi, Observation, Plan, Role, School, Section
from db.rules.typed_ranges import DATE_WORDS
from handlers.own_words.cues import WORDS

_STEMMER = snowballstemmer.stemmer("english")
# What the documents call something, and the everyday words for it.
_EVERYDAY = {
    "child": "kid kids youngster youngsters pupil pupils children childrens",
    "fathers": "dad dads",
    "mothers": "mum mums",
    "leaves": "quit quitting resign resigning leavers losing lose lost",
    "hour": "hr hrs",
    "police": "cops",
    # The National Probation Service.
    "probation": "nps",
    "unallocated": "unassigned",
    "camhs": "cahms",
    "year": "yr yrs",
    "2": "two",
    "3": "three",
}
_SAME_AS = {word: name for name, words in _EVERYDAY.items() for word in words.split()}
# One for each plan that channels use.
_MOST_MADE = 16
# Of a shorter word the beginning says too little.
_SHORTEST = 4
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
# Agencies that plans name beside those that hold a role.
_USUAL_AGENCIES = (
    "police",
    "health",
    "probation",
    "schools",
    "education",
    "fire service",
    "youth justice",
    "housing",
)

# What a sentence may have whatever the names are.
_KNOWN = WORDS | DATE_WORDS
# Words that turn a question round, or choose other things than it names.
_TURNS = frozenset(
    (
        "not",
        "no",
        "never",
        "without",
        "except",
        "apart",
        "besides",
        "neither",
        "nor",
        "none",
        "excluding",
        "before",
    )
)
# What holds a name together and names nothing.
_GLUE = frozenset(("a", "an", "the", "of", "in", "on", "to", "for", "and", "or", "with", "at", "by", "from"))


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, everyday words as the documents have them."""
    return [_SAME_AS.get(word, word) for word in _WORD.findall(text.lower().replace("’", "'"))]


@cache
def _dictionary() -> SpellChecker:
    """The words of English: one of them is what it is, and no slip of another."""
    return SpellChecker(language="en")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    return str(_STEMMER.stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=20_000)
def stems_of(text: str) -> frozenset[str]:
    """The stems of a text's words. Cached, because names seldom change and every sentence is held to all."""
    return frozenset(map(stem, words_of(text)))


# What every school's name has.
_SCHOOL_WORDS = stems_of("the school primary academy secondary infant junior college")
# Words that are looked for, each with the stems that will do for it.
Wanted = Sequence[frozenset[str]]


@lru_cache(maxsize=4096)
def _alike(word: str, stems: frozenset[str]) -> frozenset[str]:
    """The word, and the stems that begin with it or that it begins with: `seeker`, `seek`."""
    if len(word) < _SHORTEST:
        return frozenset((word,))
    return frozenset(
        one for one in stems if one.startswith(word) or (len(one) >= _SHORTEST and word.startswith(one))
    ) | {word}


def _share_of(name: frozenset[str], stems: frozenset[str]) -> float:
    count = len(name & stems)
    # Of "camhs" and "camhs referrals" the second is meant where both words are said.
    return count / len(name) + 0.15 * min(count, 5) if count else 0.0


@dataclass(frozen=True)
class Topic:
    """Something to ask about by words: what a command line calls it, its names, and all its words."""

    key: str
    title: str
    names: tuple[frozenset[str], ...]
    stems: frozenset[str]

    @classmethod
    def of(cls, key: str, title: str, names: Sequence[str], text: str) -> "Topic":
        of_names = tuple(stems_of(name) - _GLUE or stems_of(name) for name in names if name.strip())
        return cls(key, title, of_names, stems_of(text).union(*of_names))

    def has(self, wanted: Wanted) -> bool:
        """Whether all the words are among its own."""
        return not any(alike.isdisjoint(self.stems) for alike in wanted)

    def is_named_by(self, wanted: Wanted, stems: frozenset[str]) -> bool:
        """Whether words name it, and do not only occur in what is said of it.

        At least half of them are of one of its names, of which at least half was said, or two words that are
        a third.
        """
        for name in self.names:
            of_name, of_sentence = sum(not alike.isdisjoint(name) for alike in wanted), len(name & stems)
            is_enough = 2 * of_sentence >= len(name) or (of_sentence > 1 and 3 * of_sentence >= len(name))
            if 2 * of_name >= len(wanted) and of_name and is_enough:
                return True
        return False

    def matches(self, wanted: Wanted) -> int:
        """How many of the words are among its own."""
        return sum(not alike.isdisjoint(self.stems) for alike in wanted)

    def nearness(self, stems: frozenset[str]) -> float:
        """How much of its best name was said, from 0 to 1; a little more for a name of more words."""
        return max((_share_of(name, stems) for name in self.names if name), default=0.0)


@dataclass(frozen=True)
class Lexicon:
    """What can be named in one workspace, as one plan's channel sees it."""

    default_plan: str
    # By plan's code: its title's stems, and its refs, each with whether it is a section.
    plans: Mapping[str, frozenset[str]]
    refs: Mapping[str, Mapping[str, bool]]
    recommendations: Mapping[str, Mapping[str, str]]
    actions: Sequence[Topic]
    sections: Sequence[Topic]
    kpis: Sequence[Topic]
    # By name: roles, agencies; people by Slack ID.
    roles: Mapping[str, frozenset[str]]
    agencies: Mapping[str, frozenset[str]]
    holders: Sequence[str]
    # The roles that each of them holds.
    held: Mapping[str, Sequence[str]]
    # The stems of the areas and groups that figures are given by.
    areas: frozenset[str]
    # The actions with a reminder to schools, and the schools by name.
    reminders: Sequence[str]
    schools: Mapping[str, frozenset[str]]
    # Every word that a name has, and the stems of these.
    vocabulary: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    # What a misspelt word is compared with.
    spellings: Sequence[str] = ()

    def wanted(self, words: Iterable[str]) -> Wanted:
        """Stems to look for in topics."""
        return [_alike(word, self.stems) for word in words]

    def is_ordinary(self, word: str) -> bool:
        """Whether it is a word of English that turns nothing round."""
        return word not in _TURNS and word in _dictionary()

    def corrected(self, word: str) -> str:
        """The word as it is spelt, if it is unknown and just one known word is that near."""
        if len(word) < 4 or not word.isalpha() or word in _KNOWN or word in self.vocabulary:
            return word
        if word in _SAME_AS or stem(word) in self.stems or word in _dictionary():
            return word
        longest = 1 if len(word) < 6 else 2
        near = process.extract(word, self.spellings, scorer=OSA.distance, score_cutoff=longest, limit=4)
        near = [one for one in near if one[0][:1] == word[:1] and len(one[0]) > 2]
        # Two letters that changed places are the likeliest slip.
        if not near:
            return word
        near.sort(key=lambda one: (one[1], sorted(one[0]) != sorted(word)))
        is_clear = len(near) == 1 or near[0][1] < near[1][1] or sorted(near[0][0]) == sorted(word)
        if is_clear or stem(near[0][0]) == stem(near[1][0]):
            return str(near[0][0])
        return word


def load_lexicon(session: Session, default: Plan | None, every: Sequence[Plan], today: date) -> Lexicon:
    """The names of every plan, with the default plan's first. One query for each kind of name."""
    codes = {plan.id: plan.code for plan in every}
    refs: dict[str, dict[str, bool]] = {plan.code: {} for plan in every}
    sections = []
    for plan_id, ref, title in session.exec(select(Section.plan_id, Section.ref, Section.title)):
        refs[codes[plan_id]][ref] = True
        sections.append(Topic.of(f"{codes[plan_id]}:{ref}", title, [title], ""))
    recommendations: dict[str, dict[str, str]] = {plan.code: {} for plan in every}
    actions = []
    names = ("plan_id", "ref", "title", "text", "recommendation")
    query = core_select(*(getattr(Action, name) for name in names)).where(col(Action.removed_on).is_(None))
    rows = session.connection().execute(query.order_by(col(Action.position)))
    for plan_id, ref, title, text, recommendation in rows:
        code = codes[plan_id]
        refs[code][ref] = False
        if recommendation:
            recommendations[code][str(recommendation)] = ref
        actions.append(Topic.of(f"{code}:{ref}", title, [title], text))
    every_role = [role for role, _ in roles.all_roles(session)]
    role_names = {role.name: stems_of(role.name) for role in every_role}
    agencies = {name: stems_of(name) for name in (*roles.agency_names(session), *_USUAL_AGENCIES)}
    kpis, texts = _kpis(session)
    texts += [topic.title for topic in (*actions, *sections)]
    code = default.code if default else ""
    vocabulary = frozenset(
        word
        for text in (*texts, *role_names, *agencies, *(plan.title for plan in every))
        for word in words_of(text)
    )
    return Lexicon(
        code,
        {plan.code: stems_of(f"{plan.title} {plan.code}") for plan in every},
        refs,
        recommendations,
        sorted(actions, key=lambda topic: not topic.key.startswith(f"{code}:")),
        sections,
        kpis,
        role_names,
        agencies,
        _holders(every_role, today),
        _held(every_role, today),
        _areas(session),
        [one.action.qualified_ref for one in reminders.all_reminders(session)],
        {school.name: stems_of(school.name) - _SCHOOL_WORDS for school in session.exec(select(School))},
        vocabulary,
        frozenset().union(*(topic.stems for topic in (*actions, *sections, *kpis))),
        tuple(vocabulary | _KNOWN),
    )


def _kpis(session: Session) -> tuple[list[Topic], list[str]]:
    """The KPIs, and the texts with their names."""
    columns = select(Kpi.code, Kpi.name, Kpi.aliases, Kpi.definition).order_by(col(Kpi.id))
    rows = session.exec(columns).all()
    topics = [
        Topic.of(code, name, [name, *aliases.split(";")], f"{definition} {code}")
        for code, name, aliases, definition in rows
    ]
    return topics, [f"{name} {aliases} {definition}" for _, name, aliases, definition in rows]


def _areas(session: Session) -> frozenset[str]:
    found = session.exec(select(Observation.breakdown).where(Observation.breakdown != "").distinct())
    return frozenset().union(*(stems_of(one.partition(":")[2] or one) for one in found))


def _held(every: Sequence[Role], today: date) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for role in every:
        holding = role.holding_on(today)
        if holding is not None:
            held.setdefault(holding.slack_user, []).append(role.name)
    return held


def _holders(every: Sequence[Role], today: date) -> list[str]:
    """The Slack IDs of the people who hold or deputise for a role on a day."""
    held = [role.holding_on(today) for role in every]
    ids = [one for holding in held if holding for one in (holding.slack_user, holding.deputy)]
    return list(dict.fromkeys(one for one in ids if one and one[:1] in "UW"))


class LexiconCache:
    """The lexicons made last. Making one reads every name; nothing in it changes without a change number."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: LRUCache[Hashable, Lexicon] = LRUCache(_MOST_MADE)

    def find(self, key: Hashable, make: Callable[[], Lexicon]) -> Lexicon:
        """The lexicon that was made for a key, else a new one."""
        with self._lock:
            made = self._made.get(key)
        if made is None:
            made = make()
            with self._lock:
                self._made[key] = made
        return made
