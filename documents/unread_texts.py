"""What a plan's file says outside its tables: nothing is done with it, so it is told."""

import re
from collections.abc import Mapping, Sequence

from db.rules.dates import ANY_MONTH
from db.text_checks import fault_of
from documents.draft import FileContent, FileDoubt, Row
from documents.heading_meanings import HeadingRow
from documents.row_kinds import colour_key, tidy

# One doubt lists so many texts, and so many characters of each.
_MOST = 12
_LONGEST = 200
_MOST_TITLE_WORDS = 15
# "Approved 2 July 2026", "JT = Jo Tanner", "Version 3": a fact, and no title.
_FACT = re.compile(
    rf"[=:]|[.;]\W*$|\baction\s?\d|\b(?:version|v)\s?\d|\d\s*(?:{ANY_MONTH})\b|\d{{1,2}}[./-]\d{{1,2}}[./-]\d",
    re.IGNORECASE,
)


_END_OF_LETTER = re.compile(r"\s*(?:many |kind |best )?(?:thanks|regards|wishes)\b", re.IGNORECASE)
# What says something of an action besides its words.
_SAYS_MORE = ("leads", "due", "revised_due", "original_due", "status", "rating", "progress", "completed")


def rows_after_table(rows: Sequence[Row], headings: Mapping[int, HeadingRow]) -> frozenset[int]:
    """The last rows of each sheet that stand apart, below an empty row, and have no lead, date or status.

    "Signed (Chair): …", "Next review: 21 April" and "Regards" are no actions.
    """
    last_headings = {rows[at].sheet: at for at in sorted(headings)}
    found: set[int] = set()
    end = len(rows)
    for start in sorted(last_headings.values(), reverse=True):
        places = {at for name in _SAYS_MORE for at in headings[start].places.get(name, ())}
        of_sheet = [at for at in range(start + 1, end) if rows[at].sheet == rows[start].sheet]
        last: list[int] = []
        for at in reversed(of_sheet if places else []):
            cells = rows[at].cells
            if any(place < len(cells) and cells[place].text.strip() for place in places):
                break
            last.append(at)
        apart = next((at for at in reversed(last) if _stands_apart(rows, at) or _ends_letter(rows[at])), None)
        found |= {at for at in last if apart is not None and at >= apart}
        end = start
    return frozenset(found)


def _stands_apart(rows: Sequence[Row], at: int) -> bool:
    """Whether an empty row is above a row. Readers of sheets leave it out, and count it."""
    above = rows[at - 1]
    is_empty = above.banner is None and not any(cell.text.strip() for cell in above.cells)
    return is_empty or rows[at].number - above.number > 1


def _ends_letter(row: Row) -> bool:
    """Whether a row is the end of a message that the table was sent with."""
    filled = [cell.text for cell in row.cells if cell.text.strip()]
    return len(filled) == 1 and _END_OF_LETTER.match(filled[0]) is not None


def unread_doubt(texts: Sequence[str]) -> list[FileDoubt]:
    """The doubt that lists what stands outside the tables, if anything does.

    The first text may be the document's title, and one that explains colours is read as their key: these are
    not listed. A text with personal data in it is counted and not quoted, because a doubt is shown to others.
    """
    found = [tidy(text).replace("\n", " / ") for text in texts]
    found = list(dict.fromkeys(text for text in found if re.search(r"\w", text)))
    if found and len(found[0].split()) <= _MOST_TITLE_WORDS and not _FACT.search(found[0]):
        found = found[1:]
    found = [text for text in found if not any(colour_key(FileContent([], [text])).values())]
    cut = [text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in found]
    shown = [f"“{text}”" for text in cut if fault_of(text, frozenset) is None][:_MOST]
    if len(found) > len(shown):
        shown.append(f"{len(found) - len(shown)} more")
    return [FileDoubt(None, f"outside the table, and not read: {'; '.join(shown)}")] if shown else []
