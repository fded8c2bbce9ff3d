"""What kind of row or sheet of a plan's file something is, told by its texts."""

import re
from collections.abc import Sequence

from db.models import Progress
from db.rules.statuses import read_status
from db.rules.text import CONTROL_CHARACTERS
from documents.draft import SECTION_WORDS, FileContent, Row
from documents.heading_rows import FoundHeadings, nearest_row

_KEY = re.compile(
    r"\b(?P<colour>blue|green|amber|yellow|red|grey)\b\s*(?:=|:|–|-|is|means)\s*(?P<means>[^;,.\n|]+)",
    re.IGNORECASE,
)
# A merged row with more characters is a note to the reader, not a title.
LONGEST_TITLE = 200
_BULLET = re.compile(r"^[•·▪o]\s+")


def tidy(text: str) -> str:
    """A cell's text with single spaces and without bullets. Its lines stay lines."""
    text = CONTROL_CHARACTERS.sub("", text)
    if "\n" not in text:
        return _BULLET.sub("", " ".join(text.split()))
    lines = (_BULLET.sub("", " ".join(line.split())) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def used_numbers(content: FileContent) -> set[str]:
    """The whole numbers with which titles and the first three cells of rows begin."""
    found = set()
    for row in content.rows:
        for text in (row.banner, *(cell.text for cell in row.cells[:3])):
            number = re.match(rf"\s*(?:{SECTION_WORDS} )?(\d{{1,3}})(?=[.):\s]|$)", text or "", re.IGNORECASE)
            if number and len(text or "") < LONGEST_TITLE:
                found.add(number[1])
    return found


def colour_key(content: FileContent) -> dict[str, Progress | None]:
    """The progress that the plan itself gives each colour, or None for words that do not mean one status."""
    texts = [*content.loose, *(row.banner for row in content.rows if row.banner)]
    key: dict[str, Progress | None] = {}
    for match in (match for text in texts for match in _KEY.finditer(text)):
        colour = match["colour"].lower().replace("yellow", "amber")
        key[colour] = read_status(match["means"])
    return key


def no_headings(rows: Sequence[Row]) -> str:
    """Why no row is a heading row: the nearest one, what it has, and how to say what the columns are."""
    near = nearest_row(rows)
    need = (
        "no row has the headings of an action plan: give it one for the actions (such as Action or What) "
        "and at "
        "least one more (such as Who, When, Success measures)"
    )
    if near is None:
        return need
    number, headings = near
    shown = ", ".join(f'"{one}"' for one in headings[:12])
    say = f'say which is the action with --map "{headings[0]}=action"'
    return f"{need}. Row {number} comes nearest, with {shown}: {say}"


_GENERIC_SHEET = re.compile(
    r"(?:sheet ?\d*|(?:action |improvement |the )*plan|actions?|(?:action )?tracker|(?:action |risk "
    r"|issue )?log|tasks?"
    r"|table \d+|data|master|current|live|(?:closed|completed?|open|archived?|done|finished|ongoing|new)"
    r"(?: actions?| items?| tasks?)?|archive)",
    re.IGNORECASE,
)


def section_sheets(rows: Sequence[Row], found: FoundHeadings) -> set[str]:
    """The sheets that are sections: there are several with actions, and none says its sections otherwise."""
    with_headings = {rows[at].sheet: heading for at, heading in found.headings.items()}
    if len(with_headings) < 2 or None in with_headings:
        return set()
    if any("section" in heading.places for heading in with_headings.values()) or found.titles:
        return set()
    return {sheet for sheet in with_headings if sheet and not _GENERIC_SHEET.fullmatch(sheet.strip())}


_GUIDANCE = re.compile(
    r"[\[(<].*[\])>]|(?:e\.?g\.?|for example|example:|insert|enter|please|choose|select from|drop ?down"
    r"|type here)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_TOTAL = re.compile(r"(?:sub-?|grand )?totals?\b.*|(?:number|count) of actions.*", re.IGNORECASE)


def is_guidance(texts: Sequence[str]) -> bool:
    """Whether a row tells how to fill in the table: every cell is in brackets or begins with "e.g."."""
    filled = [text.strip() for text in texts if text.strip()]
    return len(filled) > 1 and all(_GUIDANCE.fullmatch(text) for text in filled)


def is_total(texts: Sequence[str]) -> bool:
    """Whether a row adds up the others: a total, then numbers."""
    filled = [text.strip() for text in texts if text.strip()]
    if len(filled) < 2 or not _TOTAL.fullmatch(filled[0]):
        return False
    return all(re.fullmatch(r"[\d.,%\s]+", text) for text in filled[1:])


_LETTER = re.compile(r"^\(?(?P<label>[a-z]|\d{1,2}|i{1,3}|iv|v)[.)]\s+(?P<text>\S.*)$", re.IGNORECASE)


def lettered_parts(text: str) -> list[tuple[str, str]]:
    """The lettered or numbered parts of a text, each with its label; none where a line has no label."""
    found = [_LETTER.match(line) for line in text.split("\n")]
    return [(one["label"], one["text"]) for one in found if one] if all(found) else []


def lines_of(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return [(_LETTER.match(line) or {"text": line})["text"] for line in lines]
