"""Word plans: tables as rows, with merged cells told apart from repeated ones."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docx import Document as open_document
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from documents.draft import SECTION_TITLE, Cell, DocumentError, FileContent, Row
from documents.headings import read_headings

_HEADING_WITHIN = 5
# Text that a tracked change has taken away or moved elsewhere.
_GONE = (qn("w:del"), qn("w:moveFrom"))


def read_word(path: Path, longest: int) -> FileContent:
    """All tables of a document, one after the other, and the paragraphs between them as loose text.

    A vertically merged cell's text stands in its later rows too, marked `merged`. Rows are numbered
    through the document's tables, from 1, repeated heading rows counted.
    """
    try:
        document = open_document(str(path))
    except (OpcError, LxmlError, KeyError, ValueError, zipfile.BadZipFile) as damaged:
        raise DocumentError(
            f"{path.name} is not really a Word document, or is damaged: open it and save it as .docx"
        ) from damaged
    tables = [t for t in document.element.body.iter(qn("w:tbl")) if not _is_nested(t)]
    if not tables:
        raise DocumentError(f"{path.name} has no table: a plan's actions stand in one")
    pages = FileContent([], [paragraph.text for paragraph in document.paragraphs])
    counted, width = 0, None
    for table in tables:
        here = FileContent([])
        numbered = _read_table(table, here, counted, longest)
        has_headings = any(
            read_headings([cell.text for cell in row.cells]) for row in here.rows[:_HEADING_WITHIN]
        )
        if not has_headings and _width(table) != width:
            # A glossary, a colour key, a list of versions: beside the plan, not part of it.
            pages.loose.extend(" : ".join(c.text for c in row.cells if c.text) for row in here.rows)
            counted = numbered
            continue
        width = _width(table)
        title = _title_above(table)
        if title:
            pages.rows.append(Row(counted + 1, (), title))
        pages.rows.extend(here.rows)
        counted = numbered
        if counted > longest:
            raise DocumentError(f"{path.name} has more than {longest:,} rows, the most a plan may have")
    return pages


def _is_nested(table: Any) -> bool:
    return any(parent.tag == qn("w:tbl") for parent in table.iterancestors())


def _width(table: Any) -> int:
    return len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))


def _inside(element: Any, *tags: str) -> Iterator[Any]:
    """Children of these kinds, also those that stand in a content control."""
    for child in element.iterchildren(*(qn(tag) for tag in tags), qn("w:sdt")):
        if child.tag == qn("w:sdt"):
            for content in child.iterchildren(qn("w:sdtContent")):
                yield from _inside(content, *tags)
        else:
            yield child


def _title_above(table: Any) -> str | None:
    """The numbered paragraph right above a table: some plans give each section a table of its own."""
    for element in table.itersiblings(preceding=True):
        text = _paragraph(element) if element.tag == qn("w:p") else None
        if text is None:
            return None
        if text:
            return text if SECTION_TITLE.match(text) else None
    return None


def _read_table(table: Any, pages: FileContent, counted: int, longest: int) -> int:
    """Read a table's rows, numbered on from those counted before it. Returns how many it makes."""
    width = _width(table)
    above: dict[int, Cell] = {}
    for row in _inside(table, "w:tr"):
        cells, spans = _read_row(row, above)
        counted += 1
        filled = [cell.text for cell in cells if cell.text.strip()]
        whole = len(spans) == 1 and (spans[0] >= max(width, 2))
        pages.rows.append(Row(counted, tuple(cells), filled[0] if whole and filled else None))
        if counted > longest:
            break
    return counted


def _read_row(row: Any, above: dict[int, Cell]) -> tuple[list[Cell], list[int]]:
    cells: list[Cell] = []
    spans: list[int] = []
    cells += [Cell()] * _skipped(row)
    for tc in _inside(row, "w:tc"):
        at, span = len(cells), _span(tc)
        cell = _read_cell(tc, above.get(at))
        above[at] = cell
        cells += [cell, *[Cell()] * (span - 1)]
        spans.append(span)
    return cells, spans


def _skipped(row: Any) -> int:
    before = row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}")
    return int(before.get(qn("w:val"))) if before is not None else 0


def _span(tc: Any) -> int:
    span = tc.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    return int(span.get(qn("w:val"))) if span is not None else 1


def _read_cell(tc: Any, above: Cell | None) -> Cell:
    merge = tc.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    if merge is not None and merge.get(qn("w:val")) != "restart" and above is not None:
        return Cell(above.text, above.colour, merged=True)
    text = "\n".join(filter(None, (_paragraph(p) for p in _inside(tc, "w:p"))))
    return Cell(text, _colour(tc))


def _paragraph(paragraph: Any) -> str:
    """A paragraph's text as a reader sees it: tracked deletions are gone, breaks are line ends."""
    parts = []
    for node in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:noBreakHyphen")):
        if any(parent.tag in _GONE for parent in node.iterancestors()):
            continue
        tag = node.tag
        parts.append(
            (node.text or "") if tag == qn("w:t") else {qn("w:tab"): " ", qn("w:br"): "\n"}.get(tag, "-")
        )
    return "".join(parts).strip()


def _colour(tc: Any) -> str | None:
    """The fill of a cell as RRGGBB: its shading, or the highlight of its text."""
    shading = tc.find(f"{qn('w:tcPr')}/{qn('w:shd')}")
    fill = shading.get(qn("w:fill")) if shading is not None else None
    return fill.upper() if fill and re.fullmatch(r"[0-9A-Fa-f]{6}", fill) else None
