"""How far an action is by a report in sentences, where no status says it.

Each sentence is read as a status cell would be. Where none says one, what was done shows that it has begun.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date

from db.models import COMPLETED, Progress
from db.rules.complete_cells import MAYBE_A_PART, CellStatus
from db.rules.dates import ANY_MONTH
from db.rules.due_dates import read_due

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\s*\n\s*|\s*;\s*|,?\s+(?:but|although|however)\s+", re.IGNORECASE)
# What is only meant to happen.
_TO_COME = re.compile(
    r"\b(?:will|shall|to|should|must|needs?|not|never|cannot|can't|couldn't|hasn't|haven't|yet|would|could"
    r"|may|might)"
    r"(?: (?:not|be|have|been|to|yet))*\s+\w+",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:held|met|drafted|circulated|issued|sent|written|agreed|appointed|recruited|trained|attended|returned"
    r"|delivered|published|launched|established|set up|in place|developed|being \w+ed|reviewed|presented"
    r"|shared|scoped|identified|mapped|commissioned|undertaken|(?:took|taken) place|(?:working|work) (?:on"
    r"|with)"
    r"|developing|drafting|reached|consulted|rolled out|started|begun|commenced|progressed|analysed|submitted"
    r"|approved|updated|created|completed|finished|embedded|uploaded|staffed|procured|purchased|tested|piloted"
    r"|asked|contacted|invited|visited|found|confirmed|received|signed|audited|surveyed|collected|ran|runs"
    r"|is being made)\b|\b\d{1,3} ?%|\b\d+ (?:out )?of \d+\b",
    re.IGNORECASE,
)
_WAITS = re.compile(
    r"\b(?:a?wait(?:ing|s)?(?: for)?|pending|unable to (?:proceed|progress|start)"
    r"|(?:cannot|can't|can not) (?:be )?(?:proceed|progress|start|move)\w*|stuck|no capacity|held up)\b",
    re.IGNORECASE,
)
# "14/10/26 - Completed and signed off."
_ENTRY = re.compile(
    rf"(?:^|(?<=[.;\n])|(?<=\n ))\s*(?P<day>\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}"
    rf"|(?:\d{{1,2}} )?(?:{ANY_MONTH}) (?:20)?\d\d)"
    r"\s*[:–-]\s*(?=\S)",
    re.IGNORECASE,
)
# "On hold pending the framework", "In progress. Two of four workshops held": the first words are a status.
_BEGINS = re.compile(
    r"(?:(?:in progress|on-?going|on track|under ?way)(?=\s*(?:[.,;:–-]|$))"
    r"|(?:on hold|paused|blocked|stalled|superseded|withdrawn|cancelled|not (?:yet )?started)"
    r"(?=\s*(?:[.,;:–-]|$)|\s+(?:by|pending|until|due|while|as|because|since|awaiting|for|with|following)\b))",
    re.IGNORECASE,
)
# "This work is ongoing and is reported each quarter."
_GOES_ON = re.compile(
    r"\b(?:is|are|remains?|continues?)(?: (?:still|now|well|to be))? "
    r"(?:on-?going|on track|in progress|under ?way|progressing)\b",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"\b(?:not|nothing|no longer|never|none|was|were|until|unless|if|\w+n't)\b", re.IGNORECASE
)
_RESUMED = re.compile(r"\b(?:restarted|resumed|recommenced|back (?:on track|under ?way))\b", re.IGNORECASE)
_MOST_QUOTED = 80


def _entries(report: str) -> list[tuple[tuple[date, int], str]]:
    """The entries of a log that begin with their day, each with that day and its place."""
    found = list(_ENTRY.finditer(report))
    entries = []
    for at, one in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(report)
        if (day := read_due(one["day"]).day) is not None:
            entries.append(((day, at), report[one.end() : end].strip(" .;\n")))
    return entries


def read_report(report: str, read: Callable[[str], CellStatus]) -> CellStatus:
    """What a report says of how far the action is, with a doubt unless it plainly goes on.

    `read` reads a sentence as a status cell. Nothing is known where no sentence says a status and no work is
    told of.
    """
    said = " ".join(report.split())[:_MOST_QUOTED]
    entries = _entries(report)
    if len(entries) > 1:
        newest = read_report(max(entries, key=lambda one: one[0])[1], read)
        if newest.progress is None:
            return newest
        doubt = f'"{said}" has {len(entries)} entries, and the newest counts: recorded as {newest.progress}'
        return CellStatus(newest.progress, completed_on=newest.completed_on, doubt=doubt)
    sentences = [one.strip(" .;") for one in _SENTENCE.split(report) if one and one.strip(" .;")]
    told = [one for one in map(read, sentences) if one.progress is not None]
    if told:
        return _by_beginning(report, said, told) or _by_sentences(report, said, told, len(sentences))
    if _GOES_ON.search(report) and not _TAKES_BACK.search(report):
        return CellStatus(Progress.IN_PROGRESS)
    if _tells_of_work(report):
        return _of_work(said)
    if _WAITS.search(report):
        return CellStatus(Progress.BLOCKED, doubt=f'"{said}" says what it waits for: recorded as blocked')
    return CellStatus()


def _by_sentences(report: str, said: str, told: Sequence[CellStatus], count: int) -> CellStatus:
    """What those of a report's `count` sentences say that say a status."""
    statuses = {one.progress for one in told}
    if len(statuses) > 1 or (statuses == {Progress.BLOCKED} and _RESUMED.search(report)):
        doubt = f'"{said}" says more than one status: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt)
    if statuses == {Progress.NOT_STARTED} and _tells_of_work(report):
        # "140 staff trained so far, with further sessions planned".
        return _of_work(said)
    progress = told[0].progress
    doubted = next((one for one in told if one.doubt), None)
    if doubted is not None and (doubted.progress not in COMPLETED or count == 1):
        return doubted
    if progress is Progress.IN_PROGRESS:
        return told[0]
    if progress in COMPLETED and (len(told) < count or doubted is not None):
        # "Audit completed. Findings go to the board."
        doubt = f'"{said}" {MAYBE_A_PART}: recorded as in progress'
        return CellStatus(Progress.IN_PROGRESS, doubt=doubt)
    return CellStatus(progress, completed_on=told[0].completed_on, doubt=f'"{said}" is read as {progress}')


def _by_beginning(report: str, said: str, told: Sequence[CellStatus]) -> CellStatus | None:
    """The status with which a report plainly begins, where no sentence says another one."""
    begins = _BEGINS.match(report.strip())
    if begins is None or not told or {one.progress for one in told} != {told[0].progress}:
        return None
    progress = told[0].progress
    is_mixed = progress is Progress.NOT_STARTED and _tells_of_work(report)
    doubt = f'"{said}" is read as not started' if is_mixed else None
    return CellStatus(progress, doubt=doubt) if progress not in COMPLETED else None


def _tells_of_work(report: str) -> bool:
    return _WORK.search(_TO_COME.sub(" ", report)) is not None


def _of_work(said: str) -> CellStatus:
    doubt = f'"{said}" tells of work that was done: recorded as in progress'
    return CellStatus(Progress.IN_PROGRESS, doubt=doubt)
