"""The parts of which a paper for a board is made as a Word file.

Headings are real headings, tables have header rows that are repeated, pictures have words beside them.
python-docx takes long to import, and only a paper or a Word export needs it: so each function imports it.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from db.rules.readings import Reading
from documents.draft import DocumentError
from documents.paper_words import Table, kpi_lines

# A chart as a picture, and the same in words.
Chart = tuple[bytes, str]


def new_document(
    title: str, subtitle: str, day: date, template: Path | None, *, landscape: bool = False
) -> Any:
    """A document that begins with its title. `template` is a council's own .docx or .dotx.

    Without one the page is A4. Its time stamps are those of `day`, so that the
    same paper made twice is the same. Raises `DocumentError` for a template that cannot be used.
    """
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    document = _opened(template)
    page = document.sections[0]
    if template is None:
        short, long = Cm(21.0), Cm(29.7)
        page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        page.page_width, page.page_height = (long, short) if landscape else (short, long)
        page.left_margin = page.right_margin = Cm(1.8)
        page.top_margin = page.bottom_margin = Cm(1.8)
    _page_numbers(page)
    made = datetime.combine(day, time(12))
    properties = document.core_properties
    properties.title, properties.created, properties.modified = f"{title}, {subtitle}", made, made
    properties.author = properties.last_modified_by = "Partnership Bot"
    properties.language = "en-GB"
    document.add_heading(title, level=0)
    document.add_paragraph(subtitle)
    return document


def _opened(template: Path | None) -> Any:
    from docx import Document
    from docx.opc.constants import CONTENT_TYPE
    from docx.opc.exceptions import PackageNotFoundError

    if template is None:
        return Document()
    try:
        if template.suffix.lower() != ".dotx":
            return Document(str(template))
        # A template is a document but for its content type.
        from docx.opc.part import PartFactory
        from docx.package import Package
        from docx.parts.document import DocumentPart

        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
        PartFactory.part_type_for[kind] = DocumentPart
        package = Package.open(str(template))
        package.main_document_part._content_type = CONTENT_TYPE.WML_DOCUMENT_MAIN
        return package.main_document_part.document
    except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise DocumentError(f"{template.name} is not a Word template that can be used") from error


def style_of(document: Any, name: str) -> str | None:
    """A style by name, where the template has it."""
    return name if name in [style.name for style in document.styles] else None


def add_figures(
    document: Any,
    readings: Sequence[Reading],
    charts: Mapping[str, Chart],
    notes_of: Callable[[Reading], Sequence[str]] = lambda reading: (),
    *,
    width: float = 10,
) -> None:
    """Each figure under a heading of its own, with its words, its chart (`width` cm) and its notes."""
    from docx.shared import Cm

    for reading in readings:
        document.add_heading(reading.kpi.name, level=2)
        words = document.add_paragraph(" ".join(kpi_lines(reading)))
        chart = charts.get(reading.kpi.code)
        if chart is not None:
            # A figure's words stand on the page of its chart.
            words.paragraph_format.keep_with_next = True
            image, alternative = chart
            shape = document.add_picture(io.BytesIO(image), width=Cm(width))
            shape._inline.docPr.set("descr", alternative)
            shape._inline.docPr.set("title", reading.kpi.name)
        for note in notes_of(reading):
            document.add_paragraph(note, style=style_of(document, "List Bullet"))


def add_table(document: Any, table: Table, none: str = "", *, level: int = 1) -> None:
    """Add a heading and a table, whose header row is repeated on each page.

    Where the table has no rows, the sentence `none` stands in its place.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    document.add_heading(table.title, level=level)
    if not table.rows:
        document.add_paragraph(none)
        return
    made = document.add_table(rows=1, cols=len(table.headings))
    made.style = style_of(document, "Table Grid")
    made.autofit = False
    for column, width in zip(made.columns, table.widths, strict=True):
        column.width = Cm(width)
    rows = [made.rows[0], *(made.add_row() for _ in table.rows)]
    for row, cells in zip(rows, [table.headings, *table.rows], strict=True):
        for cell, text, width in zip(row.cells, cells, table.widths, strict=True):
            cell.text, cell.width = text, Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(8)
                    run.font.bold = cells is table.headings
    header = made.rows[0]._tr.get_or_add_trPr()
    header.append(OxmlElement("w:tblHeader"))
    for row in made.rows:
        # A row is not torn in two by the end of a page.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _page_numbers(page: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = page.footer.paragraphs[0]
    paragraph.add_run("Page ")
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
