"""Cells whose words say more than one status, or hedge the one that they say: nothing of it is lost silently.

"Police complete; Health not started", "Oct: not started. Nov: draft written", "On hold? No".
"""

import re

from db.models import CLOSED, Progress
from db.rules.complete_cells import ANSWERS_NO, CellStatus
from db.rules.status_phrases import STATUS_PHRASES
from db.rules.statuses import PROGRESS_WORDS, read_status

_HEDGED_BEFORE = re.compile(
    r"\b(?:likely|risk|possibly|potentially|probably|perhaps|may|might|could|would|not yet|threatened"
    r"|about to|propos\w+|request\w*|recommend\w*|if|unless)\b",
    re.IGNORECASE,
)
_HEDGED_AFTER = re.compile(r"\s*\?|\W+(?:partly|partially|in part|some|maybe|tbc)\W*$", re.IGNORECASE)
_NOT_BEGUN = re.compile(
    r"\b(?:not|\w*n't|never|yet to be|to be|be|yet to) (?:yet |been |fully )*(?:started|begun|commenced"
    r"|completed?|done|delivered|closed|drafted|written)\b",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"\b(?:in progress|begun|started|commenced|under ?way|on-?going|draft(?:ed|ing)?|scoping|complete[d]?"
    r"|done|delivered|closed|finished|(?:meetings?|workshops?|sessions?) held|written|appointed|recruited"
    r"|on track)\b",
    re.IGNORECASE,
)
# What a later word says of an action that was on hold or given up.
_GOES_ON_AGAIN = re.compile(
    r"\b(?:back on|on (?:track|target)|resum(?:ed|ing)|restart(?:ed|ing)|reinstated|restored"
    r"|re-?opened|revived|in progress|under ?way|on-?going|moving|started|begun|resolved|unblocked"
    r"|complete[d]?|closed|done)\b",
    re.IGNORECASE,
)
_IN_SOME_PLACE = re.compile(
    r"\W*(?:(?:in|at|for|by) (?!the (?:plan|year)|this|q[1-4]|\d|any|all|every|jan|feb|mar|apr|may|jun|jul"
    r"|aug|sep|oct|nov|dec|spring|summer|autumn|winter|line|place)\w|:?\s*\d+ (?:out )?of \d+)",
    re.IGNORECASE,
)
# "Sep 26: not started. Nov 26: group has met twice."
_MORE_SAID = re.compile(
    r"[.;]\s*(?!await|pending|due\b|to\b|will\b|planned|waiting|subject|no\b|not\b|scheduled|because|delay|as\b)"
    r"\w+(?:\W+\w+){2,}",
    re.IGNORECASE,
)
# "Declined" may be said of an offer.
_MAY_BE_OF_OTHERS = re.compile(r"\b(?:declined|refused)\b", re.IGNORECASE)
_NOW_COMPLETE = re.compile(r"\bnow (?:fully |all )?(?:complete[d]?|closed|done|finished)\W*$", re.IGNORECASE)
_FEWEST_CHOICES = 3


def check_mixed(found: CellStatus, words: str, written: str) -> CellStatus:
    """What a cell says, with a doubt where its other words say something else.

    `found` is what was read of `words`. One with a doubt is asked about already, and `read_complete` looks at
    all that stands beside a word for complete.
    """
    if (
        found.progress in (None, Progress.COMPLETE)
        or found.doubt is not None
        or words.lower() in PROGRESS_WORDS
    ):
        return found
    if _is_list_of_choices(words):
        return CellStatus(doubt=f'"{written}" has every choice: recorded as not started', note=words)
    at = _place_of(found.progress, words)
    if at is None:
        return found
    before, after = words[: at[0]], words[at[1] :]
    if ANSWERS_NO.fullmatch(after):
        instead = Progress.IN_PROGRESS
        if found.progress is Progress.IN_PROGRESS:
            instead = Progress.NOT_STARTED
        return CellStatus(instead, doubt=f'"{written}" is read as {instead}', note=words)
    if found.progress is Progress.NOT_STARTED:
        return _check_not_started(found, f"{before} {after}", after, words, written)
    if found.progress in (Progress.BLOCKED, Progress.SUPERSEDED):
        return _check_stopped(found, before, after, words, written)
    if _NOW_COMPLETE.search(words):
        return CellStatus(Progress.COMPLETE, doubt=f'"{written}" is read as complete', note=words)
    return found


def _is_list_of_choices(words: str) -> bool:
    """Whether a cell still has all that may be chosen: "Not started / In progress / Complete"."""
    choices = [choice.strip() for choice in re.split(r"[/|,]|\bor\b", words)]
    read = {read_status(choice) for choice in choices}
    return len(read) >= _FEWEST_CHOICES and None not in read


def _place_of(progress: Progress, words: str) -> tuple[int, int] | None:
    """Where the words stand that say this status."""
    for phrase, form in STATUS_PHRASES:
        if phrase is progress and (found := form.search(words)) is not None:
            return found.span()
    return None


def _check_not_started(found: CellStatus, others: str, after: str, words: str, written: str) -> CellStatus:
    rest = _NOT_BEGUN.sub(" ", others)
    for progress in (Progress.SUPERSEDED, Progress.BLOCKED):
        if _place_of(progress, rest) is not None:
            doubt = f'"{written}" says not started and {progress}: recorded as {progress}'
            return CellStatus(progress, doubt=doubt, note=words)
    if _BEGUN.search(rest):
        doubt = f'"{written}" says that a part has begun: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
    if _IN_SOME_PLACE.match(after) or _MORE_SAID.search(after):
        doubt = f'"{written}" may speak of a part: recorded as not started'
        return CellStatus(found.progress, doubt=doubt, note=words)
    return found


def _check_stopped(found: CellStatus, before: str, after: str, words: str, written: str) -> CellStatus:
    is_hedged = _HEDGED_BEFORE.search(before) or _HEDGED_AFTER.match(after)
    rest = _NOT_BEGUN.sub(" ", f"{before} {after}")
    goes_on = _GOES_ON_AGAIN.search(rest) and not (found.progress in CLOSED and _is_only_closed(rest))
    if is_hedged or goes_on:
        said = "does not say for certain" if is_hedged else "says more than one status"
        doubt = f'"{written}" {said}: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
    if _MAY_BE_OF_OTHERS.search(words):
        return CellStatus(found.progress, doubt=f'"{written}" is read as {found.progress}', note=words)
    return found


def _is_only_closed(rest: str) -> bool:
    """Whether only "closed" stands beside a word for superseded: it is closed because of that."""
    return not _GOES_ON_AGAIN.search(
        re.sub(r"\b(?:closed|complete[d]?|done)\b", " ", rest, flags=re.IGNORECASE)
    )
