"""Words of a status cell that say less than how far an action is, or say it unusually: each has a doubt."""

import re
from dataclasses import replace

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from db.models import Progress
from db.rules.complete_cells import CellStatus
from db.rules.dates import ANY_MONTH
from db.rules.statuses import PROGRESS_WORDS

# "Transferred to the neglect strategy": nobody works on it here.
_ELSEWHERE = re.compile(
    r"(?:transferred|moved|handed over|incorporated|merged|rolled) (?:in)?to\b"
    r"(?! (?:bau|business as usual)\b).*"
)
# "C/F to the next meeting", "Brought forward from October": it goes on in another list, and is open.
_CARRIED_ON = re.compile(
    r"(?:carr(?:ied|y) (?:forward|fwd|over)|c/f(?:wd)?|b/f(?:wd)?|brought forward|rolled over)\b.*"
)
# It is late, which does not say how far it is.
LATE = re.compile(
    r"(?:(?:open|ongoing|active|still open|not complete)\W+)?(?:over ?due|late|breached|missed"
    r"|slipp(?:ed|ing)|delayed|behind(?: schedule)?|running late|past (?:its |the )?(?:due )?date)"
)

# "Closed - not achieved": nobody works on it any more, and it was not done.
_CLOSED_UNDONE = re.compile(
    r"(?:closed|ended|expired)\W+(?:\w+\W+){0,2}(?:(?:not|never|without)\W+(?:\w+\W+){0,2}"
    r"(?:achieved|complet(?:e|ed|ion)|met|done|delivered|implemented)|incomplete|undelivered"
    r"|(?:as )?(?:un(?:achievable|achieved|successful|deliverable|met)|impossible|failed|not viable))"
)
_PROPOSED = re.compile(
    r"\b(?:propos\w+|recommend\w*|request\w*|suggest\w*|seek\w*)\b[\w\s]{0,12}\b(?:clos\w+|sign\w*[ -]off)"
)
_WILL_NOT_BE = re.compile(
    r"\b(?:won't|will not|cannot|can't|could not|unable to|fail(?:s|ed)? to)\s+(?:now\s+|be\s+)*"
    r"(?:done|complete[d]?|met|meet|delivered?|achieved?|implement(?:ed)?|proceed)\b"
)


# "Could not be started - vacancy", "Start delayed by vacancy".
_CANNOT_START = re.compile(
    r"\b(?:could not|cannot|can't|couldn't|unable to|not able to) (?:be )?(?:start|begin|commence"
    r"|progress)\w*"
    r"|\b(?:start|commencement)(?: date)? (?:is |has |was )?(?:been )?(?:delayed|slipped|late|moved)"
    r"|\bwould have (?:started|begun)\b"
)
# "No longer underway", "Work started and then stopped".
_STOPPED = re.compile(
    r"\bno longer (?:under ?way|in progress|being (?:progressed|worked on|taken forward)|progressing"
    r"|active)\b"
    r"|\b(?:started|commenced|begun|begins?|in progress)\b.*"
    r"(?:\b(?:then|but|now|since)|[,;]) (?:has )?(?:been )?"
    r"(?:stopped|ceased|ended|abandoned|halted)\b"
    r"|^(?:work )?(?:has )?(?:stopped|ceased)\b|\bwill not be progressed\b|^shelved\b"
)
_NOT_DONE = re.compile(
    r"not (?:yet )?(?:done|met|achieved|implemented|actioned|addressed|delivered)(?: yet"
    r"| so far)?(?:\s*[-–—:,;(].*)?"
)


def _went_on(plain: str, words: str, written: str) -> CellStatus | None:
    """Words that say that another list has it: the next one of the same kind, or somebody else's."""
    if _CARRIED_ON.fullmatch(plain):
        doubt = f'"{written}" says that it goes on and not how far it is: recorded as not started'
        return CellStatus(doubt=doubt, note=words)
    if _ELSEWHERE.fullmatch(plain):
        doubt = f'"{written}" says that it went elsewhere: recorded as superseded'
        return CellStatus(Progress.SUPERSEDED, doubt=doubt, note=words)
    return None


def not_telling(plain: str, words: str, written: str) -> CellStatus | None:
    """Words that say how an action goes and not how far it is, with the doubt about them."""
    if LATE.fullmatch(plain):
        doubt = f'"{written}" says that it is late and not how far it is: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt)
    if plain in ("at risk", "high risk", "some risk", "risk", "concern", "concerns", "issue", "issues"):
        doubt = f'"{written}" says how it goes and not how far it is: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
    if _NOT_DONE.fullmatch(plain):
        doubt = f'"{written}" does not say whether it has begun: recorded as not started'
        return CellStatus(Progress.NOT_STARTED, doubt=doubt, note=words)
    if plain in ("n/a", "na", "not applicable"):
        return CellStatus(Progress.SUPERSEDED, doubt=f'"{written}" is read as superseded')
    if (taken := _went_on(plain, words, written)) is not None:
        return taken
    if _PROPOSED.search(plain):
        doubt = f'"{written}" asks for it to be closed: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
    if _WILL_NOT_BE.search(plain):
        doubt = f'"{written}" says that it was not done and may never be: recorded as not started'
        return CellStatus(doubt=doubt, note=words)
    if re.match(r"not progress(?:ing|ed)\b", plain) or _STOPPED.search(plain):
        doubt = f'"{written}" says that it does not move: recorded as blocked'
        return CellStatus(Progress.BLOCKED, doubt=doubt, note=words)
    if _CLOSED_UNDONE.fullmatch(plain):
        doubt = f'"{written}" says that it is closed and was not done: recorded as not started'
        return CellStatus(doubt=doubt, note=words)
    return _not_begun(plain, words, written)


def _not_begun(plain: str, words: str, written: str) -> CellStatus | None:
    if _CANNOT_START.search(plain) is None:
        return None
    doubt = f'"{written}" says that it could not begin: recorded as not started'
    return CellStatus(Progress.NOT_STARTED, doubt=doubt, note=words)


# "One workshop cancelled due to snow", "Withdrawn consent form now in use": the action goes on.
_SUBJECT = re.compile(
    r"(?:.*[,;:.(–—-]\s*)?(?:(?:this|the|actions?|tasks?|recommendations?|it|is|are|was|were|has|have|been|now"
    r"|all|closed|complete[d]?|because|formally|agreed|as|since|fully)\b\s*)*",
    re.IGNORECASE,
)
_OF_A_THING = re.compile(
    r"\s+(?!(?:by|with|in|into|as|to|at|on|from|due|following|because|since|and|per|under|via|for|now|this"
    r"|actions?|after|when|of|until|altogether|completely|entirely|pending|required|needed)\b)[a-z]",
    re.IGNORECASE,
)


# "Declined by two schools", "Dropped from 40% to 20%", "Rejected by the board, to be revised".
_BY_SOME = re.compile(
    r"declined|dropped|rejected|removed|withdrawn|out of scope|not (?:required|needed|pursued)", re.IGNORECASE
)
_WITH_MORE = re.compile(
    r"\s+(?:by|from|to|in|at|on|for|until)\b(?! (?:the )?(?:(?:action |improvement )?plan|list|log|tracker"
    r"|board|partnership|group|panel|committee|scope)\b[^,;]*$)",
    re.IGNORECASE,
)


# "No draft available yet", "Hasnt started yet", "Yet to get under way".
_BEGINS_WITH_NO = re.compile(
    r"(?:(?:we|it|this|there|work|the \w+) )?(?:(?:is|has|have|was|were|are|been) )?"
    r"(?:no (?!(?:longer|issues?|concerns?|problems?|risks?|change|slippage|delays?|further)\b)"
    r"|not (?!(?:yet |quite |fully |all )*"
    r"(?:complete|finish|clos|done|on track|signed|achiev|embed|deliver|met))"
    r"|nothing|nobody|none|never|neither|yet to|unable|cannot|can ?not|can't|cant|could(?:n't| not)|hasn'?t"
    r"|haven'?t"
    r"|isn'?t|won'?t|have not|has not)\b|.*\bwas never\b|.*\bnothing has\b|.*\bnot been able\b",
    re.IGNORECASE,
)
# "Ongoing vacancy", "Was on track until the strike".
_MAY_STAND_STILL = re.compile(
    r"\b(?:vacanc\w+|lack(?:ing)?|difficult\w+|problems?|issues? with|was (?!\w+ed\b)|until|without|stuck)\b"
    r"|^(?:on-?going|live|active) (?:issues?|problems?)\b",
    re.IGNORECASE,
)
# "Blocked - the supplier has not delivered": what stands behind is why.
_BLOCKED_FIRST = re.compile(
    r"(?:blocked|on hold|paused|stalled)"
    r"(?:\s*[-–—:;,.(]|\s+(?:by|until|due|pending|because|as|since|while|awaiting)\b)",
    re.IGNORECASE,
)
_NO_LONGER_BLOCKED = re.compile(
    r"\b(?:resolved|resumed|restarted|recommenced|lifted|unblocked|no longer|back on track|then)\b"
    r"|(?<!not )(?<!n't )(?<!until )\b(?:now )?(?:complete[d]?|done|closed)\W*$",
    re.IGNORECASE,
)
# "In progress: 2 of 5 completed": what is complete is a part.
_BEGUN_FIRST = re.compile(
    r"(?:in progress|on-?going|on track|under ?way)\s*[-–—:;,.(]\s*(?P<rest>.+)", re.IGNORECASE
)
_OF_A_PART = re.compile(
    r"\b(?:\d+ (?:out )?of \d+|\d+/\d+|to be|phase|stage|part|draft|first|second|one|two|three|some|half"
    r"|most)\b"
    r"|\b(?!100)\d{1,2} ?%",
    re.IGNORECASE,
)
_MORE_THAN_A_WORD = re.compile(r"\w\W+\w")


def by_first_words(words: str) -> Progress | None:
    """What a cell's first words say where the rest is why it is blocked, or which part is complete."""
    if _BLOCKED_FIRST.match(words) and not _NO_LONGER_BLOCKED.search(words):
        return Progress.BLOCKED
    begun = _BEGUN_FIRST.match(words)
    return Progress.IN_PROGRESS if begun and _OF_A_PART.search(begun["rest"]) else None


def with_doubt(found: CellStatus, words: str, written: str) -> CellStatus:
    """A status that one word of a cell says, with a doubt where the others may say something else."""
    if found.doubt is not None or not _MORE_THAN_A_WORD.search(words):
        return found
    if found.progress is Progress.IN_PROGRESS and _BEGINS_WITH_NO.match(words):
        doubt = f'"{written}" may say that it has not begun: recorded as not started'
        return CellStatus(Progress.NOT_STARTED, doubt=doubt, note=words)
    stands = found.progress is Progress.IN_PROGRESS and _MAY_STAND_STILL.search(words)
    waits = found.progress is Progress.NOT_STARTED and re.search(r"\bpending\b", words, re.IGNORECASE)
    refused = found.progress is Progress.SUPERSEDED and re.search(r"\brejected\b", words, re.IGNORECASE)
    put_off = found.progress is Progress.BLOCKED and re.match(
        r"(?:deferred|postponed) (?:to|until)\b", words, re.IGNORECASE
    )
    if stands or waits or refused or put_off:
        return replace(found, doubt=f'"{written}" is read as {found.progress}')
    return found


def read_superseded(words: str, found: re.Match[str], written: str) -> CellStatus:
    """A word for superseded, where it speaks of the action and not of something that belongs to it."""
    after = words[found.end() :]
    is_of_part = _OF_A_THING.match(after) or (_BY_SOME.search(found[0]) and _WITH_MORE.match(after))
    if _SUBJECT.fullmatch(words[: found.start()]) and not is_of_part:
        return CellStatus(Progress.SUPERSEDED, note=words)
    doubt = f'"{written}" may speak of the action or of a part of it: recorded as in progress'
    return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)


# Said of work that is over, in most plans.
_AS_COMPLETE = re.compile(
    r"(?:(?:now|moved|transferred|in|into|to|part of|is|all|this|has|have|been|policy|tool)\s+)*"
    r"(?:concluded|fulfilled|sustained|assured|evidenced|bau|business as usual|launched|published|went live"
    r"|gone live|live since|rolled out|adopted|c|comp(?:l(?:td|eted)?)?|cmplt)"
    rf"(?:[\s,:–-]*\(?(?:on|in|since)?\s*[\d\s./'’-]*(?:(?:{ANY_MONTH})\.?[\s\d'’-]*)?\)?)?",
    re.IGNORECASE,
)
_SHORT_FORMS = {"ip": Progress.IN_PROGRESS, "ns": Progress.NOT_STARTED, "100": Progress.COMPLETE}
_WORDS = list(PROGRESS_WORDS)
# A word is misspelt with so much of it right.
_MISSPELT = 82


def read_unusual(plain: str, words: str, written: str) -> CellStatus:
    """Words that only some plans use, and misspelt ones: each with a doubt."""
    progress = _SHORT_FORMS.get(plain)
    if progress is None and _AS_COMPLETE.fullmatch(plain):
        progress = Progress.COMPLETE
    if progress is None and re.fullmatch(r"0?\.\d{1,2}", plain):
        progress = Progress.IN_PROGRESS if float(plain) else Progress.NOT_STARTED
    if progress is None and len(plain) > 4 and len(plain.split()) < 3:
        best = extractOne(plain, _WORDS, scorer=ratio, score_cutoff=_MISSPELT)
        progress = PROGRESS_WORDS[best[0]] if best and best[0][0] == plain[0] else None
    if progress is None:
        return CellStatus()
    return CellStatus(progress, doubt=f'"{written}" is read as {progress.value}', note=words)
