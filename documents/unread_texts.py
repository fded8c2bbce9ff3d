"""What a plan's file says outside its tables: nothing is done with it, so it is told."""

import re
from collections.abc import Sequence

from db.rules.dates import ANY_MONTH
from db.text_checks import fault_of
from documents.draft import FileContent, FileDoubt
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
