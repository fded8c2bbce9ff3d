"""Status words and progress reports, read into two separate fields: progress and outcome.

A report that does not mention outcomes gives no outcome: "All actions completed" does not say whether the
actions helped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar, assert_never

from db.models import Outcome, Progress
from db.rules.completion import awaits_only_sign_off, takes_back

S = TypeVar("S", bound=StrEnum)


def status_by_word(vocabulary: type[S], words: Mapping[S, str]) -> dict[str, S]:
    """Each word with its status, from the words of each status, separated by `|`.

    Raises `ValueError` if a status lacks its own name among its words, or two statuses share a word.
    """
    found: dict[str, S] = {}
    for status, joined in words.items():
        for word in joined.split("|"):
            if found.setdefault(word, status) is not status:
                raise ValueError(f"“{word}” is used for “{found[word]}” and for “{status}”")
    nameless = [status.value for status in vocabulary if found.get(status.value) is not status]
    if nameless:
        raise ValueError(f"no words for: {', '.join(nameless)}")
    return found


# The words that people use for a status, checked at import. The longest match is taken.
PROGRESS_WORDS = status_by_word(
    Progress,
    {
        Progress.NOT_STARTED: "not started|not begun|to do|todo|not yet started|pending|planned|open",
        Progress.IN_PROGRESS: (
            "in progress|started|ongoing|on-going|on going|underway|under way|on track|begun|"
            "working on it|in hand|progressing|partially complete|partly complete|in-progress|"
            "partially completed|partly completed|in train|at risk|off track|slipping|delayed|"
            "behind|not complete|not completed|not yet complete|not yet completed|incomplete"
        ),
        Progress.BLOCKED: "blocked|stuck|on hold|stalled|waiting|held up",
        Progress.COMPLETE: "complete|completed|done|finished|closed|achieved|delivered|complete d",
        Progress.COMPLETE_WITH_EXCEPTION: (
            "complete with exception|completed with exception|complete with exceptions|"
            "completed with exceptions|complete with an exception|mostly complete|done except|"
            "completed with the exception|complete except|completed except"
        ),
        Progress.SUPERSEDED: "superseded|replaced|withdrawn|no longer needed|cancelled|canceled",
    },
)
OUTCOME_WORDS = status_by_word(
    Outcome,
    {
        Outcome.NOT_ASSESSED: "not assessed|not stated|unknown|not known|not yet assessed|none|tbc",
        Outcome.ONGOING: "ongoing|on-going|on going|in progress|partly achieved|partially achieved",
        Outcome.ON_TRACK: "on track|on-track|likely|expected",
        Outcome.ACHIEVED: "achieved|met|fully achieved|all achieved|yes",
        Outcome.NOT_ACHIEVED: "not achieved|not met|missed|failed|no",
    },
)
# By convention, a blue box is completed work. The other colours judge how the work goes, which this bot
# derives from dates. Above all, a green box must not become "complete".
COLOUR_WORDS = {
    "blue": Progress.COMPLETE,
    "green": Progress.IN_PROGRESS,
    "amber": Progress.IN_PROGRESS,
    "red": Progress.IN_PROGRESS,
    "grey": Progress.NOT_STARTED,
}
_PALETTE = {
    "blue": ((0, 112, 192), (0, 176, 240), (68, 114, 196), (0, 0, 255), (91, 155, 213)),
    "green": ((0, 176, 80), (146, 208, 80), (0, 255, 0), (112, 173, 71), (198, 239, 206), (0, 128, 0)),
    "amber": ((255, 192, 0), (255, 165, 0), (255, 255, 0), (237, 125, 49), (255, 235, 156), (255, 153, 0)),
    "red": ((255, 0, 0), (192, 0, 0), (255, 199, 206), (255, 80, 80), (204, 0, 0)),
    "grey": ((191, 191, 191), (217, 217, 217), (128, 128, 128), (166, 166, 166), (242, 242, 242)),
}


@dataclass(frozen=True)
class StatusReport:
    """What a progress cell says. None or an empty text: the cell does not say.

    `exception` is what is not complete, and `outstanding_due` is when it is expected. Both dates are texts as
    written.
    """

    progress: Progress | None = None
    outcome: Outcome | None = None
    exception: str = ""
    outstanding_due: str = ""
    outcome_due: str = ""


def colour_name(rgb: str | None) -> str | None:
    """The colour `RRGGBB` as blue, green, amber, red or grey, by the nearest usual shade.

    None for no fill, for white and black, and for the pale tints that only decorate a table.
    """
    if rgb is None or not re.fullmatch(r"[0-9A-Fa-f]{6}", rgb):
        return None
    channels = tuple(int(rgb[at : at + 2], 16) for at in (0, 2, 4))
    if min(channels) > 245 or max(channels) < 40:
        return None
    distance, name = min(
        (sum((a - b) ** 2 for a, b in zip(channels, shade, strict=True)), name)
        for name, shades in _PALETTE.items()
        for shade in shades
    )
    spread = max(channels) - min(channels)
    # Tables are decorated with pale blues, and a grey with a tint is one of these.
    is_decoration = (name == "grey" and spread > 20) or (name == "blue" and spread < 100)
    return name if distance < 3600 and not is_decoration else None


def read_status(text: str) -> Progress | None:
    """The progress that a status word or short phrase means. None for any other text."""
    plain = re.sub(r"\s+", " ", text).strip(" .:;-").lower()
    plain = re.sub(r"^(?:b?rag|status|rated?)[:\s-]+", "", plain)
    if plain in PROGRESS_WORDS:
        return PROGRESS_WORDS[plain]
    return COLOUR_WORDS.get(plain)


# A report of so few words is a status.
_SHORT_REPORT = 6
_FIRST_SENTENCE = re.compile(r"(?P<word>[A-Za-z][A-Za-z' -]{1,24}?)\s*[-–—:,;]\s+[^.]+")


def leading_status(report: str) -> str:
    """The status that a report is or begins with, else nothing: "On hold", "60%", boxes to tick.

    Of "Not started - awaiting funding. The bid is due in May." it is the first sentence.
    """
    first = _FIRST_SENTENCE.match(report)
    if first and read_status(first["word"]):
        return first[0]
    return report if len(report.split()) <= _SHORT_REPORT or "☐" in report else ""


def read_outcome(text: str) -> Outcome | None:
    """The outcome that a word or short phrase means. None for any other text."""
    plain = re.sub(r"\s+", " ", text).strip(" .:;-").lower()
    return OUTCOME_WORDS.get(plain)


_DONE = r"(?:(?:have|has) (?:all )?been |are (?:all |now )?|is (?:now )?|now )?complete(?:d)?\b"
_COMPLETE = re.compile(rf"^(?:(?:all )?(?:the )?actions? )?{_DONE}", re.IGNORECASE)
# What can follow "completed" in a report of complete work: the end of the sentence, a date, a source or the
# outcome. Anything else ("phase 1", "by March", "2 of 5", "awaiting sign off") means that it is not complete.
_STILL_COMPLETE = re.compile(
    r"^\s*[.;!]?$"
    r"|^[\s,–-]*\(?(?:(?:in|on|as at|since)\s+)?(?:the\s+)?(?:\d{1,2}(?:st|nd|rd|th)?[\s./-]+)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d{1,2}[./-]|(?:19|20)\d\d)[\w\s./-]*\)?[.;]?$"
    r"|^[\s,–-]*(?:see|evidenced? |and (?:all )?outcomes?\b|and (?:closed|signed off|embedded|in place))",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"\b(?:with the exception of|except(?: for)?|apart from|other than|bar|but|although|though)"
    r"\s+(?P<what>[^.]+)",
    re.IGNORECASE,
)
_UNDERWAY = re.compile(
    r"^(?:all )?(?:the )?actions?(?: and outcomes?)? (?:are |is |remain )?(?:still )?"
    r"(?:on-?\s?going|in progress|under ?way|on-?\s?track)|^work (?:has begun|is under ?way|continues)",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\b((?:the )?end of (?:[A-Z][a-z]+ )?(?:19|20)\d\d|(?:early|mid|late)[ -](?:19|20)\d\d|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December) "
    r"(?:19|20)\d\d)",
    re.IGNORECASE,
)
_OUTCOMES = re.compile(r"\boutcomes?\b", re.IGNORECASE)


@lru_cache(maxsize=1024)
def read_progress(text: str) -> StatusReport:
    """Read the text of a progress report. What it does not say is None or empty.

    The dates of outstanding work and of an outcome stay as written ("late 2015"), because a report does not
    set a due date of the plan.
    """
    prose = re.sub(r"\s+", " ", text.replace("\xa0", " ")).strip()
    if not prose:
        return StatusReport()
    word = read_status(prose)
    if word is not None:
        return StatusReport(progress=word)
    sentences = [part for part in re.split(r"(?<=[.;])\s+", prose) if part]
    progress, exception, outstanding_due = _read_actions(sentences)
    outcome, outcome_due = _read_outcomes(sentences)
    return StatusReport(progress, outcome, exception, outstanding_due, outcome_due)


def _read_actions(sentences: list[str]) -> tuple[Progress | None, str, str]:
    """The progress, the exception, and when the exception is expected."""
    for index, sentence in enumerate(sentences):
        following = " ".join(sentences[index : index + 2])
        complete = _COMPLETE.match(sentence)
        if complete:
            exception = _EXCEPTION.search(sentence)
            if exception is not None:
                what = exception["what"].strip()
                return Progress.COMPLETE_WITH_EXCEPTION, what, _when(following)
            rest = sentence[complete.end() :]
            says_nothing_else = _STILL_COMPLETE.match(rest) and not takes_back(rest, after_colon=True)
            if says_nothing_else or awaits_only_sign_off(rest):
                return Progress.COMPLETE, "", ""
            return None, "", ""
        if _UNDERWAY.match(sentence):
            return Progress.IN_PROGRESS, "", _when(following)
    return None, "", ""


def _read_outcomes(sentences: list[str]) -> tuple[Outcome | None, str]:
    """The outcome, and when it is expected."""
    for index, sentence in enumerate(sentences):
        if not _OUTCOMES.search(sentence):
            continue
        rest = _OUTCOMES.split(sentence, maxsplit=1)[1]
        if re.search(r"\bactions? and outcomes?\b", sentence, re.IGNORECASE):
            # "Actions and outcomes are on-going. They are on-track to be completed by …"
            rest += " " + " ".join(sentences[index + 1 : index + 2])
        outcome = _match_outcome(rest)
        if outcome is not None:
            return outcome, _when(rest) if _is_expected_later(outcome) else ""
    return None, ""


def _match_outcome(rest: str) -> Outcome | None:
    """The outcome in the words that follow "outcomes"."""
    if re.search(r"\bnot (?:yet )?(?:been )?(?:achieved|met)\b", rest, re.IGNORECASE):
        return Outcome.NOT_ACHIEVED
    if re.search(r"\bon[- ]track\b", rest, re.IGNORECASE):
        return Outcome.ON_TRACK
    if re.search(r"\b(?:on-?\s?going|partly|partially|some)\b", rest, re.IGNORECASE):
        return Outcome.ONGOING
    if _ACHIEVED.search(rest):
        return Outcome.ACHIEVED
    return None


def _is_expected_later(outcome: Outcome) -> bool:
    """Whether a date beside the outcome is when it is expected."""
    match outcome:
        case Outcome.NOT_ASSESSED | Outcome.ONGOING | Outcome.ON_TRACK:
            return True
        case Outcome.ACHIEVED | Outcome.NOT_ACHIEVED:
            return False
        case _:
            assert_never(outcome)


# "Achieved in part", "met?" and "achieved in 2 of 5 areas" are not achieved.
_ACHIEVED = re.compile(
    r"^\W*(?:(?:have|has|are|were|was)\s+(?:all\s+)?(?:been\s+)?)?(?:achieved|met)"
    r"(?:\s*[.;!,]|\s*$|\s+and\b|\s+in\s+(?:full|[A-Z][a-z]+\s+\d{4}))",
    re.IGNORECASE,
)


def _when(text: str) -> str:
    found = _WHEN.search(text)
    return re.sub(r"^the ", "", found[1]) if found else ""
