"""Reading a sentence: what it names, what it says of that, and which of its words have no part in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from db.rules.typed_dates import DateNotRead, refuse_impossible_days
from db.rules.typed_ranges import DATE_WORDS, DayRange, read_range
from handlers.own_words.cues import ASKING, LONGEST_PHRASE, PHRASES, SMALL_WORDS, Cue
from handlers.own_words.lexicon import Lexicon, stem, words_of

_TOKEN = re.compile(
    r"<@(?P<person>[UW][A-Z0-9]+)(?:\|[^>]*)?>"
    r"|(?P<ref>(?:[A-Za-z][\w-]*:)?\d{1,3}(?:\.\d{1,3})+[a-z]?(?![\w/]))"
    r"|(?P<word>[\w][\w'’/.-]*[\w]|\w)"
)
_CONTRACTED = {
    **{f"{word}'s": f"{word} is" for word in ("what", "who", "how", "when", "where", "that", "it", "there")},
    **{f"{word}s": f"{word} is" for word in ("what", "who", "how", "when", "where")},
    "cp": "child protection",
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "i'm": "i am",
    "im": "i am",
    "ive": "i have",
    "isnt": "is not",
    "hasnt": "has not",
    "havent": "have not",
    "arent": "are not",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "wasnt": "was not",
    "werent": "were not",
    "wont": "will not",
    "shouldve": "should have",
    "couldve": "could have",
    "weve": "we have",
    "theyre": "they are",
    "hes": "he is",
    "shes": "she is",
    "til": "until",
    "thats": "that is",
    "theres": "there is",
    "whens": "when is",
    "wot": "what",
    "wots": "what is",
    "couldnt": "could not",
    "cant": "can not",
    "teh": "the",
    "wen": "when",
    "nxt": "next",
    "abt": "about",
}
_ENDINGS = (("n't", " not"), ("'ve", " have"), ("'re", " are"), ("'ll", " will"), ("'d", ""), ("'s", ""))
# They stand within phrases and change nothing: "a proper measure".
_ADJECTIVES = frozenset(("proper", "properly", "real", "really", "actual", "actually", "clear", "just"))
_ORDINAL = ("st", "nd", "rd", "th")
# "These days" is now, and no date.
_FILLER = re.compile(
    r"\b(?:these days|at the (?:minute|moment|mo)|right now|to date|so far|in the end|"
    r"(?:sort out |in |for |check )?my (?:diary|calendar|head|mind|boss|manager|screen|inbox|records))\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<kind>section|sections|recommendation|recommendations|rec|action|actions|item)")
# Before a single day: how things stood on it.
_AS_AT = ("as it was on", "as at", "as of", "as it stood on", "back on", "on", "at", "as on", "as it was at")
_LONGEST_RANGE = 9
_SMALL_STEMS = frozenset(map(stem, SMALL_WORDS))
# With these a month without a year is the last one.
_OF_THE_PAST = frozenset(
    ("updated", "recorded", "changed", "happened", "moved", "progressed", "did", "had", "happen", "missed")
)
# What is said beside a question: "I've got the Cabinet member here". It names and asks nothing.
_ASIDE = re.compile(
    r"\b(?:i|i've|i'm|im|ive|we|you|you're|it|it's|be|hope|news|rush|sake|worries)\b", re.IGNORECASE
)
_NOT_ASIDE = re.compile(r"^(?:in|at|for|from|of|by|on|with|and|or|but not|not|except|the)\b", re.IGNORECASE)
# What a date or a range begins with.
_BEFORE_DATES = (
    "in on at by before after from since until till up no between during within over for this next last the "
    "end start early mid as back past coming to q1 q2 q3 q4"
)
_BEGIN_DATES = DATE_WORDS | frozenset(_BEFORE_DATES.split())


@dataclass
class Sentence:
    """A sentence, word by word. `parts` say what each word is part of; None for a word that has no part."""

    words: list[str]
    asks: bool
    cues: list[Cue] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    recommendations: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    days: DayRange | None = None
    # The words before the days: "on", "since", "by".
    days_with: str = ""
    parts: list[str | None] = field(default_factory=list)
    capitalised: frozenset[str] = frozenset()

    @property
    def rest(self) -> list[str]:
        """The words that have no part yet."""
        return [word for word, part in zip(self.words, self.parts, strict=True) if part is None]

    @property
    def stems(self) -> frozenset[str]:
        """The stems of all words, everyday words as the documents have them."""
        return frozenset(stem(one) for word in self.words for one in words_of(word) or [word])

    def has_names(self, words: Sequence[str]) -> bool:
        """Whether any of the words was written with a capital letter within the sentence."""
        return any(word in self.capitalised for word in words)

    def is_free(self, first: int, count: int) -> bool:
        """Whether none of these words has a part yet."""
        return all(part is None for part in self.parts[first : first + count])

    def explain(self, first: int, count: int, part: str) -> None:
        self.parts[first : first + count] = [part] * count


def read_sentence(text: str, lexicon: Lexicon, today: date) -> Sentence:
    """Read a sentence against the names there are. Raises `DateNotRead` for a date that cannot be."""
    refuse_impossible_days(text)
    words, persons, refs, names = _split(_without_asides(text))
    first = next(
        (word for word in words if word not in ("please", "pls", "and", "so", "hi", "hiya", "ok")), ""
    )
    sentence = Sentence(words, "?" in text or first in ASKING, parts=[None] * len(words))
    sentence.capitalised = frozenset(words[at] for at in names)
    for at, word in enumerate(words):
        if at in persons:
            sentence.persons.append(persons[at])
            sentence.explain(at, 1, "a person")
        elif at in refs:
            sentence.refs.append(refs[at])
            sentence.explain(at, 1, "a reference")
        elif at not in names:
            words[at] = lexicon.corrected(word)
    _find_numbered(sentence)
    stems = [stem(one) for word in words for one in words_of(word)[:1] or [word]]
    _find_plans(sentence, stems, lexicon)
    _find_days(sentence, today)
    _find_cues(sentence)
    _find_names(sentence, stems, lexicon)
    for at, word in enumerate(words):
        if sentence.parts[at] is None and word in SMALL_WORDS:
            sentence.explain(at, 1, "a small word")
    return sentence


def _without_asides(text: str) -> str:
    """The text without the clauses that name and ask nothing: their words need no part in a reading."""
    clauses = re.split(r"(?<=[,.;!?])\s+|\s+[–—-]\s+", text)
    kept = [clause for clause in clauses if not _is_aside(clause)]
    return " ".join(kept) if kept else text


def _is_aside(clause: str) -> bool:
    plain = clause.strip(" ,.;!?")
    if not _ASIDE.search(plain) or _NOT_ASIDE.match(plain) or len(plain.split()) < 2:
        return False
    words, persons, refs, _ = _split(plain)
    if persons or refs or any(word[:1].isdigit() or word in DATE_WORDS for word in words):
        return False
    starts = range(len(words))
    return not any(
        tuple(words[at : at + count]) in PHRASES for at in starts for count in range(1, LONGEST_PHRASE + 1)
    )


def _split(text: str) -> tuple[list[str], dict[int, str], dict[int, str], set[int]]:
    """The words, and where among them people, references and words with a capital letter stand.

    A capital within a sentence begins a name: "Leeds" is no misspelt "leads".
    """
    words: list[str] = []
    persons: dict[int, str] = {}
    refs: dict[int, str] = {}
    names: set[int] = set()
    for found in _TOKEN.finditer(_FILLER.sub(" ", text.replace("’", "'").replace("…", " "))):
        if found["person"]:
            persons[len(words)] = found["person"]
            words.append("@")
        elif found["ref"]:
            refs[len(words)] = found["ref"]
            words.append(found["ref"])
        else:
            if words and re.match(r"[A-Z][a-z]", found["word"]):
                names.add(len(words))
            words += _plain(found["word"])
    return words, persons, refs, names


def plain_words(text: str) -> list[str]:
    """The words of a text as a sentence has them: in small letters, short forms in full."""
    return _split(text)[0]


def _plain(word: str) -> list[str]:
    lower = word.lower().strip(".'-")
    if re.search(r"\d", lower):
        with_unit = re.fullmatch(r"(\d+)([a-z]{2,})", lower)
        return list(with_unit.groups()) if with_unit and with_unit[2] not in _ORDINAL else [lower]
    if lower in _CONTRACTED:
        return _CONTRACTED[lower].split()
    for ending, full in _ENDINGS:
        if lower.endswith(ending):
            lower = f"{lower.removesuffix(ending)}{full}"
            break
    parts = [one for part in lower.split() for one in re.split(r"[-/.']", part) if one]
    return [one for one in parts if one not in _ADJECTIVES]


def _find_numbered(sentence: Sentence) -> None:
    """`section 2`, `recommendation 4`: a whole number is a reference only beside such a word."""
    for at, word in enumerate(sentence.words[:-1]):
        number = sentence.words[at + 1]
        kind = _NUMBERED.fullmatch(word)
        if not kind:
            continue
        if sentence.parts[at + 1] == "a reference":
            # "section 2.1": a reference already.
            sentence.explain(at, 1, "a reference")
        elif re.fullmatch(r"\d{1,3}", number):
            of_kind = sentence.recommendations if kind["kind"].startswith("rec") else sentence.sections
            of_kind.append(number)
            sentence.explain(at, 2, "a reference")


def _find_days(sentence: Sentence, today: date) -> None:
    """The longest run of words that means a range of days."""
    past = bool({"was", "were", "should", "since", "last", "been", *_OF_THE_PAST} & set(sentence.words))
    for at, count in _runs(sentence):
        written = " ".join(sentence.words[at : at + count])
        if sentence.words[at] == "after" and at and sentence.words[at - 1] == "looked":
            # "Looked after 2016" is about children.
            continue
        if sentence.words[at] not in _BEGIN_DATES and not sentence.words[at][:1].isdigit():
            # "Due by March": what is said of the date is no part of it.
            continue
        if not any(word in DATE_WORDS or word[:1].isdigit() for word in sentence.words[at : at + count]):
            continue
        for prefix in ("", *_AS_AT):
            if prefix and not written.startswith(f"{prefix} "):
                continue
            try:
                days = read_range(written.removeprefix(prefix).strip(), today, past=past or bool(prefix))
            except DateNotRead:
                if prefix:
                    raise
                continue
            if days is not None:
                sentence.days = days
                before = sentence.words[at - 1] if at else ""
                sentence.days_with = (
                    prefix or (before if before in ("on", "at") else "") or written.split()[0]
                )
                sentence.explain(at, count, "a date")
                return


def _runs(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where runs of words without a part begin, and how long they are: the longest first."""
    for count in range(min(_LONGEST_RANGE, len(sentence.words)), 0, -1):
        for at in range(len(sentence.words) - count + 1):
            if sentence.is_free(at, count):
                yield at, count


def _find_cues(sentence: Sentence) -> None:
    at = 0
    while at < len(sentence.words):
        for count in range(min(LONGEST_PHRASE, len(sentence.words) - at), 0, -1):
            cue = PHRASES.get(tuple(sentence.words[at : at + count]))
            if cue is not None and sentence.is_free(at, count):
                if cue not in sentence.cues:
                    sentence.cues.append(cue)
                sentence.explain(at, count, f"“{cue}”")
                at += count - 1
                break
        at += 1


def _find_plans(sentence: Sentence, stems: Sequence[str], lexicon: Lexicon) -> None:
    """Plans, by a word that one alone has in its title: "ofsted". A year beside it is the plan's."""
    for code, title in lexicon.plans.items():
        own = title - frozenset().union(*(other for one, other in lexicon.plans.items() if one != code))
        by_year = any(
            word in own and word.isdigit() and after in ("one", "plan") for word, after in pairwise(stems)
        )
        if by_year or any(word in own and not word.isdigit() for word in stems):
            sentence.plans.append(code)
            for at, word in enumerate(stems):
                if word in title and sentence.parts[at] is None:
                    sentence.explain(at, 1, "a plan")


def _find_names(sentence: Sentence, stems: Sequence[str], lexicon: Lexicon) -> None:
    """Roles, schools and agencies, by all of their name's words or by a role's initials."""
    for name in sorted(lexicon.roles, key=lambda one: -len(lexicon.roles[one])):
        if _mark(sentence, stems, lexicon.roles[name], "a role") or _mark_initials(sentence, name):
            sentence.roles.append(name)
    if not sentence.roles:
        _find_part_of_role(sentence, stems, lexicon)
    for name, words in lexicon.schools.items():
        if _mark(sentence, stems, words, "a school"):
            sentence.schools.append(name)
    for name, words in lexicon.agencies.items():
        if _mark(sentence, stems, words, "an agency"):
            sentence.agencies.append(name)


def _find_part_of_role(sentence: Sentence, stems: Sequence[str], lexicon: Lexicon) -> None:
    """The one role of whose name two words or more were said: "deputy director" of "Deputy Director CSC"."""
    free = {word for word, part in zip(stems, sentence.parts, strict=True) if part is None}
    named = {name: (words - _SMALL_STEMS) & free for name, words in lexicon.roles.items()}
    most = max(map(len, named.values()), default=0)
    found = [name for name, words in named.items() if len(words) == most]
    if most < 2 or len(found) != 1:
        return
    sentence.roles.append(found[0])
    for at, word in enumerate(stems):
        if word in named[found[0]] and sentence.parts[at] is None:
            sentence.explain(at, 1, "part of a role")


def _mark(sentence: Sentence, stems: Sequence[str], name: frozenset[str], part: str) -> bool:
    """Whether all words of a name are there and have no part yet; they get one then."""
    places = [at for at, word in enumerate(stems) if word in name and sentence.parts[at] is None]
    if not name or not name - _SMALL_STEMS <= {stems[at] for at in places}:
        return False
    for at in places:
        sentence.explain(at, 1, part)
    return True


def _mark_initials(sentence: Sentence, role: str) -> bool:
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", role) if word[0].isupper()).lower()
    if len(initials) < 3 or initials not in sentence.words:
        return False
    sentence.explain(sentence.words.index(initials), 1, "a role")
    return True
