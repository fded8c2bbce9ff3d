"""What a sentence would change, as the command line that records it: shown, and never run unasked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from db.rules.dates import day_text
from handlers.core.arguments import CommandNotUnderstood
from handlers.core.grammar import parse
from handlers.core.readers import read_status_word
from handlers.core.sub_commands import SubCommand
from handlers.core.typed_text import as_typed
from handlers.own_words.cues import LONGEST_PHRASE, PHRASES, SMALL_WORDS, STATUSES, Cue
from handlers.own_words.lexicon import Lexicon, Topic, stem, words_of
from handlers.own_words.sentences import Sentence, plain_words, read_sentence
from handlers.own_words.subjects import near_topics

# What stands between an action and what is told of it.
_LINKING = re.compile(
    r"^(?:\s*(?:[:,–—-]|we've|we have|i've|i have|it's|it is|is|was|are|has been|have been|has|have|now|"
    r"to|as|been|be|down|'s|finally|also|all|back))+"
    r"(?=[\s:,]|$)[\s:,–—-]*",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"^(?:(?:please|pls|can you|could you|can we|could we|we|i|have|has|'ve|mark|set|put|record|log|note|add|"
    r"update|that|a|note on|on|action|the|just|now)\b[\s,:]*)+",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?P<n>\d{1,5})\s+(?:out\s+)?of\s+(?:the\s+|our\s+|all\s+)?(?P<of>\d{1,5})\b", re.IGNORECASE
)
# So many of so many that are the result of an audit or of a survey, and not how far the work has come.
_PASSED = re.compile(
    r"\b(?:passed|met (?:the|our|its) (?:standard|mark|target)|(?:at|to|up to) (?:the )?(?:required )?"
    r"standard|returned|replied|answered|responded|came back|sent back|up to scratch|good enough|"
    r"compliant)\b",
    re.IGNORECASE,
)
_MOVE = re.compile(
    r"\b(?:(?:have|give (?:me|us)) (?:un)?til|need(?:s|ed)? until|needs? (?:more time|longer|an extension)|"
    r"move|moved|push|pushed|extend|"
    r"new date|new deadline|different date|later date|extended|delay|postpone|shift|change|reschedule|"
    r"put back|slip)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"(?:[,;:]|\s[–—-]\s|\b(?:because|as|since|due to))\s+(?P<why>\D\S*\s+\S.*)$", re.IGNORECASE
)
_NOTE = re.compile(r"^(?:please\s+)?(?:add\s+)?(?:a\s+)?note\b", re.IGNORECASE)
# What is not done yet, however the words go on: "will be done", "done by Friday".
_UNSURE = re.compile(
    r"\b(?:will|shall|should|would|could|may|might|hope|hoping|expect|aim|aiming|plan|planning|going to|want|"
    r"nearly|almost|half|partly|about to|not|n't|need)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"(?:by|next|soon|tomorrow|later|after|before|when|once|if|unless|in|except|but)\b", re.IGNORECASE
)
# "1.7 isn't stuck any more": it goes on.
_UNBLOCKED = re.compile(
    r"^\s*(?:is\s?n['’]?t|is not|is no longer|no longer|not)\s+(?:stuck|blocked|on hold|held up)"
    r"(?:\s+any\s?(?:more|longer))?[\s,:;.–—-]*",
    re.IGNORECASE,
)
_TO_RECORD = frozenset(("mark", "set", "put", "record", "log", "note", "add", "update"))
_TELLING = re.compile(r"\b(?:was|is|were|are|stood|reached|came|to|at|in|for|on|now|the)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ProposedChange:
    """What would be recorded, as a command line; and the action or KPI that it is about."""

    line: str
    about: str
    form: str = ""
    # It changes the plan itself, which only a coordinator may.
    edits: bool = False


def propose_change(
    sentence: Sentence,
    text: str,
    lexicon: Lexicon,
    today: date,
    record: SubCommand,
    *,
    is_question: bool = False,
    about: str | None = None,
) -> ProposedChange | None:
    """The change that a cleaned sentence tells of; None for a question, or for what names no single action.

    `record` is the sub-command that records a figure. What is a fair question too (`is_question`) records
    none. `about` is the action that the sentence would otherwise ask about.
    """
    first, more = _first_sentence(text)
    if more and sentence.rest and not sentence.refs:
        # "Mark the dataset review as done. New dataset agreed on 1 December": the second is the note.
        change = propose_change(read_sentence(first, lexicon, today), first, lexicon, today, record)
        return replace(change, line=f"{change.line}: {as_typed(more)}") if change else None
    ref = _one_ref(sentence, lexicon)
    if ref is None and about is not None and not sentence.asks and (status := _last_says(text)):
        # "The templates went out to all teams, so that one's finished."
        return ProposedChange(f"/action update {about} {status}: {as_typed(text).strip(' .')}", about, about)
    if (
        ref is not None
        and _MOVE.search(text)
        and sentence.days is not None
        and sentence.days.last is not None
    ):
        # "Can we move 2.3.1 to March" asks for it as much as "move 2.3.1 to March".
        reason = _REASON.search(text)
        because = f": {as_typed(reason['why']).strip(' .')}" if reason else ""
        return ProposedChange(f"/action due {ref} {day_text(sentence.days.last)}{because}", ref, ref)
    says = _status_clause(text.partition(sentence.refs[0])[2])[0] if ref and sentence.refs else None
    # "2.2.2 can't move, still no tool" asks for no other date.
    if (_MOVE.search(text) and says is None) or (sentence.asks and not asks_to_record(text)):
        return None
    if ref is None:
        return None if is_question else _figure(text, lexicon, today, record)
    share = _SHARE.search(text)
    if share and sentence.refs and _PASSED.search(text):
        words = as_typed(_LINKING.sub("", f"{text.partition(sentence.refs[0])[2]} ")).strip(" :,;.–—-")
        note = f": {words}" if words else ""
        return ProposedChange(f"/action result {ref} {share['n']} of {share['of']}{note}", ref, ref)
    if share and not sentence.refs:
        return ProposedChange(f"/action note {ref}: {as_typed(text).strip()}", ref)
    if not sentence.refs:
        status = _status(sentence)
        # A day or a link says more than the title and the status.
        says_more = sentence.days is not None or "http" in text
        note = f": {as_typed(text).strip()}" if says_more else ""
        return ProposedChange(f"/action update {ref} {status}{note}", ref, ref) if status else None
    return _told_of(sentence, text, ref, is_question=is_question)


def _first_sentence(text: str) -> tuple[str, str]:
    found = re.match(r"(?P<first>[^.!?\n]{8,}[.!])\s+(?P<more>\S.*)", text, re.DOTALL)
    return (found["first"].rstrip(".! "), found["more"].strip()) if found else (text, "")


def asks_to_record(text: str) -> bool:
    """Whether it asks the bot to record something: "can you mark 2.3.5 as done"."""
    return (
        "?" not in text
        and re.match(
            r"(?:(?:can|could|would) (?:you|we) (?:please )?|please |pls )"
            r"(?:mark|set|record|note|put|add|update|log)\b",
            text,
            re.IGNORECASE,
        )
        is not None
    )


def _told_of(sentence: Sentence, text: str, ref: str, *, is_question: bool) -> ProposedChange | None:
    """What stands beside the one reference of a sentence: a status with a note, or a note."""
    before, _, after = text.partition(sentence.refs[0])
    unblocked = _UNBLOCKED.match(after)
    if unblocked is not None:
        note = as_typed(after[unblocked.end() :]).strip(" .")
        return ProposedChange(f"/action update {ref} in progress{f': {note}' if note else ''}", ref, ref)
    after_ref = _LINKING.sub("", f"{after} ").strip()
    before_ref = _ASKED_FOR.sub("", before).strip(" :,.")
    status, rest = read_status_word(after_ref)
    if status is None and not sentence.asks:
        status, rest = _status_clause(after)
    if status is None and _status_stands_before(sentence) and not _UNSURE.search(before):
        # "We've started on 2.3.4, first files are in."
        status, rest = _status(sentence), after_ref
    note = as_typed(_LINKING.sub("", f"{_POLITE.sub('', rest)} ")).strip(" :,;.–—-")
    if status is not None and not (_SHARE.search(note) or _NOT_YET.match(note)):
        return ProposedChange(f"/action update {ref} {status}{f': {note}' if note else ''}", ref, ref)
    words = as_typed(after if status is None else after_ref).strip(" :,;–—-") or before_ref
    if words and (sentence.rest or _NOTE.match(text) or not is_question or Cue.OPEN in sentence.cues):
        return ProposedChange(f"/action note {ref}: {words}", ref, ref)
    return None


_CLAUSES = re.compile(r"[,;:.!]\s+|\s[–—-]\s")
_POLITE = re.compile(
    r"^[\s,]*(?:(?:please|pls|plz|thanks|thank you|ta|for me|would you|could you|will you|sorry)\b[\s,!.]*)+",
    re.IGNORECASE,
)


# A clause with one of these asks, or says what ought to be.
_NO_TELLING = frozenset(
    ("what", "which", "who", "whose", "when", "where", "why", "how", "meant", "supposed", "ought", "by", "if")
)


def _status_clause(after: str) -> tuple[str | None, str]:
    """The status that a whole clause says and the other clauses: "cant move, still no audit tool"."""
    clauses = [one for one in _CLAUSES.split(after) if one.strip()]
    for at, clause in enumerate(clauses):
        status = _says(clause)
        if status is not None:
            return status, ", ".join(one for one in clauses[:at] + clauses[at + 1 :] if not _only_small(one))
    return None, after


def _says(clause: str) -> str | None:
    """The status that a clause says and nothing else: "it's done", "has kicked off", "cant move"."""
    words = plain_words(clause)
    if not _NO_TELLING.isdisjoint(words) or (_UNSURE.search(clause) and "can not" not in " ".join(words)):
        return None
    found: list[Cue] = []
    at = 0
    while at < len(words):
        counts = range(min(LONGEST_PHRASE, len(words) - at), 0, -1)
        count = next((one for one in counts if PHRASES.get(tuple(words[at : at + one])) in STATUSES), 0)
        if count:
            found.append(PHRASES[tuple(words[at : at + count])])
        elif words[at] not in SMALL_WORDS:
            return None
        at += count or 1
    return found[0].value if len(found) == 1 else None


def _last_says(text: str) -> str | None:
    """The status that the last clause of a sentence says: "so that one's finished"."""
    clauses = [one for one in _CLAUSES.split(text) if one.strip()]
    return _says(clauses[-1]) if len(clauses) > 1 else None


def _only_small(clause: str) -> bool:
    return all(word in SMALL_WORDS for word in plain_words(clause))


def _status_stands_before(sentence: Sentence) -> bool:
    """Whether the status comes before the reference: "we've started on 2.3.4, first files are in"."""
    return any(
        part in {f"“{cue}”" for cue in STATUSES}
        for part in sentence.parts[: sentence.words.index(sentence.refs[0])]
    )


def _status(sentence: Sentence) -> str | None:
    return next((cue.value for cue in sentence.cues if cue in STATUSES), None)


def _one_ref(sentence: Sentence, lexicon: Lexicon) -> str | None:
    """The one action that a sentence is about, by its reference or by the words of its title."""
    if sentence.sections or sentence.recommendations or len(sentence.refs) > 1:
        return None
    if sentence.refs:
        return sentence.refs[0]
    if _status(sentence) is None:
        return None
    words = [word for word in sentence.rest if not word.isdigit() and word not in _TO_RECORD]
    rest = frozenset(stem(one) for word in words for one in words_of(word))
    found = near_topics(lexicon, lexicon.actions, rest, sentence.stems)
    return found[0].key if len(found) == 1 else None


def _figure(text: str, lexicon: Lexicon, today: date, record: SubCommand) -> ProposedChange | None:
    """`fathers at conferences was 47% in 2019/20`: the line that records it."""
    plain = " ".join(_TELLING.sub(" ", text).split())
    try:
        values = parse(record.arguments, plain, today)
    except CommandNotUnderstood:
        return None
    name = str(values["name"])
    wanted = frozenset(stem(word) for word in words_of(name))
    found: Sequence[Topic] = near_topics(lexicon, lexicon.kpis, wanted, wanted)
    if len(found) != 1:
        return None
    # The period as it was written: what a person checks before they press.
    _, _, period = plain.partition(str(values["value"]))
    return ProposedChange(f"/kpi record {found[0].key} {values['value']} {period.strip()}", found[0].key)
