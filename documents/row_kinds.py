"""What kind of row or sheet of a plan's file something is, told by its texts."""

import re
from collections.abc import Sequence

from db.models import Progress
from db.rules.cell_statuses import read_cell_status
from db.rules.statuses import colour_name, read_status
from db.rules.text import CONTROL_CHARACTERS
from documents.draft import SECTION_WORDS, FileContent, Row
from documents.heading_rows import FoundHeadings, nearest_row

_KEY = re.compile(
    r"\b(?P<colour>blue|green|amber|yellow|red|grey|white|purple|black|orange|[BRAG](?=\s*[=:]))\b"
    r"\s*(?:=|:|–|-|is|means)\s*(?P<means>[^;,.\n|]+)",
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
    texts += [cell.text for row in content.rows for cell in row.cells if _KEY_TEXT.search(cell.text)]
    key: dict[str, Progress | None] = {}
    for text in texts:
        found = list(_KEY.finditer(text))
        letters = sum(len(match["colour"]) == 1 for match in found)
        for match in found:
            # "Part A: Leadership" is a title; a key explains several letters.
            if len(match["colour"]) > 1 or letters > 1:
                colour = match["colour"].lower()
                colour = _LETTERS.get(colour, colour).replace("yellow", "amber").replace("orange", "amber")
                key[colour] = _key_status(match["means"])
    return key


def _key_status(means: str) -> Progress | None:
    """The one status that a key gives a colour; None for words that mean none, or more than one."""
    found = read_cell_status(means, {})
    several = re.search(r"\bor\b|/", means)
    return read_status(means) or (None if several or found.doubt else found.progress)


# A cell that explains the colours: it begins with "Key", or names two of them.
_KEY_TEXT = re.compile(
    r"^\s*(?:(?:b?rag|status|colour) )?key\b.*[=:]|[=:].*\b(?:green|amber|red|[BRAG])\s*[=:]", re.IGNORECASE
)
_LETTERS = {"b": "blue", "r": "red", "a": "amber", "g": "green"}


def loose_text(row: Row) -> str:
    """A row beside the plan as text: a key's colour, also a fill, and its meaning joined by a colon."""
    parts = []
    for cell in row.cells:
        shade = colour_name(cell.colour)
        parts += [one for one in (shade, cell.text) if one]
    return " : ".join(parts)


def no_headings(rows: Sequence[Row]) -> str:
    """Why no row is a heading row: the nearest one, what it has, and how to say what the columns are."""
    near = nearest_row(rows)
    need = (
        "no row has the headings of an action plan: give it one for the actions (such as Action or What) and "
        "at least one more (such as Who, When, Success measures)"
    )
    if near is None:
        return need
    number, headings, best = near
    shown = ", ".join(f'"{one}"' for one in headings[:12])
    say = f'say which is the action with --map "{best}=action"'
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
_TOTAL = re.compile(
    r"(?:sub-?|grand )?totals?\b.*|(?:number|count|%) (?:of|on)\b.*|(?:completed?|closed|open|overdue"
    r"|on track)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[\d.,%\s]+(?:[a-z]+ ?){0,2}", re.IGNORECASE)


def is_guidance(texts: Sequence[str]) -> bool:
    """Whether a row tells how to fill in the table: every cell is in brackets or begins with "e.g."."""
    filled = [text.strip() for text in texts if text.strip()]
    if len(filled) > 1 and re.fullmatch(r"(?:e\.?g\.?|example)[\s:]*[\d.]*", filled[0], re.IGNORECASE):
        return True
    return len(filled) > 1 and all(_GUIDANCE.fullmatch(text) for text in filled)


def is_total(texts: Sequence[str]) -> bool:
    """Whether a row adds up the others: a total, then numbers."""
    filled = [text.strip() for text in texts if text.strip()]
    if len(filled) < 2 or not _TOTAL.fullmatch(filled[0]):
        return False
    return all(_COUNT.fullmatch(text) for text in filled[1:])


_LETTER = re.compile(r"^\(?(?P<label>[a-z]|\d{1,2}|i{1,3}|iv|v)[.)]\s+(?P<text>\S.*)$", re.IGNORECASE)


def lettered_parts(text: str) -> list[tuple[str, str]]:
    """The lettered or numbered parts of a text, each with its label; none where a line has no label."""
    found = [_LETTER.match(line) for line in text.split("\n")]
    return [(one["label"], one["text"]) for one in found if one] if all(found) else []


def lines_of(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return [(_LETTER.match(line) or {"text": line})["text"] for line in lines]
