"""Plans and KPI workbooks of a few rows, Office files with one part changed, and the doubts of a draft."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from documents.draft import Draft
from documents.plan_files import read_plan_file
from tests.files import excel_rows

DEFINITIONS: Sequence[Sequence[Any]] = [["code", "name", "unit"], ["lac", "Looked-after children", "number"]]
VALUES: Sequence[Sequence[Any]] = [
    ["code", "period_start", "period_end", "value"],
    ["lac", None, "2019-03-31", 780],
]


def kpi_workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Save a KPI workbook with these sheets, else with one definition and one value."""
    return workbook(path, **(sheets or {"definitions": DEFINITIONS, "values": VALUES}))


def workbook(path: Path, **sheets: Sequence[Sequence[Any]]) -> Path:
    """Save a workbook with these sheets."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def plan_of_rows(folder: Path, *rows: Sequence[Any]) -> Draft:
    """The draft of a plan with just these rows, the headings first."""
    return read_plan_file(excel_rows(folder / "plan.xlsx", rows))


def plan_with(folder: Path, heading: str, words: str, due: str = "31/03/2027") -> Draft:
    """The draft of a plan with one action, and these words below a heading of their own."""
    headings = ["Action", "Lead", "Due", heading]
    return plan_of_rows(folder, headings, ["Write the policy", "Head of HR", due, words])


def doubts_of(draft: Draft) -> str:
    """The doubts of a file and of its actions, a line each."""
    texts = [one.text for one in draft.doubts]
    return "\n".join([*texts, *(doubt.text for one in draft.actions for doubt in one.doubts)])


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The Office file at `path`, saved again with one part changed, or added when it is not there."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def with_entity(content: bytes, *, after: int = 0) -> bytes:
    """An XML part that declares an entity, behind a comment of `after` characters."""
    comment = b"<!--" + b" " * after + b"-->" if after else b""
    doctype = b'<?xml version="1.0"?>' + comment + b'<!DOCTYPE d [<!ENTITY x "safe">]>'
    return doctype + (content.split(b"?>", 1)[1] if content.startswith(b"<?xml") else content)
