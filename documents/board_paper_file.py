"""Write a plan's paper for a board as a Word file, or its tables as a workbook.

Headings are real headings, tables have header rows that are repeated, pictures have words beside them.
"""

import io
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any

from db.board_paper import Paper
from db.private_files import private_file
from db.rules.dates import day_text
from documents.board_paper import (
    Table,
    all_tables,
    change_lines,
    coverage_table,
    exception_table,
    in_words,
    kpi_lines,
    plan_tables,
    requests_table,
    rounds_table,
    sign_up_table,
    summary_lines,
    title_lines,
)
from documents.draft import DocumentError

# A chart as a picture, and the same in words.
Chart = tuple[bytes, str]


def write_paper(paper: Paper, path: Path, charts: Mapping[str, Chart], template: Path | None = None) -> None:
    """Write the paper to a .docx or .xlsx file by the path's ending.

    `charts` are by the KPI's code. `template` is a council's own .docx or .dotx, whose styles are used by
    name. Raises `DocumentError` for another ending, and `OSError` where the file cannot be written.
    """
    match path.suffix.lower():
        case ".docx":
            _write_word(paper, path, charts, template)
        case ".xlsx":
            _write_workbook(paper, path)
        case _:
            raise DocumentError(f"{path.name} ends in none of .docx and .xlsx: name it with one of them")


def _write_workbook(paper: Paper, path: Path) -> None:
    """Each table as a sheet with its header row frozen."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    from documents.table_writer import set_text

    book = Workbook()
    book.remove(book.worksheets[0])
    names: set[str] = set()
    for number, table in enumerate(all_tables(paper), start=1):
        # Excel takes 31 characters, without these marks.
        name = "".join(one for one in table.title if one not in "[]:*?/\\")[:28]
        name = f"{name} {number}" if name in names else name
        names.add(name)
        sheet = book.create_sheet(name)
        for row, cells in enumerate([table.headings, *table.rows], start=1):
            for at, text in enumerate(cells, start=1):
                cell = sheet.cell(row, at)
                set_text(cell, text)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=row == 1)
        sheet.freeze_panes = "A2"
    with private_file(path) as part:
        book.save(part)


def _write_word(paper: Paper, path: Path, charts: Mapping[str, Chart], template: Path | None) -> None:
    # python-docx takes long to import, and only a paper or a Word export needs it.
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    document = _opened(template)
    page = document.sections[0]
    if template is None:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = Cm(29.7), Cm(21.0)
        page.left_margin = page.right_margin = Cm(1.8)
        page.top_margin = page.bottom_margin = Cm(1.8)
    _page_numbers(page)
    title, subtitle = title_lines(paper)
    made = datetime.combine(paper.day, time(12))
    properties = document.core_properties
    properties.title, properties.created, properties.modified = f"{title}, {subtitle}", made, made
    properties.author = properties.last_modified_by = "Partnership Bot"
    properties.language = "en-GB"
    document.add_heading(title, level=0)
    document.add_paragraph(subtitle)
    _summary(document, paper)
    _add_table(document, exception_table(paper), "Nothing is overdue or blocked.")
    document.add_heading("The plan", level=1)
    for table in plan_tables(paper):
        _add_table(document, table, level=2)
    _kpi_cards(document, paper, charts)
    _records(document, paper)
    document.add_heading("Recommendations", level=1)
    if paper.recommendations:
        document.add_paragraph("The meeting is asked:")
        for text in paper.recommendations:
            document.add_paragraph(text, style=_style(document, "List Number"))
    else:
        document.add_paragraph(f"The meeting is asked to note the progress as at {day_text(paper.day)}.")
    with private_file(path) as part:
        document.save(str(part))


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


def _summary(document: Any, paper: Paper) -> None:
    document.add_heading("Summary", level=1)
    for line in summary_lines(paper):
        document.add_paragraph(line)
    if paper.changes and paper.last_meeting:
        document.add_heading(f"Changed since {day_text(paper.last_meeting.day)}", level=2)
        for line in change_lines(paper):
            document.add_paragraph(line, style=_style(document, "List Bullet"))


def _style(document: Any, name: str) -> str | None:
    """A style by name, where the template has it."""
    return name if name in [style.name for style in document.styles] else None


def _kpi_cards(document: Any, paper: Paper, charts: Mapping[str, Chart]) -> None:
    from docx.shared import Cm

    document.add_heading("Measures and figures", level=1)
    if not paper.kpis:
        document.add_paragraph("No figure is recorded for this plan.")
    for reading in paper.kpis:
        document.add_heading(reading.kpi.name, level=2)
        words = document.add_paragraph(" ".join(kpi_lines(reading)))
        chart = charts.get(reading.kpi.code)
        if chart is not None:
            # A figure's words stand on the page of its chart.
            words.paragraph_format.keep_with_next = True
            image, alternative = chart
            shape = document.add_picture(io.BytesIO(image), width=Cm(10))
            shape._inline.docPr.set("descr", alternative)
            shape._inline.docPr.set("title", reading.kpi.name)


def _records(document: Any, paper: Paper) -> None:
    """What is on record beside the plan; what is not is said in one sentence at the end."""
    missing = []
    for table, name in (
        (rounds_table(paper), "result of a round"),
        (coverage_table(paper), "coverage"),
    ):
        if table.rows:
            _add_table(document, table)
        else:
            missing.append(name)
    if paper.decisions:
        _decisions(document, paper)
    else:
        missing.append("decision")
    for table, name in ((requests_table(paper), "request"), (sign_up_table(paper), "sign-up")):
        if table.rows:
            _add_table(document, table)
        else:
            missing.append(name)
    if missing:
        document.add_heading("Not on record", level=1)
        document.add_paragraph(f"There is no {in_words(missing, 'or')} on record for this plan.")


def _decisions(document: Any, paper: Paper) -> None:
    document.add_heading("Decisions", level=1)
    for meeting, texts in paper.decisions:
        document.add_heading(f"{meeting.name}, {day_text(meeting.day)}", level=2)
        for text in texts:
            document.add_paragraph(text, style=_style(document, "List Bullet"))


def _add_table(document: Any, table: Table, none: str = "", *, level: int = 1) -> None:
    """A heading and its table, whose header row is repeated on each page; a sentence where it is empty."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    document.add_heading(table.title, level=level)
    if not table.rows:
        document.add_paragraph(none)
        return
    made = document.add_table(rows=1, cols=len(table.headings))
    made.style = _style(document, "Table Grid")
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
