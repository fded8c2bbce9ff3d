"""Opening a plan's file safely, whatever it is, and reading it into a draft."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from documents.csv_reader import read_csv
from documents.draft import DocumentError, Draft, FileContent
from documents.draft_builder import build_draft
from documents.excel_reader import read_excel
from documents.word_reader import read_word

LARGEST_FILE = 20_000_000
LARGEST_UNPACKED = 200_000_000
# Of one XML part. A plan of ten thousand rows stays under a third of it; a Word document is held
# in memory as a tree of many times its size, so it may be no larger than its own limit.
LARGEST_PART = 30_000_000
LARGEST_DOCUMENT = 12_000_000
LONGEST_PLAN = 20_000

_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_KINDS = {".docx": "Word document", ".xlsx": "Excel workbook"}
_READERS: dict[str, Callable[[Path, int], FileContent]] = {
    ".docx": read_word,
    ".xlsx": read_excel,
    ".csv": read_csv,
}
_LINKED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*/(?:hyperlink|attachedTemplate)[\"'])",
    re.IGNORECASE,
)


def read_plan_file(path: Path) -> Draft:
    """Read a .docx, .xlsx or .csv plan. Raises `DocumentError` with one sentence when it cannot be."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(
            f"{path.name} is not a kind of file that can be read: save it as .docx, .xlsx or .csv"
        )
    check_size(path)
    if path.suffix.lower() in _PARTS:
        _check_package(path)
    pages = reader(path, LONGEST_PLAN)
    draft = build_draft(pages)
    if not draft.actions:
        raise DocumentError(f"{path.name} has the headings of a plan but no actions under them")
    return draft


def check_size(path: Path) -> None:
    """Refuse what is not there, is empty or is larger than any plan."""
    if not path.is_file():
        raise DocumentError(f"there is no file {path}")
    size = path.stat().st_size
    if size == 0:
        raise DocumentError(f"{path.name} is empty")
    if size > LARGEST_FILE:
        raise DocumentError(
            f"{path.name} is {size // 1_000_000} MB; the largest file taken is "
            f"{LARGEST_FILE // 1_000_000} MB: remove pictures or split it"
        )


def _check_package(path: Path) -> None:
    """Look at an Office file's parts before any library unpacks them whole into memory."""
    suffix = path.suffix.lower()
    not_really = DocumentError(
        f"{path.name} is not really a {_KINDS[suffix]}, or is damaged: open it and save it as {suffix}"
    )
    try:
        with zipfile.ZipFile(path) as package:
            if _PARTS[suffix] not in package.namelist():
                raise not_really
            _check_unpacked(path, package)
            _check_parts(path, package)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, RuntimeError) as damaged:
        raise not_really from damaged


def _check_unpacked(path: Path, package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    xml = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
    limit = LARGEST_DOCUMENT if path.suffix.lower() == ".docx" else LARGEST_PART
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        limit = LARGEST_UNPACKED
    elif all(part.file_size <= limit for part in xml):
        return
    raise DocumentError(
        f"{path.name} unpacks to more than {limit // 1_000_000} MB, which no plan does: refused"
    )


def _check_parts(path: Path, package: zipfile.ZipFile) -> None:
    for name in package.namelist():
        if name.startswith("xl/externalLinks/"):
            raise DocumentError(
                f"{path.name} takes values from another workbook: break its links "
                "(Data, Edit Links, Break Link) and save it"
            )
        if name.endswith((".xml", ".rels")):
            _check_part(path, package, name)


def _check_part(path: Path, package: zipfile.ZipFile, name: str) -> None:
    with package.open(name) as part:
        start = part.read(65_536)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise DocumentError(
                f"{path.name} declares XML entities in {name}, which no Office program writes: refused"
            )
        if name.endswith(".rels") and _LINKED.search(start + part.read(1_000_000)):
            raise DocumentError(f"{path.name} is linked to a file outside itself: break the link and save it")
