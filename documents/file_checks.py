"""Check a file's size and its parts before a library unpacks it into memory."""

import re
import zipfile
import zlib
from pathlib import Path

from documents.draft import DocumentError

LARGEST_FILE = 20_000_000
LARGEST_UNPACKED = 200_000_000
# For one XML part. A plan of ten thousand rows takes less than a third of it. python-docx keeps a document
# in memory as a tree many times its size, so a Word document has a lower limit.
LARGEST_PART = 30_000_000
LARGEST_DOCUMENT = 12_000_000

_MAIN_PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
_KINDS = {".docx": "Word document", ".xlsx": "Excel workbook"}
_WORKSHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
# A hyperlink or a template is not read when the file is opened, so these two kinds may lead outside.
_LINKED = re.compile(
    rb"<Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*/(?:hyperlink|attachedTemplate)[\"'])",
    re.IGNORECASE,
)
_MOST_COLUMNS = 30
# The first bytes of Microsoft's compound files.
_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_file(path: Path, *, streamed: bool = False) -> None:
    """Check a file of any kind, and the parts of a .docx or .xlsx. Raises `DocumentError`.

    `streamed` says that worksheets are read row by row: one of them may be as large as a whole package.
    """
    _check_size(path)
    if path.suffix.lower() in _MAIN_PARTS:
        _check_package(path, streamed=streamed)


def check_rows(path: Path, longest: int) -> None:
    """Refuse a checked .xlsx that has more than `longest` rows in one sheet. Raises `DocumentError`."""
    with zipfile.ZipFile(path) as package:
        for name in filter(_WORKSHEET.match, package.namelist()):
            rows, cells = _count_rows(package, name)
            if cells > longest * _MOST_COLUMNS:
                raise DocumentError(
                    f"{path.name} has {cells:,} cells in one sheet, and the most is "
                    f"{longest * _MOST_COLUMNS:,}: delete the cells that are not needed"
                )
            if rows > longest:
                raise DocumentError(
                    f"{path.name} has {rows:,} rows in one sheet, and the most is {longest:,}: split it"
                )


def damaged_file(path: Path) -> DocumentError:
    """The error for a .docx or .xlsx that its library cannot read."""
    suffix = path.suffix.lower()
    if _is_encrypted(path):
        return DocumentError(
            f"{path.name} is protected with a password: save it without one "
            "(File, Info, Protect, Encrypt with Password, and empty the field)"
        )
    return DocumentError(
        f"{path.name} is not really {'an' if suffix == '.xlsx' else 'a'} {_KINDS[suffix]}, or is damaged: "
        f"open it and save it as {suffix}"
    )


def _is_encrypted(path: Path) -> bool:
    """Whether Office has wrapped the file with a password: a container with a stream of that name."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE)
    return content.startswith(_CONTAINER) and "EncryptedPackage".encode("utf-16-le") in content


def _check_size(path: Path) -> None:
    if not path.is_file():
        raise DocumentError(f"there is no file {path}")
    size = path.stat().st_size
    if size == 0:
        raise DocumentError(f"{path.name} is empty")
    if size > LARGEST_FILE:
        raise DocumentError(
            f"{path.name} is {size // 1_000_000} MB, and the largest file that can be read is "
            f"{LARGEST_FILE // 1_000_000} MB: remove pictures or split it"
        )


def _check_package(path: Path, *, streamed: bool) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            if _MAIN_PARTS[path.suffix.lower()] not in package.namelist():
                raise damaged_file(path)
            _check_unpacked(path, package, streamed=streamed)
            _check_parts(path, package)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, RuntimeError) as damage:
        raise damaged_file(path) from damage


def _check_unpacked(path: Path, package: zipfile.ZipFile, *, streamed: bool) -> None:
    parts = package.infolist()
    limit = LARGEST_DOCUMENT if path.suffix.lower() == ".docx" else LARGEST_PART
    in_memory = (
        part
        for part in parts
        if part.filename.endswith((".xml", ".rels")) and not (streamed and _WORKSHEET.match(part.filename))
    )
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        limit = LARGEST_UNPACKED
    elif all(part.file_size <= limit for part in in_memory):
        return
    raise DocumentError(
        f"{path.name} unpacks to more than {limit // 1_000_000} MB, the most that can be read: remove "
        "what is not needed or split it"
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
                f"{path.name} declares XML entities in {name}, which no Office program does: make the file "
                "again in Word or Excel"
            )
        if name.endswith(".rels") and _LINKED.search(start + part.read(1_000_000)):
            raise DocumentError(f"{path.name} is linked to a file outside itself: break the link and save it")


def _count_rows(package: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """The rows and cells of a worksheet, counted without parsing it."""
    rows = cells = 0
    rest = b""
    with package.open(name) as part:
        while chunk := part.read(1 << 20):
            # A tag that is cut in two by the end of a chunk is counted with the next chunk.
            rows += (rest[-4:] + chunk).count(b"<row ")
            cells += (rest[-2:] + chunk).count(b"<c ")
            rest = chunk[-4:]
    return rows, cells
