"""Rows that sum up the rows below them, as exports of project tools write them: they are sections."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from documents.draft import Row
from documents.heading_meanings import HeadingRow
from documents.heading_rows import FoundHeadings

# "Recommendation 1: …" may be an action without a lead.
PARENT_TITLE = re.compile(
    r"(?:work ?stream|priority|theme|strand|pillar|domain|phase|section)\s+\d{1,3}\s*[:–-]\s*\S",
    re.IGNORECASE,
)


def parent_rows(rows: Sequence[Row], found: FoundHeadings) -> set[int]:
    """The rows that nobody leads and whose next row is a part of them.

    The next row is indented further, by spaces or as Excel does it, or has the number of this one before its
    own: 2 and 2.1.
    """
    parents: set[int] = set()
    heading, before = None, (-1, 0, 0, "")
    for at, row in enumerate(rows):
        if at in found.headings:
            heading, before = found.headings[at], (-1, 0, 0, "")
        elif heading is not None and row.banner is None:
            text, ref = (_raw(row, heading, name) for name in ("text", "ref"))
            if not text.strip():
                continue
            spaces = len(text) - len(text.lstrip(" \u00a0\t"))
            above, spaces_above, indent_above, number = before
            indent = row.indent or _outline_level(row, heading)
            is_part = spaces > spaces_above + 1 or indent > indent_above
            is_part = is_part or (number.isdigit() and ref.startswith(f"{number}."))
            if above >= 0 and is_part and not _raw(rows[above], heading, "leads").strip():
                parents.add(above)
            before = (at, spaces, indent, ref.strip())
    return parents


def _outline_level(row: Row, heading: HeadingRow) -> int:
    """The level that a column of Microsoft Project gives a row: 2 is a part of the last 1."""
    for at, name in enumerate(heading.headings):
        if _OUTLINE.fullmatch(name.strip()) and at < len(row.cells) and row.cells[at].text.strip().isdigit():
            return int(row.cells[at].text)
    return 0


def titles_by_key(rows: Sequence[Row], found: FoundHeadings) -> Mapping[str, str]:
    """What the topmost row above each row is called that others name as their parent, by its key.

    Empty unless every row that names a parent names the key of another row. A parent without one itself is a
    section, and so has no section's name of its own.
    """
    texts: dict[str, str] = {}
    parents: dict[str, str] = {}
    heading = None
    for at, row in enumerate(rows):
        heading = found.headings.get(at, heading)
        if at in found.headings or heading is None or row.banner is not None:
            continue
        key, parent, text = (_raw(row, heading, name).strip() for name in ("ref", "section", "text"))
        if key:
            texts[key], parents[key] = text, parent
    named = {parent for parent in parents.values() if parent}
    if not named or not named <= texts.keys():
        return {}
    return {key: texts[_topmost(key, parents)] for key in named}


_OUTLINE = re.compile(r"(?:outline|indent|wbs) ?level|level", re.IGNORECASE)
_LONGEST_NAME = 60
_MOST_ALONE = 0.5
# "Commission an audit" is an action, also where nobody leads it yet.
_IMPERATIVE = re.compile(
    r"(?:to |please )?(?:agree|appoint|arrange|audit|brief|build|check|collect|commission|complete|consider"
    r"|consult|create|deliver|design|develop|devise|embed|ensure|establish|evaluate|explore|extend|finalise|hold"
    r"|identify|implement|improve|include|increase|introduce|invite|issue|launch|lead|maintain|make|map|meet"
    r"|monitor|offer|organise|plan|prepare|produce|promote|provide|publish|put|recruit|reduce|refresh|relaunch"
    r"|report|request|review|revise|roll out|run|seek|send|set up|share|strengthen|support|survey|test|train"
    r"|undertake|update|use|work with|write)\b(?! of\b)",
    re.IGNORECASE,
)


def sheets_of_groups(rows: Sequence[Row]) -> set[str | None]:
    """The sheets with at least half of their filled rows whole: a row of one cell may name a group there."""
    filled = [row for row in rows if any(cell.text.strip() for cell in row.cells)]
    inside = Counter(row.sheet for row in filled)
    alone = Counter(row.sheet for row in filled if row.banner is not None)
    return {sheet for sheet, count in inside.items() if alone[sheet] <= _MOST_ALONE * count}


def names_group(rows: Sequence[Row], at: int, heading: HeadingRow) -> bool:
    """Whether the only cell of a row in the column of actions names the group of the rows below it.

    The next row is whole, and it says no sentence. Its sheet is one of `sheets_of_groups`.
    """
    title = (rows[at].banner or "").strip()
    if len(title) > _LONGEST_NAME or title[-1:] in ".?" or _IMPERATIVE.match(title):
        return False
    below = next((row for row in rows[at + 1 :] if any(cell.text.strip() for cell in row.cells)), None)
    if below is None or below.banner is not None or below.sheet != rows[at].sheet:
        return False
    return any(_raw(below, heading, name).strip() for name in ("leads", "due"))


def _topmost(key: str, parents: Mapping[str, str]) -> str:
    seen = {key}
    while (above := parents.get(key, "")) and above not in seen:
        key = above
        seen.add(key)
    return key


def _raw(row: Row, heading: HeadingRow, name: str) -> str:
    """The text of a row's first cell of a meaning, as it is written."""
    places = heading.places.get(name, ())
    return row.cells[places[0]].text if places and places[0] < len(row.cells) else ""
