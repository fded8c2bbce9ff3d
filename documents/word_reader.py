"""Read Word plans: tables as rows, with a merged cell distinguished from a repeated one."""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.draft import SECTION_TITLE, Cell, DocumentError, FileContent, FileDoubt, Row
from documents.file_checks import damaged_file
from documents.heading_rows import find_headings
from documents.paper_words import count_words
from documents.row_kinds import loose_text
from documents.symbol_fonts import as_shown, symbol
from documents.word_numbers import write_numbers

_HEADING_WITHIN = 5
_LONGEST_TITLE = 100
# So many pieces of struck-out text are quoted.
_MOST_STRUCK = 12
# What an empty content control shows.
_PLACEHOLDER = re.compile(
    r"(?:Click|Tap|Choose|Select|Enter)\b.*\b(?:here|text|date|item)\b.*", re.IGNORECASE
)


def _tag(name: str) -> str:
    """A name of Word's XML with its namespace, such as `tbl` for a table."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


_PAGE_NUMBER = re.compile(r"\bpage\b|^\W*\d*\W*$", re.IGNORECASE)
# Text that a tracked change deleted or moved elsewhere.
_REMOVED = (_tag("del"), _tag("moveFrom"))


def read_word(path: Path, longest: int, mapping: Mapping[str, str] | None = None) -> FileContent:
    """All tables of a document, one after the other, and the paragraphs between them as loose text.

    The later rows of a vertically merged cell repeat its text, marked `merged`. Rows are numbered from 1
    through all the document's tables; repeated heading rows count. Raises `DocumentError`.
    """
    document = _open(path)
    tables = [t for t in document.element.body.iter(_tag("tbl")) if not (_is_nested(t) or _is_layout(t))]
    if not tables:
        raise DocumentError(f"{path.name} has no table: put the plan's actions in a table")
    write_numbers(document)
    content = FileContent([])
    beside: dict[Any, FileContent] = {}
    used: set[str | None] = set()
    read: list[tuple[Any, FileContent, int]] = []
    row_count = 0
    for table in tables:
        here = FileContent([])
        before = row_count
        row_count = _read_table(table, here, row_count, longest)
        read.append((table, here, before))
        if row_count > longest:
            raise DocumentError(
                f"{path.name} has more than {longest:,} rows, the most a plan may have: split it"
            )
    with_headings = _tables_with_headings(read, mapping)
    plan_width = None
    for table, here, before in read:
        if id(table) not in with_headings and _width(table) != plan_width:
            # A glossary, a colour key or a list of versions is beside the plan, not part of it.
            beside[table] = here
            continue
        plan_width = _width(table)
        title, between = _title_above(table, several=len(tables) > 1, of_plan=len(with_headings) > 1)
        used |= {title, *between}
        if title:
            content.rows.append(Row(before + 1, (), title))
        if between:
            # It may be the key.
            content.loose.extend(between)
            words = f'"{" ".join(between)[:150]}" stands between "{title}" and its table: left out'
            content.doubts.append(FileDoubt(before + 1, words))
        content.rows.extend(here.rows)
    content.unread.extend(text for text in _texts_around(document, beside) if text not in used)
    content.loose.extend(content.unread)
    content.doubts.extend(_word_doubts(document))
    return content


def _texts_around(document: Any, beside: Mapping[Any, FileContent]) -> Iterator[str]:
    """The paragraphs outside tables and the rows of the tables `beside` the plan, in their order.

    What stands at the head and foot of the pages comes last.
    """
    for element in document.element.body.iter(_tag("p"), _tag("tbl")):
        if element in beside:
            yield from (loose_text(row) for row in beside[element].rows)
        elif element.tag == _tag("p") and all(map(_is_layout, element.iterancestors(_tag("tbl")))):
            yield _paragraph_text(element)
    for section in document.sections:
        for part in (section.header, section.footer):
            texts = (_paragraph_text(paragraph) for paragraph in part._element.iter(_tag("p")))
            yield from (text for text in texts if not _PAGE_NUMBER.search(text))


def _word_doubts(document: Any) -> Iterator[FileDoubt]:
    """What a document has beside its words: struck-out, hidden and deleted text, and comments."""
    body = document.element.body
    for what, is_left_out in (("struck out", _is_struck), ("hidden", _is_hidden)):
        left_out = [run for run in body.iter(_tag("r")) if is_left_out(run)]
        texts = ("".join(one.text or "" for one in run.iter(_tag("t"))).strip() for run in left_out)
        words = [text for text in texts if text]
        if words:
            places = count_words(len(words), "place", "places")
            some = "; ".join(f"“{text[:60]}”" for text in words[:_MOST_STRUCK])
            yield FileDoubt(None, f"text that is {what} is left out, in {places}: {some}")
    deleted = list(_deleted_texts(body))
    if deleted:
        places = count_words(len(deleted), "place", "places")
        some = "; ".join(f"“{text[:60]}”" for text in deleted[:_MOST_STRUCK])
        text = f"what tracked changes delete is left out, in {places}, and what they add is read: {some}"
        yield FileDoubt(None, text)
    for table in body.iter(_tag("tbl")):
        rows = [_row_text(row) for row in _children(table, "tr")]
        if _is_nested(table) and len(rows) > 1 and _width(table) > 1:
            text = f"a table inside a cell is read as words of that cell: “{' / '.join(rows)[:120]}”"
            yield FileDoubt(None, text)
    for comment in document.comments:
        text = " ".join(comment.text.split())
        if text:
            yield FileDoubt(None, f"a comment in the margin is not read: “{text}”")


def _deleted_texts(body: Any) -> Iterator[str]:
    """What tracked changes deleted: the words of each place, and a whole row as one."""
    for element in body.iter(_tag("tr"), *_REMOVED):
        row = next(element.iterancestors(_tag("tr")), None)
        is_row = element.tag == _tag("tr")
        if _is_deleted(element) if is_row else row is None or not _is_deleted(row):
            text = " ".join(node.text or "" for node in element.iter(_tag("delText"), _tag("t")))
            if text.strip():
                yield " ".join(text.split())


def _is_deleted(row: Any) -> bool:
    """Whether a tracked change deleted a whole row."""
    return row.find(f"{_tag('trPr')}/{_tag('del')}") is not None


def _tables_with_headings(
    read: Sequence[tuple[Any, FileContent, int]], mapping: Mapping[str, str] | None
) -> set[int]:
    """The tables whose first rows are a plan's headings; a guess is made where none has them.

    Where nothing can be guessed either, all tables count, so that the refusal names the nearest row.
    """
    for guess in (False, True):
        found = {
            id(table)
            for table, here, _ in read
            if find_headings(here.rows[: None if guess else _HEADING_WITHIN], mapping, guess=guess).headings
        }
        if found:
            return found
    return {id(table) for table, _, _ in read}


def _open(path: Path) -> Any:
    # python-docx takes long to import, and only a Word plan needs it.
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return Document(str(path))
    except (OpcError, LxmlError, KeyError, ValueError, zipfile.BadZipFile) as damage:
        raise damaged_file(path) from damage


def _is_nested(table: Any) -> bool:
    """Whether a table stands in a cell of another one that is no mere frame."""
    return any(not _is_layout(parent) for parent in table.iterancestors(_tag("tbl")))


def _is_layout(table: Any) -> bool:
    """Whether a table only frames others: it has one column, with tables in it."""
    return _width(table) == 1 and any(one is not table for one in table.iter(_tag("tbl")))


def _width(table: Any) -> int:
    return len(table.findall(f"{_tag('tblGrid')}/{_tag('gridCol')}"))


def _children(element: Any, name: str) -> Iterator[Any]:
    """The element's children of one kind, also those inside a content control."""
    for child in element.iterchildren(_tag(name), _tag("sdt")):
        if child.tag == _tag("sdt"):
            for inner in child.iterchildren(_tag("sdtContent")):
                yield from _children(inner, name)
        else:
            yield child


def _title_above(table: Any, *, several: bool, of_plan: bool) -> tuple[str | None, list[str]]:
    """The title above a table, as some plans give each section a table of its own, and what stands between.

    Above one of `several` tables a heading, or a short line in bold, is a title; above the only one it must
    have a number, because there it may be the document's own title. Where several are `of_plan`, a heading
    may also be further up: "SRO: Chief Nurse" below it says something of the section.
    """
    between: list[str] = []
    for element in table.itersiblings(preceding=True):
        text = _paragraph_text(element) if element.tag == _tag("p") else None
        if text is None:
            break
        if not text:
            continue
        is_heading = several and (_is_heading(element) or (not between and _is_bold_line(element, text)))
        if is_heading or (not between and SECTION_TITLE.match(text)):
            return text, between
        if not of_plan:
            break
        between.insert(0, text)
    return None, []


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{_tag('pPr')}/{_tag('pStyle')}")
    level = paragraph.find(f"{_tag('pPr')}/{_tag('outlineLvl')}")
    name = (style.get(_tag("val")) or "") if style is not None else ""
    return level is not None or re.match(r"heading\s?[1-9]", name, re.IGNORECASE) is not None


def _is_bold_line(paragraph: Any, text: str) -> bool:
    """Whether all of a short paragraph is in bold and it is no sentence."""
    runs = [run for run in paragraph.iter(_tag("r")) if any(node.text for node in run.iter(_tag("t")))]
    is_short = len(text) <= _LONGEST_TITLE and not text.endswith((".", ":"))
    return bool(runs) and is_short and all(_has(run, "b") for run in runs)


def _has(run: Any, name: str) -> bool:
    """Whether a run has a property such as bold, which `val="0"` turns off."""
    found = run.find(f"{_tag('rPr')}/{_tag(name)}")
    return found is not None and found.get(_tag("val")) not in ("0", "false", "none")


def _read_table(table: Any, content: FileContent, row_count: int, longest: int) -> int:
    """Add a table's rows to `content`, numbered after the `row_count` rows before. Returns the new count."""
    width = _width(table)
    above: dict[int, Cell] = {}
    for row in _children(table, "tr"):
        if _is_deleted(row):
            # A tracked change deleted the row: a reader who accepts it sees none.
            continue
        cells, spans = _read_row(row, above)
        row_count += 1
        filled = [cell.text for cell in cells if cell.text.strip()]
        is_one_cell = len(spans) == 1 and (spans[0] >= max(width, 2))
        content.rows.append(Row(row_count, tuple(cells), filled[0] if is_one_cell and filled else None))
        if row_count > longest:
            break
    return row_count


def _read_row(row: Any, above: dict[int, Cell]) -> tuple[list[Cell], list[int]]:
    """A row's cells, one for each grid column, and how many grid columns each written cell spans."""
    cells: list[Cell] = []
    spans: list[int] = []
    cells += [Cell()] * _skipped_columns(row)
    for tc in _children(row, "tc"):
        at, span = len(cells), _span(tc)
        cell = _read_cell(tc, above.get(at))
        above[at] = cell
        cells += [cell, *[Cell()] * (span - 1)]
        spans.append(span)
    return cells, spans


def _skipped_columns(row: Any) -> int:
    before = row.find(f"{_tag('trPr')}/{_tag('gridBefore')}")
    return int(before.get(_tag("val"))) if before is not None else 0


def _span(tc: Any) -> int:
    span = tc.find(f"{_tag('tcPr')}/{_tag('gridSpan')}")
    return int(span.get(_tag("val"))) if span is not None else 1


def _read_cell(tc: Any, above: Cell | None) -> Cell:
    merge = tc.find(f"{_tag('tcPr')}/{_tag('vMerge')}")
    if merge is not None and merge.get(_tag("val")) != "restart" and above is not None:
        return Cell(above.text, above.colour, merged=True)
    lines = [_paragraph_text(p) for p in _children(tc, "p")]
    # A log of dates in a table of its own, inside the cell for progress.
    lines += [_row_text(row) for table in _children(tc, "tbl") for row in _children(table, "tr")]
    text = "\n".join(filter(None, lines))
    if _PLACEHOLDER.fullmatch(text):
        text = ""
    return Cell(text, _colour(tc))


def _row_text(row: Any) -> str:
    """A row of a table inside a cell as one line."""
    cells = (" ".join(filter(None, map(_paragraph_text, _children(tc, "p")))) for tc in _children(row, "tc"))
    return " ".join(filter(None, cells))


def _paragraph_text(paragraph: Any) -> str:
    """A paragraph's text as a reader sees it: without what was deleted, struck out or hidden."""
    parts = []
    for node in paragraph.iter(_tag("t"), _tag("tab"), _tag("br"), _tag("noBreakHyphen"), _tag("sym")):
        if any(
            parent.tag in _REMOVED or _is_struck(parent) or _is_hidden(parent)
            for parent in node.iterancestors()
        ):
            continue
        if node.tag == _tag("t"):
            parts.append(as_shown(node.text or "", _font(node.getparent())))
        elif node.tag == _tag("sym"):
            parts.append(symbol(node.get(_tag("char")) or "", node.get(_tag("font"))))
        else:
            parts.append({_tag("tab"): " ", _tag("br"): "\n"}.get(node.tag, "-"))
    return "".join(parts).strip()


def _font(run: Any) -> str | None:
    fonts = run.find(f"{_tag('rPr')}/{_tag('rFonts')}")
    return fonts.get(_tag("ascii")) if fonts is not None else None


def _is_struck(element: Any) -> bool:
    """Whether an element is a run that is struck out."""
    return element.tag == _tag("r") and (_has(element, "strike") or _has(element, "dstrike"))


def _is_hidden(element: Any) -> bool:
    """Whether an element is a run that Word neither shows nor prints."""
    return element.tag == _tag("r") and _has(element, "vanish")


def _colour(tc: Any) -> str | None:
    """The shading of a cell as RRGGBB, or None."""
    shading = tc.find(f"{_tag('tcPr')}/{_tag('shd')}")
    fill = shading.get(_tag("fill")) if shading is not None else None
    return fill.upper() if fill and re.fullmatch(r"[0-9A-Fa-f]{6}", fill) else None
