"""Write a plan's paper for a board as a Word file, or its tables as a workbook."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from db.board_paper import Paper
from db.private_files import private_file
from db.rules.dates import day_text
from documents.board_paper import (
    all_tables,
    change_lines,
    coverage_table,
    exception_table,
    plan_tables,
    requests_table,
    rounds_table,
    sign_up_table,
    summary_lines,
    title_lines,
)
from documents.draft import DocumentError
from documents.paper_words import in_words
from documents.word_paper import Chart, add_figures, add_table, new_document, style_of


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
    title, subtitle = title_lines(paper)
    document = new_document(title, subtitle, paper.day, template, landscape=True)
    _summary(document, paper)
    add_table(document, exception_table(paper), "Nothing is overdue or blocked.")
    document.add_heading("The plan", level=1)
    for table in plan_tables(paper):
        add_table(document, table, level=2)
    document.add_heading("Measures and figures", level=1)
    if not paper.kpis:
        document.add_paragraph("No figure is recorded for this plan.")
    add_figures(document, paper.kpis, charts)
    _records(document, paper)
    document.add_heading("Recommendations", level=1)
    if paper.recommendations:
        document.add_paragraph("The meeting is asked:")
        for text in paper.recommendations:
            document.add_paragraph(text, style=style_of(document, "List Number"))
    else:
        document.add_paragraph(f"The meeting is asked to note the progress as at {day_text(paper.day)}.")
    with private_file(path) as part:
        document.save(str(part))


def _summary(document: Any, paper: Paper) -> None:
    document.add_heading("Summary", level=1)
    for line in summary_lines(paper):
        document.add_paragraph(line)
    if paper.changes and paper.last_meeting:
        document.add_heading(f"Changed since {day_text(paper.last_meeting.day)}", level=2)
        for line in change_lines(paper):
            document.add_paragraph(line, style=style_of(document, "List Bullet"))


def _records(document: Any, paper: Paper) -> None:
    """What is on record beside the plan; what is not is said in one sentence at the end."""
    missing = []
    for table, name in (
        (rounds_table(paper), "result of a round"),
        (coverage_table(paper), "coverage"),
    ):
        if table.rows:
            add_table(document, table)
        else:
            missing.append(name)
    if paper.decisions:
        _decisions(document, paper)
    else:
        missing.append("decision")
    for table, name in ((requests_table(paper), "request"), (sign_up_table(paper), "sign-up")):
        if table.rows:
            add_table(document, table)
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
            document.add_paragraph(text, style=style_of(document, "List Bullet"))
