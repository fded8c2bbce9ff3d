"""What kind of row or sheet of a plan's file something is, told by its texts."""

import re
from collections.abc import Collection, Sequence

from db.models import Progress
from db.rules.cell_colours import CIRCLES, COLOUR_LETTERS, usual_colour
from db.rules.cell_statuses import read_cell_status
from db.rules.doubtful_statuses import LATE
from db.rules.statuses import COLOUR_WORDS, colour_name, read_status
from db.rules.text import CONTROL_CHARACTERS
from documents.draft import SECTION_WORDS, DocumentError, FileContent, Row
from documents.heading_meanings import meaning, plain
from documents.heading_rows import FoundHeadings, nearest_row
from documents.heading_words import LEGEND

_KEY = re.compile(
    r"\b(?P<colour>blue|green|amber|yellow|red|grey|white|purple|black|orange"
    r"|[BRAGWYP](?=\s*[=:]))\b"
    r"(?:\s*(?:=|:|–|-|is|means)\s*(?P<means>"
    # Up to the next colour, where a slash stands between: "Blue = complete / Green = on track".
    r"(?:(?!\s*[/–-]\s*(?:blue|green|amber|yellow|red|grey|white|[BRAGWYP])\s*[=:])[^;,.\n|])+)"
    r"|\s\((?P<brackets>[^()]+)\))",
    re.IGNORECASE,
)
# "Progress is rated Blue (complete), Green (on track)" is a key, and one "Red (Jane)" is not.
_LEAST_BRACKETED = 2
# A key stands near the top of its table, or apart.
_KEY_WITHIN = 12
# A merged row with more characters is a note to the reader, not a title.
LONGEST_TITLE = 200
_BULLET = re.compile(r"^[•·▪o]\s+")
_BULLETS = ("•", "·", "▪", "o", " ")


def tidy(text: str) -> str:
    """A cell's text with single spaces and without bullets. Its lines stay lines."""
    if text.isprintable() and "  " not in text and text[:1] not in _BULLETS:
        # Most cells of a plan of ten thousand rows.
        return text.strip(" ")
    text = CONTROL_CHARACTERS.sub("", text)
    if "\n" not in text:
        return _BULLET.sub("", " ".join(text.split()))
    lines = (_BULLET.sub("", " ".join(line.split())) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


_BEGINS_WITH_NUMBER = re.compile(rf"\s*(?:{SECTION_WORDS} )?(\d{{1,3}})(?=[.):\s]|$)", re.IGNORECASE)


def used_numbers(content: FileContent, found: FoundHeadings) -> set[str]:
    """The whole numbers with which titles and the first three cells of rows begin.

    A lead such as "1. Head of MASH" says nothing about sections.
    """
    of_people = {
        at
        for heading in found.headings.values()
        for name in ("leads", "supporters")
        for at in heading.places.get(name, ())
    }
    looked_at = [at for at in range(3) if at not in of_people]
    texts = {row.cells[at].text for row in content.rows for at in looked_at if at < len(row.cells)}
    texts |= {row.banner for row in content.rows if row.banner}
    numbers = (_BEGINS_WITH_NUMBER.match(text) for text in texts if len(text) < LONGEST_TITLE)
    return {number[1] for number in numbers if number}


def colour_key(content: FileContent, headings: Collection[int] = ()) -> dict[str, Progress | None]:
    """The progress that the plan itself gives each colour, or None for words that do not mean one status."""
    above = content.rows[: min(_KEY_WITHIN, *headings)] if headings else content.rows[:_KEY_WITHIN]
    texts = [*content.loose, *(row.banner for row in content.rows if row.banner)]
    texts += [cell.text for row in content.rows for cell in row.cells if _explains_colours(cell.text)]
    # A key may have a cell for each colour. Below the headings "Red – not started" is of one action.
    texts += ["; ".join(cell.text for cell in row.cells if cell.text.strip()) for row in above]
    texts = [_named_colours(text) for text in texts]
    key: dict[str, Progress | None] = {}
    for text in texts:
        found = list(_KEY.finditer(text))
        if not any(_key_status(match["means"] or match["brackets"]) for match in found):
            # "R: Head of Service; A: DCS" says who is responsible and who is accountable.
            continue
        letters = sum(len(match["colour"]) == 1 for match in found)
        bracketed = sum(match["brackets"] is not None for match in found)
        for match in found:
            if match["brackets"] and bracketed < _LEAST_BRACKETED:
                continue
            # "Part A: Leadership" is a title; a key explains several letters.
            if len(match["colour"]) > 1 or letters > 1:
                key[usual_colour(match["colour"].lower())] = _key_status(match["means"] or match["brackets"])
    return key


def _named_colours(text: str) -> str:
    """A key's text with the names of its coloured circles: `🔵 embedded 🟢 on course`."""
    for circle, name in CIRCLES.items():
        text = re.sub(rf"{circle}\ufe0f?\s*[:=–-]?\s*", f"; {name} = ", text)
    return text


# What stands above a list of whom initials or short names stand for.
_NAMES = re.compile(
    r"(?:key to )?(?:initials|abbreviations|acronyms|glossary)(?: .*)?|(?:action )?(?:owners|leads|contacts)"
)


def legend_rows(rows: Sequence[Row], headings: Collection[int]) -> set[int]:
    """The rows that explain the colours of a table: from "Key" on to a blank row or the next table.

    Above the first table, and where no row says "Key", also those with a colour and a few words.
    """
    found = _colours_above(rows, min(headings, default=0))
    found |= {at for at, row in enumerate(rows) if row.banner and _explains_colours(row.banner)}
    inside = False
    for at, row in enumerate(rows):
        if at in headings or not (row.banner or any(cell.text.strip() or cell.colour for cell in row.cells)):
            inside = False
        elif not inside and (
            LEGEND.fullmatch(plain(_first_text(row))) or (row.banner and _NAMES.fullmatch(plain(row.banner)))
        ):
            inside = True
        if inside:
            found.add(at)
    return found


def explains_colour(row: Row) -> bool:
    """Whether a row of a key has a colour in it, or is the word above them."""
    text = loose_text(row)
    first = _first_text(row).strip().lower()
    return bool(
        LEGEND.match(plain(first))
        or first in (*COLOUR_WORDS, *COLOUR_LETTERS)
        or _KEY.search(_named_colours(text))
        or any(colour_name(cell.colour) for cell in row.cells)
    )


def _first_text(row: Row) -> str:
    """The text of a banner, or of the first cell that is filled."""
    return row.banner or next((cell.text for cell in row.cells if cell.text.strip()), "")


def _colours_above(rows: Sequence[Row], first: int) -> set[int]:
    """The rows before the first table that are a colour, as a fill or a word, and what it means."""
    found = set()
    for at, row in enumerate(rows[:first]):
        filled = [cell for cell in row.cells if cell.text.strip() or colour_name(cell.colour)]
        if len(filled) != 2 or row.banner is not None or row.sheet != rows[first].sheet:
            continue
        shade, means = filled
        named = not means.colour and shade.text.strip().lower() in (*COLOUR_WORDS, *COLOUR_LETTERS)
        if means.text.strip() and (named or (colour_name(shade.colour) and not shade.text.strip())):
            found.add(at)
    return found if len(found) > 1 else set()


# Fills that say how far an action is; a grey one marks headings and every second row.
_STATUS_COLOURS = frozenset({"green", "amber", "red", "blue"})


def has_row_colours(rows: Sequence[Row], found: FoundHeadings, legend: Collection[int]) -> bool:
    """Whether a plan without a column for the status has rows in two colours or more that may say it."""
    if not found.headings or any({"status", "rating"} & set(one.places) for one in found.headings.values()):
        return False
    column = next(iter(found.headings.values())).places["text"][0]
    shades = {
        colour_name(row.cells[column].colour)
        for at, row in enumerate(rows)
        if at not in found.headings and at not in legend and row.banner is None and column < len(row.cells)
    }
    return len(shades & _STATUS_COLOURS) > 1


def _key_status(means: str) -> Progress | None:
    """The one status that a key gives a colour; None for words that mean none, or more than one."""
    parts = [part.strip() for part in re.split(r"\bor\b|/", means) if part.strip()]
    # Beside "off track" the word "overdue" says nothing about how far it is.
    parts = [part for part in parts if not LATE.fullmatch(part.lower())] or parts
    found = {read_status(part) or _without_doubt(part) for part in parts}
    return found.pop() if len(found) == 1 else read_status(means)


def _without_doubt(words: str) -> Progress | None:
    found = read_cell_status(words, {})
    return None if found.doubt else found.progress


# A cell that explains the colours: it begins with "Key", or names two of them.
_KEY_TEXT = re.compile(
    r"^\s*(?:(?:b?rag|status|colour) )?key\b.*[=:]|[🟢🔴🟡🟠🔵⚪⚫].*[🟢🔴🟡🟠🔵⚪⚫]"
    r"|[=:].*\b(?:green|amber|red|[BRAG])\s*[=:]",
    re.IGNORECASE,
)


def _explains_colours(text: str) -> bool:
    may_be = "=" in text or ":" in text or not text.isascii()
    return may_be and _KEY_TEXT.search(text) is not None


def loose_text(row: Row) -> str:
    """A row beside the plan as text: a key's colour, also a fill, and its meaning joined by a colon."""
    if row.banner is not None:
        return row.banner
    text = ""
    for cell in row.cells:
        # Another colour begins what is said of it: a key may stand in one row.
        for mark, part in (("; ", colour_name(cell.colour)), (" : ", cell.text)):
            if part:
                text += (mark if text else "") + part
    return text


_MOST_HEADING_WORDS = 8


_NUMBER_AND_TITLE = 2
_LONGEST_NUMBERED_TITLE = 100


def numbered_title(row: Row, ref: str, text: str, others: Sequence[str], rows: Sequence[Row]) -> str:
    """The title of a section: beside a whole number, with which other refs begin, and a few words; else "".

    `text` is the row's action, and `others` are its lead, date and what else an action has. Without any of
    them "1 | Leadership" may have its words in another column.
    """
    ref = ref.rstrip(".")
    filled = [tidy(cell.text) for cell in row.cells if cell.text.strip()]
    elsewhere = filled[1] if not text and len(filled) == _NUMBER_AND_TITLE else ""
    title = elsewhere or ("" if any(others) else text)
    if not title or not re.fullmatch(r"\d{1,3}", ref) or len(title) > _LONGEST_NUMBERED_TITLE:
        return ""
    below = (cell.text.strip() for one in rows for cell in one.cells[:3])
    return title if any(words.startswith(f"{ref}.") for words in below) else ""


# Which of the two cells of a form's row is a heading.
_LABEL_AND_VALUE = [True, False]


def no_headings(rows: Sequence[Row]) -> DocumentError:
    """What to raise where no row is a heading row: it names the nearest one, what that has, and how to say
    what its columns are.
    """
    near = nearest_row(rows)
    need = (
        "no row has the headings of an action plan: give it one for the actions (such as Action or What) and "
        "at least one more (such as Who, When, Success measures)"
    )
    if near is None:
        return DocumentError(need)
    number, headings, best = near
    if len(best.split()) > _MOST_HEADING_WORDS or any(re.fullmatch(r"[\d.]+", one) for one in headings):
        # A sentence is no heading, so nothing would come of calling it one.
        begins = f'Row {number} comes nearest, and has no headings: it begins "{" / ".join(headings)[:60]}"'
        return DocumentError(f"{need}. {begins}. Write a row of headings above the table")
    if (
        len(headings) == len(_LABEL_AND_VALUE)
        and [meaning(one) is not None for one in headings] == _LABEL_AND_VALUE
    ):
        form = f'Row {number} has "{headings[0]}" and its value, as in a form'
        return DocumentError(f'{need}. {form}: call what is to be done "Action" in each')
    shown = ", ".join(f'"{one}"' for one in headings[:12])
    near_row = f"Row {number} comes nearest, with {shown}"
    if not best:
        return DocumentError(
            f'{need}. {near_row}, and none of them is the action: call what is to be done "Action"'
        )
    say = f"{need}. {near_row}: say which is the action"
    return DocumentError(
        f'{say} with --map "{best}=action"',
        f"{say} by sending the file again and writing `{best}=action` with it",
    )


_GENERIC_SHEET = re.compile(
    r"(?:sheet ?\d*|(?:action |improvement |the )*plan|actions?|(?:action )?tracker|(?:action |risk "
    r"|issue )?log|tasks?"
    r"|table \d+|data|master"
    r"|(?:current|live|active|closed|completed?|open|archived?|done|finished|ongoing|new)"
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
    r"(?:sub-?|grand )?totals?\b.*|overall(?: (?:progress|total|status|complete))?|average|mean|(?:number"
    r"|count|%) (?:of|on)\b.*|(?:completed?|closed|open|overdue"
    r"|on track)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[\d.,%\s]+(?:[a-z]+ ?){0,2}", re.IGNORECASE)


def is_guidance(texts: Sequence[str]) -> bool:
    """Whether a row tells how to fill in the table: every cell is in brackets or begins with "e.g."."""
    first = next((text.strip() for text in texts if text.strip()), "")
    is_example = re.fullmatch(r"(?:e\.?g\.?|example)[\s:]*[\d.]*|(?:e\.g\.|example:).*", first, re.I | re.S)
    if not (is_example or _GUIDANCE.fullmatch(first)):
        return False
    filled = [text.strip() for text in texts if text.strip()]
    return len(filled) > 1 and (bool(is_example) or all(_GUIDANCE.fullmatch(text) for text in filled))


def is_total(texts: Sequence[str]) -> bool:
    """Whether a row adds up the others: a total, then numbers."""
    filled = [text.strip() for text in texts if text.strip()]
    if len(filled) < 2 or not _TOTAL.fullmatch(filled[0]):
        return False
    return all(_COUNT.fullmatch(text) for text in filled[1:])


# A recommendation that was rejected, or met already, has this beside it.
NO_ACTION = re.compile(
    r"(?:(?:[\w' -]{1,40}\b)?noted\b[\s.,;:–-]*)?"
    r"(?:none|nil|n/?a|not applicable|no (?:further |new )?actions?(?: arising| arose)?"
    r"|no (?:gaps?|issues?|concerns?|weaknesses|changes?)|(?:any other business|aob)\W+(?:none|nil|no)"
    r"|(?:the )?(?:standard|criteri(?:on|a)|requirements?|expectations?)s? (?:is |are )?(?:fully "
    r"|already )?met"
    r"|(?:fully |already )(?:met|compliant|in place)|(?:this )?(?:page|row|line) (?:is )?"
    r"(?:intentionally )?(?:left )?blank|intentionally (?:left )?blank|page \d+(?: of \d+)?"
    r"|deleted|withdrawn|\[[^\]]*\])"
    r"(?: (?:is |are |were )?(?:required|needed|necessary|planned|identified|found|noted|arising))?"
    r"(?: at (?:present|this (?:time|stage))| currently| now)?"
    r"(?:\s*[-–:,(]+\s*(?:see [\w. ]{1,20}|(?:tolerat|accept|monitor|already|risk)\w*[^.]{0,60}))?[. )]*|-+",
    re.IGNORECASE,
)
# What stands on a page and is no title: protective markings, versions, when it was printed.
OF_THE_PAGE = re.compile(
    r"(?:uk )?official(?:[ -]+sensitive)?|(?:private (?:and|&) |strictly )?confidential|restricted"
    r"|not protectively marked|(?:working |final )?draft(?: (?:v|version) ?[\d.]+)?|(?:printed|exported"
    r"|saved)\b.*"
    r"|(?:v|version) ?\d[\d.]*|(?:last )?updated\b.{0,40}",
    re.IGNORECASE,
)
# Below the actions: who agreed the plan.
SIGN_OFF = re.compile(
    r"(?:agreed|approved|signed(?: off)?|authorised|endorsed|prepared)\s*:.*"
    r"|(?:reviewed|written|completed) by\s*:.*"
    r"|(?:agreed|approved|signed(?: off)?|authorised|endorsed|prepared) by\b.*|signed|signatures?"
    r"|author\s*:.*"
    r"|(?:next|date of(?: next)?) review(?: date| due)?\b\s*:?.{0,30}",
    re.IGNORECASE,
)
# Why an action was closed that was not done.
DROPPED = re.compile(
    r"\b(?:reason|closure|closed|outcome|comments?|resolution)\b[^:]*:.*"
    r"\b(?:won.?t (?:do|fix)|declined|no longer (?:needed|required|relevant)"
    r"|not (?:needed|required)|merged|superseded|withdrawn|duplicat\w+|cancel\w+|abandoned|replaced by)\b",
    re.IGNORECASE | re.DOTALL,
)
