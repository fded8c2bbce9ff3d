"""What a sentence is about: what it refers to by number, or whose names have all of its other words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.own_words.cues import Cue
from handlers.own_words.lexicon import Lexicon, Topic, stem, words_of
from handlers.own_words.sentences import Sentence

# Two names of which as much was said are both meant.
AS_NEAR = 0.1
_MOST_KPIS = 3
# A shorter word alone names nothing: "no", "good".
_LONG_WORD = 5


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
    # Cues whose words are a part of the topic's name: "outstanding" of "rated good or outstanding".
    named: frozenset[Cue] = frozenset()
    # Words that were said of it and that nothing explains: only for a question that is `whole`.
    aside: tuple[str, ...] = ()


STATES = frozenset(
    [
        Cue.OVERDUE,
        Cue.SOON,
        Cue.BLOCKED,
        Cue.IN_PROGRESS,
        Cue.COMPLETE,
        Cue.NOT_STARTED,
        Cue.OPEN,
        Cue.NOT_YET_DUE,
    ]
)
# Of a figure these say nothing: "how full", "what share", "the rate".
_FIGURE_WORDS = (
    "full share rate percentage percent proportion average typical level levels high low big total numbers "
    "stats statistics data value score result results count size amount"
)
_OF_FIGURES = frozenset(map(stem, _FIGURE_WORDS.split()))


def find_subjects(sentence: Sentence, rest: frozenset[str], lexicon: Lexicon) -> Iterator[Subject]:
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
    stems = sentence.stems
    if rest:
        for topic in near_topics(lexicon, lexicon.actions, rest, stems):
            yield Subject(refs=(topic.key,), title=topic.title, nearness=topic.nearness(stems))
        for topic in near_topics(lexicon, lexicon.sections, rest, stems):
            yield Subject(sections=(topic.key,), title=topic.title, nearness=topic.nearness(stems))
    # An agency's or an area's name may be a part of a figure's: "mental health", "caseload south".
    wanted = (rest | _stems_with(sentence, "an agency", "a plan", "part of a role")) - _OF_FIGURES
    kpis = near_topics(lexicon, lexicon.kpis, wanted - lexicon.areas, stems)
    kpis = kpis or near_topics(lexicon, lexicon.kpis, wanted, stems)
    if len(rest) == 1 and kpis and not sentence.cues:
        # "Training" alone: of a figure or of an action, nobody can tell.
        nearness = kpis[0].nearness(stems)
        for topic in named_topics(lexicon.actions, rest)[:_MOST_KPIS]:
            yield Subject(refs=(topic.key,), title=topic.title, nearness=nearness)
    if 0 < len(kpis) <= _MOST_KPIS:
        keys = tuple(topic.key for topic in kpis)
        title = "; ".join(topic.title for topic in kpis)
        takes = frozenset(("agencies", "plans", "people"))
        named = frozenset(
            cue
            for cue in sentence.cues
            if all(topic.has(lexicon.wanted(_stems_with(sentence, f"“{cue}”"))) for topic in kpis)
        )
        yield Subject(kpis=keys, title=title, nearness=kpis[0].nearness(stems), takes=takes, named=named)


def _stems_with(sentence: Sentence, *parts: str) -> frozenset[str]:
    pairs = zip(sentence.words, sentence.parts, strict=True)
    return frozenset(stem(one) for word, part in pairs if part in parts for one in words_of(word))


def named_topics(topics: Sequence[Topic], rest: frozenset[str]) -> list[Topic]:
    """The topics of which one name has all the words."""
    return [topic for topic in topics if any(rest <= name for name in topic.names)]


def near_topics(
    lexicon: Lexicon, topics: Sequence[Topic], rest: frozenset[str], stems: frozenset[str]
) -> list[Topic]:
    """The topics that have all the words, and of these the ones whose names were said most fully."""
    if not rest:
        return []
    if len(rest) == 1 and max(map(len, rest)) < _LONG_WORD:
        # "EET" is a whole name, and "plans over 2 years"; "good" is a part of one.
        return [topic for topic in topics if any(rest <= name <= stems for name in topic.names)]
    wanted = lexicon.wanted(rest)
    having = [topic for topic in topics if topic.has(wanted)]
    found = [topic for topic in having if topic.is_named_by(wanted, stems)]
    if not found:
        # One alone has all the words in a name, however long that is.
        named = named_topics(having, rest)
        return named if len(named) == 1 else []
    best = max((topic.nearness(stems) for topic in found), default=0.0)
    return [topic for topic in found if topic.nearness(stems) >= best - AS_NEAR]


def find_near_subjects(sentence: Sentence, rest: frozenset[str], lexicon: Lexicon) -> Iterator[Subject]:
    """What the sentence is about where a few of its words have no part: a reference, or one topic by far.

    Of an action three words were said or more, and more than were not understood. These are ordinary words: a
    name ("Leeds") or a "not" would change what is asked. Of figures no word may be left out.
    """
    aside = tuple(dict.fromkeys(sentence.rest))
    if not sentence.asks or not all(lexicon.is_ordinary(word) for word in aside) or sentence.has_names(aside):
        return
    if sentence.refs:
        refs = [ref for ref in sentence.refs if not _is_section(ref, lexicon)]
        sections = [ref for ref in sentence.refs if _is_section(ref, lexicon)]
        yield Subject(tuple(refs), tuple(sections), aside=aside)
        return
    wanted = dict(zip(rest, lexicon.wanted(rest), strict=True))
    found = []
    for kind, topics in (("ref", lexicon.actions), ("section", lexicon.sections)):
        for topic in topics:
            read = {word for word, alike in wanted.items() if not alike.isdisjoint(topic.stems)}
            unread = rest - read
            is_enough = len(read) >= max(3, len(unread) + 1)
            if is_enough and topic.is_named_by(lexicon.wanted(read), sentence.stems):
                found.append((len(read), topic.nearness(sentence.stems), kind, topic, unread))
    found.sort(key=lambda one: (-one[0], -one[1]))
    if not found or (len(found) > 1 and found[0][0] == found[1][0] and found[0][1] - found[1][1] < AS_NEAR):
        return
    _, nearness, kind, topic, unread = found[0]
    words = tuple(word for word in aside if stem(word) in unread)
    key = (topic.key,)
    yield Subject(
        refs=key if kind == "ref" else (),
        sections=key if kind == "section" else (),
        title=topic.title,
        nearness=nearness,
        aside=words,
    )


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
