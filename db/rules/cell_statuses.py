"""What a status cell of a plan says: words, colours, BRAG letters and percentages, alone or together.

The words tell how far an action is and the colour is a rating. Where a word cannot be settled nothing is
guessed: the caller asks a person.
"""

import re
from collections.abc import Mapping

from db.models import Progress
from db.rules.cell_colours import COLOURS, split_colour, without_marks, worse_of_two
from db.rules.complete_cells import AWAITS, CellStatus, read_complete, taken_back
from db.rules.doubtful_statuses import (
    by_first_words,
    not_telling,
    read_superseded,
    read_unusual,
    with_doubt,
)
from db.rules.due_dates import read_due
from db.rules.mixed_statuses import check_mixed
from db.rules.status_phrases import STATUS_PHRASES
from db.rules.statuses import COLOUR_WORDS, PROGRESS_WORDS

_SHARE = re.compile(
    r"(?:c\.?|circa|approx(?:\.|imately)?|about|around|~)?\s*(?:\d{1,2}\s*%?\s*(?:-|–|to)\s*)?"
    r"(?P<share>\d{1,3})\s*(?:%|per ?cent\b)(?:\s*(?:complete[d]?|done))?"
    r"|(?P<part>\d{1,3}) (?:out )?of (?P<whole>\d{1,3})(?: (?:complete[d]?|done|actions|steps))*"
)
# "Steering group met 11/11" is no target that was met.
_MEETING_MET = re.compile(
    r"^(?!.*\b(?:targets?|standards?|criteri\w+|requirements?|objectives?|conditions?|deadlines?|measures?|kpis?"
    r"|not|part|fully|all|been|has|is|was|are|partly|partially|now|actions?|recommendations?)\b).*\w\W+met$",
    re.IGNORECASE,
)
_ON_DAY = re.compile(
    r"[\s,:–—-]*\(?(?:on |in |at )?(?P<day>\d{1,2}(?:st|nd|rd|th)?[\s./-]+(?:\d{1,2}"
    r"|[A-Za-z]{3,9})[\s./-]+\d{2,4}"
    r"|(?:[A-Za-z]{3,9}|\d{1,2})[\s/]+(?:19|20)\d\d)\)?$",
    re.IGNORECASE,
)
_MOST_WORDS = 12
_BEGINS_COMPLETE = re.compile(
    r"(?:complete[d]?|closed|done|finished|implemented|delivered|achieved)\b(?! not\b)", re.IGNORECASE
)
# What takes "complete" back behind it is read together with it.
_NOT_BEFORE_COMPLETE = (Progress.IN_PROGRESS, Progress.NOT_STARTED)
_TOLD_FIRST = (Progress.NOT_STARTED, Progress.BLOCKED, Progress.SUPERSEDED)
# Word ticks its boxes with a cross.
_BOXES = {
    "☒": CellStatus(Progress.COMPLETE, doubt='"☒" is a ticked box: read as complete'),
    "☐": CellStatus(Progress.NOT_STARTED, doubt='"☐" is an empty box: recorded as not started'),
}


def _two_colours(bare: str, key: Mapping[str, Progress | None], written: str) -> CellStatus | None:
    """A cell with two colours is read as the worse one, for a person to check."""
    worse = worse_of_two(bare)
    if worse is None:
        return None
    read = _by_colour(worse, key, written)
    progress = f", {read.progress}" if read.progress else ""
    return CellStatus(read.progress, worse, doubt=f'"{written}" has two colours: read as {worse}{progress}')


def read_cell_status(text: str, key: Mapping[str, Progress | None]) -> CellStatus:
    """Read a status cell. `key` is what the file itself says that a colour or a word means."""
    written = " ".join(text.split())
    # Of a move, such as A→G, the new rating counts; an arrow alone is a trend.
    bare = re.sub(r"^.*(?:→|->|>)\s*(?=\w)", "", without_marks(written)).strip(" .:;-–*")
    if written in _BOXES:
        return _BOXES[written]
    if not bare:
        return CellStatus()
    if bare.lower() in key:
        colour = bare.lower() if bare.lower() in COLOURS else None
        return _settled(key[bare.lower()], colour, written)
    if (two := _two_colours(bare, key, written)) is not None:
        return two
    rating, words = split_colour(bare)
    if not words:
        return _by_colour(rating or "", key, written)
    return _with_rating(check_mixed(_read_words(words, written), words, written), rating, words, key, written)


def _with_rating(
    found: CellStatus, rating: str | None, words: str, key: Mapping[str, Progress | None], written: str
) -> CellStatus:
    """What the words say beside their colour, with a doubt where the two do not go together."""
    if rating is not None and found.progress is None and found.doubt is None:
        by_colour = _by_colour(rating, key, written)
        return CellStatus(by_colour.progress, rating, doubt=by_colour.doubt, note=words)
    if found.progress is None and found.doubt is None:
        return CellStatus(
            rating=rating, doubt=f'the status "{written}" is not a known one: recorded as not started'
        )
    if rating is not None and words.lower() in ONLY_OPEN:
        progress = key.get(rating) or COLOUR_WORDS.get(rating) or Progress.NOT_STARTED
        progress = Progress.IN_PROGRESS if progress is Progress.COMPLETE else progress
        open_and_rated = f'"{written}" says that it is open and rated {rating}: recorded as {progress}'
        return CellStatus(progress, rating, doubt=open_and_rated, note=words)
    doubt = found.doubt
    if rating == "blue" and doubt is None and found.progress is not Progress.COMPLETE and "blue" not in key:
        doubt = f'"{written}" is blue, which mostly means complete: recorded as {found.progress}'
    if found.progress is Progress.COMPLETE and rating in ("red", "amber") and doubt is None:
        doubt = f'"{written}" says complete and is rated {rating}: recorded as complete'
    return CellStatus(found.progress, rating, found.completed_on, doubt, found.note)


# It is not closed, which does not say whether it has begun.
ONLY_OPEN = frozenset(("open", "outstanding", "active", "live"))


def _by_colour(colour: str, key: Mapping[str, Progress | None], written: str) -> CellStatus:
    if colour in key:
        return _settled(key[colour], colour, written)
    if colour not in COLOUR_WORDS:
        return CellStatus(rating=colour, doubt=f'"{written}" has no usual meaning and the file has no key')
    progress = COLOUR_WORDS[colour]
    without = "which the key does not explain" if key else "with no key"
    doubt = f"rated {colour} by colour alone, {without}: read as {progress.value}"
    return CellStatus(progress, colour, doubt=doubt)


def _settled(progress: Progress | None, colour: str | None, written: str) -> CellStatus:
    if progress is not None:
        return CellStatus(progress, colour)
    name = colour or f'"{written}"'
    return CellStatus(
        rating=colour,
        doubt=f"rated {name}, but the plan's key does not give {name} one status: recorded as not started",
    )


def _read_words(words: str, written: str) -> CellStatus:
    plain = words.lower().strip(" .:;-–")
    if (vague := not_telling(plain, words, written)) is not None:
        return vague
    if (by_word := _read_word(plain, written) or _read_share(plain, words, written)) is not None:
        return by_word
    if (first := by_first_words(words)) is not None:
        return with_doubt(CellStatus(first, note=words), words, written)
    on_day = _ON_DAY.search(words)
    day = read_due(on_day["day"]).day if on_day else None
    without_day = words[: on_day.start()].strip(" -–—:(") if on_day and day else words
    if without_day.lower() in PROGRESS_WORDS:
        progress = PROGRESS_WORDS[without_day.lower()]
        return CellStatus(progress, completed_on=day if progress is Progress.COMPLETE else None)
    is_long = len(without_day.split()) > _MOST_WORDS
    for phrase, form in STATUS_PHRASES:
        # A long text tells how far it is by its first words; that it is complete not by these alone.
        begins = phrase in _TOLD_FIRST and form.match(without_day)
        found = begins if is_long else form.search(without_day)
        if not found or _MEETING_MET.match(without_day[: found.end()]):
            continue
        if phrase in _NOT_BEFORE_COMPLETE and _BEGINS_COMPLETE.match(without_day):
            continue
        if phrase is Progress.COMPLETE:
            return read_complete(without_day, found, day, written)
        if phrase is Progress.SUPERSEDED:
            return with_doubt(read_superseded(words, found, written), words, written)
        return with_doubt(CellStatus(phrase, note=words), words, written)
    return read_unusual(plain, words, written)


def _read_word(plain: str, written: str) -> CellStatus | None:
    """A cell that is one of the words for a status, or answers a question; None for another one."""
    if plain in PROGRESS_WORDS:
        lacks_rest = plain.endswith(("except", "the exception")) or plain == "mostly complete"
        doubt = f'"{written}" does not say what is left' if lacks_rest else None
        return CellStatus(PROGRESS_WORDS[plain], doubt=doubt)
    if plain in ("y", "yes", "n", "no", "true", "false"):
        progress = Progress.COMPLETE if plain[0] in "yt" else Progress.NOT_STARTED
        return CellStatus(progress, doubt=f'"{written}" is read as {progress.value}')
    return CellStatus(Progress.IN_PROGRESS) if plain in ("partial", "partly", "part") else None


_SHARE_WITH_NOTE = re.compile(r"(?P<share>\d{1,3})\s*%\s*[-–—:,(]+\s*(?P<note>.+?)\)?")


def _read_share(plain: str, words: str, written: str) -> CellStatus | None:
    share = _SHARE.fullmatch(plain)
    if share:
        return _by_share(_share_of(share), written)
    noted = _SHARE_WITH_NOTE.fullmatch(words)
    return _by_noted_share(int(noted["share"]), noted["note"], words, written) if noted else None


def _by_noted_share(share: int, note: str, words: str, written: str) -> CellStatus:
    """A share with a note: `75% - two teams left`, `100% (awaiting QA)`."""
    if share == 100 and AWAITS.search(note):
        return taken_back(words, written)
    found = _by_share(share, written)
    is_complete = found.progress is Progress.COMPLETE
    return CellStatus(
        found.progress, doubt=f'"{written}" is read as complete' if is_complete else found.doubt, note=words
    )


def _share_of(found: re.Match[str]) -> int:
    """The per cent of "60%" and of "3 of 5", which is 100 only where all are done."""
    if found["share"]:
        return int(found["share"])
    part, whole = int(found["part"]), int(found["whole"])
    return 100 * part // whole if whole else 0


def _by_share(share: int, written: str) -> CellStatus:
    if share > 100:
        return CellStatus(doubt=f'the status "{written}" is more than the whole: recorded as not started')
    if share == 100:
        return CellStatus(Progress.COMPLETE)
    return CellStatus(Progress.IN_PROGRESS if share else Progress.NOT_STARTED)
