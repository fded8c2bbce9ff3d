"""Check a plan's file, whatever its kind, and read it into a draft."""

from collections.abc import Callable
from pathlib import Path

from documents.csv_reader import read_csv
from documents.draft import DocumentError, Draft, FileContent
from documents.draft_builder import build_draft
from documents.excel_reader import read_excel
from documents.file_checks import check_file
from documents.word_reader import read_word

LONGEST_PLAN = 20_000

_READERS: dict[str, Callable[[Path, int], FileContent]] = {
    ".docx": read_word,
    ".xlsx": read_excel,
    ".csv": read_csv,
}


def read_plan_file(path: Path) -> Draft:
    """Read a .docx, .xlsx or .csv plan. Raises `DocumentError`, one sentence, when it cannot be read."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(
            f"{path.name} is not a kind of file that can be read: save it as .docx, .xlsx or .csv"
        )
    check_file(path)
    draft = build_draft(reader(path, LONGEST_PLAN))
    if not draft.actions:
        raise DocumentError(f"{path.name} has the headings of a plan but no actions under them")
    return draft
