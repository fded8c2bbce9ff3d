"""A word for complete in a cell of a plan, and the words beside it that may take it back."""

import re
from dataclasses import dataclass
from datetime import date

from db.models import Progress
from db.rules.completion import awaits_only_sign_off, takes_back, without_nothing_left
from db.rules.dates import ANY_MONTH
from db.rules.due_dates import read_due

# How a doubt calls what may be said of the whole action or of a part.
MAYBE_A_PART = "may speak of all of it or of a part"
_DAY_FIRST = re.compile(
    r"[\s,:–—-]*\(?(?:on |in )?(?P<day>\d{1,2}(?:st|nd|rd|th)?[\s./-]+"
    r"(?:\d{1,2}|[A-Za-z]{3,9})[\s./-]+\d{2,4})\)?(?=\s*[-–—:;,.(]|$)"
)


@dataclass(frozen=True)
class CellStatus:
    """What a status cell says. None: it does not say.

    `doubt` is a sentence for a person, where the words can be read in more than one way or in none.
    """

    progress: Progress | None = None
    rating: str | None = None
    completed_on: date | None = None
    doubt: str | None = None
    note: str = ""


# Words that take "complete" back wherever they stand beside it.
AWAITS = re.compile(
    r"\b(?:await\w*|still|rework|re-?work|to be|outstanding|pending|needs?|needed|required|once|subject to"
    r"|except|but|however|not|tbc|check|verify|unless|until|re-?open\w*|save for|bar|apart from"
    r"|other than|only|to date|so far"
    r"|on-?going|continu\w+|phases?|stages?|some|most|half|few|several|draft|partial\w*|to follow"
    r"|in (?:progress|train|development)|under ?way|next (?:steps?|phase|stage)|(?<!review )due(?! date)"
    r"|provisional\w*|interim|lapsed|expired|no longer|remain(?:s|ing|der)|the rest|booked"
    r"|revers\w+|slipp\w+|on paper|wanting|(?:sent|handed|referred) back|challenged?|lost|disagree\w*"
    r"|disput\w+|fail\w*|no evidence|unchanged|relapsed|deteriorat\w+|worsen\w*|continues?"
    r"|will (?:attend|follow|complete|finish|be (?:trained|done|completed|delivered|finished)))\b",
    re.IGNORECASE,
)


# What may stand before a word for complete without changing it.
_HARMLESS = re.compile(
    r"(?:(?:now|all|fully|full|well|actions?|tasks?|work|recommendations?|this|it|is|are|been|has|have|was"
    r"|were|the|officially|formally|successfully|already|yes)\b[\s,:.–-]*|\(?\d{1,2}(?:[.):]|\s+[–-])\s*)*",
    re.IGNORECASE,
)
# "14/10/26 Complete".
_DAY_BEFORE = re.compile(r"(?P<day>\d{1,2}[/.]\d{1,2}[/.]\d{2,4})\W*")
_ONLY_SOME = re.compile(
    r"\b(?:half|part\w*|few|little|none|never|rarely|hardly|nothing|under ?way|in progress|ongoing|started"
    r"|begun|nearly|almost|mostly|largely)\b",
    re.IGNORECASE,
)


_PART_OF = re.compile(r"\s*(?P<part>\d{1,3})(?: (?:out )?of |/)(?P<whole>\d{1,3})\b(?!/)")
_BY_WHEN = re.compile(rf"\s*(?:by|at) (?:the )?(?:end|\d|next|{ANY_MONTH})\b", re.IGNORECASE)


# "Closed? No": the cell answers the question that its first words ask.
ANSWERS_NO = re.compile(
    r"[\s:=?(\[–—-]+(?:n|no|nope|none|false|0|not really|untrue|never|✗|✘)[)\]\s.!]*", re.IGNORECASE
)
# Another status beside "complete".
_STILL_OPEN = re.compile(
    r"\b(?:(?:re-?)?open(?! (?:day|evening|session|access|house)s?\b)|in progress|under ?way|on hold|blocked"
    r"|paused|stalled|incomplete|in review|work(?:ing)? on|red|amber|delayed|at risk"
    r"|not (?:started|begun))\b",
    re.IGNORECASE,
)
# "Done. 94% trained": of those who should be.
_SHARE_OF_WORK = re.compile(
    r"\b(?!100)\d{1,2} ?% (?:of (?:all |the )?\w+|trained|complete[d]?|done|attended|delivered|signed"
    r"|returned)\b",
    re.IGNORECASE,
)
# "Complete with exception of Probation".
_WITH_EXCEPTION = re.compile(
    r"[\s,:–-]+with (?:the |an? |some |few |one |two |three |\d )?exceptions?\b", re.IGNORECASE
)
# "Forecast: complete", "Proposed status: complete": what is meant to be.
_NOT_NOW = re.compile(
    r"(?:forecast|proposed|expected|aim|target|planned|predicted|anticipated|projected|desired)\b[^:.]{0,30}:",
    re.IGNORECASE,
)
# "Complete (I think)", "Complete!?", "Done, with caveats".
_HEDGED = re.compile(
    r"\b(?:(?:i|we) (?:think|believe|hope|assume)|hopefully|allegedly|apparently|supposedly|presumably"
    r"|unverified|unconfirmed|not verified|caveats?|fingers crossed|under (?:review|protest|challenge)"
    r"|challenged|disputed)\b"
    r"|\?\s*$",
    re.IGNORECASE,
)
# "Closed – risk accepted", "Implemented (self-declared)": a few words that may say less than complete.
_QUALIFIED = re.compile(
    r"(?!\W*(?:y|yes|true|✓|100 ?%)\W*$)\s*[(\[–—:;,=&~/-]+\s*"
    r"(?!.*\b(?:embedded|evidenced?|signed|bau|business as usual|complete[d]?|closed|see|seen"
    r"|review (?:due|date|planned|in|on)|reviewed (?:annually|yearly|at|in|on)|no further|nothing"
    r"|done|verified|by|in place)\b)[^.\n]{1,40}[)\]]?",
    re.IGNORECASE,
)


# "Completed the review of files", "Closed to new referrals": the words name what was done or closed, which
# may be a part. "Completed on time" and "Delivered across the county" do not.
_NAMES_WORK = re.compile(
    r"\s+(?!(?:and|&|on (?!\w+s\b)|at|in|by|via|with|see|per|since|from|during|last|this|now|fully|across"
    r"|within|ahead|early|late|throughout|under|following|after|before|through|using|successfully|today"
    rf"|{ANY_MONTH}|q[1-4]|w/[ce]|spring|summer|autumn|winter|into|targets?|standards?|criteria|requirements?"
    r"|as (?!far\b)|to (?:time|plan|standard|schedule|target|date)"
    r"|for (?:all|good|every|each|now)|n/?a|all|everywhere|already|previously|earlier|again)\b)[a-z\d]",
    re.IGNORECASE,
)


# "Completed - review due March 2026": that is not when it was completed.
_OF_ANOTHER_DAY = re.compile(
    r"\b(?:due|reviews?|next|until|expected|planned|scheduled|start\w*|began|begun|first|last|open\w*|request\w*"
    r"|update\w*|ends?|baseline|previous|old|draft|contract|dated|version|met|funding)\b",
    re.IGNORECASE,
)


def _after_complete(word: str, after: str, day: date | None) -> tuple[str, date | None]:
    """What stands after a word for complete, without its day and by whom, and that day."""
    on_day = _DAY_FIRST.match(after)
    first = read_due(on_day["day"]).day if on_day else None
    if on_day and first:
        # "Completed 10/11/26 – 212 replies".
        day, after = first, after[on_day.end() :]
    elif _OF_ANOTHER_DAY.search(after):
        return after, None
    if word.lower().endswith(("signed off", "closed", "discharged")) and not _BY_WHEN.match(after):
        # By whom: "Closed by the board".
        after = re.sub(r"^\s*(?:by|at) (?![\w\s'’&/-]*\bonly\b)(?:(?!\s[-–—]\s)[\w\s'’&/-])+", "", after)
    return after, day


def _before_complete(before: str, day: date | None) -> tuple[str, date | None]:
    """What stands before a word for complete, without its day, and that day."""
    dated = _DAY_BEFORE.fullmatch(before) if day is None else None
    first = read_due(dated["day"]).day if dated else None
    return ("", first) if first is not None else (before, day)


def read_complete(words: str, found: re.Match[str], day: date | None, written: str) -> CellStatus:
    """A word for complete, unless the other words take it back."""
    if (dated := _read_day(words, found, written)) is not None:
        return dated
    after, day = _after_complete(found[0], words[found.end() :], day)
    before, day = _before_complete(words[: found.start()], day)
    if awaits_only_sign_off(after):
        doubt = f'"{written}" waits for a sign-off alone: recorded as complete'
        return CellStatus(Progress.COMPLETE, completed_on=day, doubt=doubt, note=words)
    if _WENT_ELSEWHERE.search(words[found.end() :]):
        doubt = f'"{written}" says complete and that it went elsewhere: recorded as superseded'
        return CellStatus(Progress.SUPERSEDED, doubt=doubt, note=words)
    if _WITH_EXCEPTION.match(after):
        return CellStatus(Progress.COMPLETE_WITH_EXCEPTION, completed_on=day, note=words)
    if _is_taken_back(before, after, day):
        return taken_back(words, written)
    if day is None and _NAMES_WORK.match(after):
        return _maybe_a_part(words, written)
    note = words if after.strip(" .") else ""
    if _HARMLESS.fullmatch(before):
        asked = _doubt_after(after, day, written)
        return CellStatus(Progress.COMPLETE, completed_on=day, doubt=asked, note=note)
    if _ONLY_SOME.search(before) or takes_back(before, after_colon=False):
        return taken_back(words, written)
    share = _PART_OF.match(before)
    all_of_it = share is not None and share["part"] == share["whole"]
    if all_of_it or found[0].lower().endswith("met") or re.search(r"(?:[.;:,–—-]|\band)\s*$", before):
        # "5 of 5 sessions delivered", "All criteria met" and "Issued 2 November. Closed" speak of the whole.
        return CellStatus(
            Progress.COMPLETE, completed_on=day, doubt=f'"{written}" is read as complete', note=words
        )
    return _maybe_a_part(words, written)


def _is_taken_back(before: str, after: str, day: date | None) -> bool:
    """Whether the words beside a word for complete say another status, or that something is left."""
    if ANSWERS_NO.fullmatch(after) or _STILL_OPEN.search(f"{before} {after}") or _HEDGED.search(after):
        return True
    # After the day, or in a sentence of its own, stands a note on the work: "Completed 24 July 2026. 92% more
    # confident", "Complete. No further action".
    is_note = day is not None or after.lstrip().startswith((".", ";"))
    left = AWAITS.search(without_nothing_left(f"{before} {after}"))
    return left is not None or takes_back(after, after_colon=is_note) or _NOT_NOW.match(before) is not None


def _doubt_after(after: str, day: date | None, written: str) -> str | None:
    """The doubt about words after "complete" that may say less than that; None for others."""
    if day is None and _IN_A_YEAR.match(after) and not _QUALIFIED.fullmatch(after):
        return _ask_day(written)
    if (day is None and _QUALIFIED.fullmatch(after)) or _SHARE_OF_WORK.search(after):
        return f'"{written}" is read as complete'
    return None


# "Complete early 2027" may be to come.
_IN_A_YEAR = re.compile(
    r"(?:[\s,:–-]|\b(?:early|mid|late|during|in|at|the|end|of|sometime)\b)*\b20\d\d\b", re.IGNORECASE
)
# "Complete by March" is a promise, and "Completed in Sept" a report.
_PROMISE = re.compile(
    rf"\s*[,:–-]?\s*\(?by (?:the )?(?:end|early|mid|late|start|\d|next|q[1-4]|spring|summer|autumn|easter"
    rf"|christmas|{ANY_MONTH})\b|\s*by\s*$",
    re.IGNORECASE,
)
_WHEN_DONE = re.compile(
    rf"[\s,:–-]*\(?(?:(?:on|in|at|as of|as at|since|during) )?(?:the )?"
    rf"(?P<when>(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{ANY_MONTH})\.?(?:[\s'’/-]*(?:20)?\d\d)?"
    r"|q[1-4](?:[\s,]+(?:20)?\d\d(?:/\d\d)?)?"
    r"|(?:spring|summer|autumn)(?: term)?(?: 20\d\d)?|20\d\d(?:/\d\d)?)\)?",
    re.IGNORECASE,
)
_SHARE_OR_MONTH = re.compile(r"[\s,:–-]*\(?\d{1,2}/\d{1,2}\)?")
_ON_SOME_DAY = re.compile(r"[\s,:–-]*\(?(?:on|as of|as at|at) \d{1,2}/\d{1,2}\)?", re.IGNORECASE)
# "Moved to the neglect plan", and not "moved on 4 October" or "moved to 19 March".
_WENT_ELSEWHERE = re.compile(
    r"\b(?:(?:transferred|moved|merged|incorporated) (?:(?:in)?to|with|in(?= (?:action )?\d))"
    r"|handed (?:over )?to|passed to|picked up (?:in|by)|see (?:the )?new)\b(?! (?:bau|business as usual)\b)"
    r"(?!\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)?\s+[A-Z])"
    r"|\bcarried (?:forward|over)\b|\bc/f(?:wd)?\b",
    re.IGNORECASE,
)


def _read_day(words: str, found: re.Match[str], written: str) -> CellStatus | None:
    """A word for complete and when, with nothing else; None for other words."""
    after = words[found.end() :]
    if not _HARMLESS.fullmatch(words[: found.start()]):
        return None
    if _PROMISE.match(after):
        doubt = f'"{written}" says by when it is to be complete: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
    if _SHARE_OR_MONTH.fullmatch(after):
        doubt = f'"{written}" may say when it was complete, or how much of it: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
    if _ON_SOME_DAY.fullmatch(after):
        return CellStatus(Progress.COMPLETE, doubt=_ask_day(written), note=words)
    when = _WHEN_DONE.fullmatch(after)
    if when is None:
        return None
    day = read_due(when["when"]).day
    # "Closed Q2" says enough; "Complete in 2027" may be to come.
    is_told = day is not None or re.fullmatch(r"q[1-4]", when["when"], re.IGNORECASE) is not None
    return CellStatus(
        Progress.COMPLETE, completed_on=day, doubt=None if is_told else _ask_day(written), note=words
    )


def _ask_day(written: str) -> str:
    return f'"{written}" is read as complete: give the day with its year'


def taken_back(words: str, written: str) -> CellStatus:
    """In progress, with the doubt that the words say complete and take it back."""
    doubt = f'"{written}" says complete and takes it back: recorded as in progress'
    return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)


def _maybe_a_part(words: str, written: str) -> CellStatus:
    doubt = f'"{written}" {MAYBE_A_PART}: recorded as in progress'
    return CellStatus(Progress.IN_PROGRESS, doubt=doubt, note=words)
