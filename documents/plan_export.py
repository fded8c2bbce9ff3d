"""Write a plan to a file in its own six columns plus status, so that it can be sent on.

Importing an export changes nothing. No cell is a formula to a spreadsheet program.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from db.models import Action, DoubtAbout, Plan
from db.private_files import private_file
from db.rules.rhythms import rhythm_in
from db.rules.titles import short_title
from documents.draft import DocumentError
from documents.table_writer import set_text, write_csv


@dataclass(frozen=True)
class Column:
    """A column of an export. `width` is in characters, for Excel.

    `needed` is None for a column that is always there; another column is there only when it is true for at
    least one action.
    """

    heading: str
    text: Callable[[Action], str]
    width: int = 18
    needed: Callable[[Action], bool] | None = None


def _has_own_frequency(action: Action) -> bool:
    """Whether the frequency differs from the one that an import would find in the texts."""
    return action.recurrence != rhythm_in(action.text, action.measure_text)


def _status(action: Action) -> str:
    """The status, or what the file said where nobody has settled it: an import of this file asks again."""
    if not action.status_unsettled:
        return action.progress.value
    asked = [doubt.cell for doubt in action.doubts if doubt.about is DoubtAbout.STATUS and doubt.cell]
    written = asked[0] if asked else action.progress.value
    return "" if written == action.progress_text else written


_FINDINGS = "Issues raised"
COLUMNS = (
    Column("Ref", lambda a: a.ref, 8),
    Column("Rec. no", lambda a: a.recommendation or "", 8, lambda a: bool(a.recommendation)),
    Column("Title", lambda a: a.title, 30, lambda a: a.title != short_title(a.text)),
    Column(_FINDINGS, lambda _: "", 36),
    Column("Action", lambda a: a.text, 44),
    Column("What will be different", lambda a: a.outcome_text, 40),
    Column("How will we know", lambda a: a.measure_text, 40),
    Column("Completion date", lambda a: a.due_as_written, 16),
    Column(
        "Original date",
        lambda a: a.original_due_as_written,
        16,
        lambda a: a.original_due_as_written != a.due_as_written,
    ),
    Column("Frequency", lambda a: a.recurrence or "", 16, _has_own_frequency),
    Column("Lead", lambda a: " / ".join(lead.role.name for lead in a.leads), 26),
    Column("Support", lambda a: a.supporters, 26, lambda a: bool(a.supporters)),
    Column("Status", _status, 16),
    Column("Exception", lambda a: a.exception, 30, lambda a: bool(a.exception)),
    Column("Outcome status", lambda a: a.outcome.value, 16),
    Column("Progress", lambda a: a.progress_text, 44, lambda a: bool(a.progress_text)),
    Column("Evidence", lambda a: a.evidence or "", 30, lambda a: bool(a.evidence)),
    Column("Notes", lambda a: a.notes, 44, lambda a: bool(a.notes)),
)


@dataclass(frozen=True)
class ExportLine:
    """A section's title, with `cells` None; or an action's cells, with an empty title."""

    title: str
    cells: list[str] | None


def export_plan(plan: Plan, actions: list[Action], path: Path) -> None:
    """Write a plan to .xlsx, .csv or .docx by the path's ending.

    Raises `DocumentError` for another ending, and `OSError` when the file cannot be written.
    """
    write = {".xlsx": _to_excel, ".csv": _to_csv, ".docx": _to_word}.get(path.suffix.lower())
    if write is None:
        raise DocumentError(f"{path.name} ends in none of .xlsx, .csv and .docx: name it with one of them")
    columns = [c for c in COLUMNS if c.needed is None or any(map(c.needed, actions))]
    write(plan, columns, list(_lines(plan, actions, columns)), path)


def _lines(plan: Plan, actions: list[Action], columns: list[Column]) -> Iterator[ExportLine]:
    """Each section's title and its actions. The section's findings are in its first action's row."""
    findings_at = [column.heading for column in columns].index(_FINDINGS)
    for section in plan.sections:
        inside = [action for action in actions if action.section_id == section.id]
        if not inside and section.actions:
            # All its actions were removed.
            continue
        numbered = section.ref[:1].isdigit()
        yield ExportLine(
            f"{section.ref} {section.title}" if numbered else f"Section {section.ref}: {section.title}", None
        )
        findings = section.findings
        for action in inside:
            cells = [column.text(action) for column in columns]
            cells[findings_at], findings = action.finding or findings, ""
            yield ExportLine("", cells)
        if findings:
            yield ExportLine("", [findings if at == findings_at else "" for at in range(len(columns))])


def _to_csv(_: Plan, columns: list[Column], lines: list[ExportLine], path: Path) -> None:
    rows = (line.cells or [line.title, *[""] * (len(columns) - 1)] for line in lines)
    write_csv(path, [column.heading for column in columns], rows)


def _to_excel(plan: Plan, columns: list[Column], lines: list[ExportLine], path: Path) -> None:
    # openpyxl takes long to import, and most commands and requests write no workbook.
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Action plan"
    set_text(sheet.cell(1, 1), plan.title)
    sheet.append([column.heading for column in columns])
    for number, line in enumerate(lines, start=3):
        for at, text in enumerate(line.cells or [line.title], start=1):
            cell = sheet.cell(number, at)
            set_text(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if line.cells is None:
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(columns))
            sheet.cell(number, 1).font = Font(bold=True)
    for at, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
        heading = sheet.cell(2, at)
        heading.font = Font(bold=True)
        heading.fill = PatternFill("solid", fgColor="FFDDEBF7")
    sheet.freeze_panes = "A3"
    with private_file(path) as part:
        book.save(part)


def _to_word(plan: Plan, columns: list[Column], lines: list[ExportLine], path: Path) -> None:
    # python-docx takes long to import, and only a Word export needs it.
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Pt

    document = Document()
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = page.page_height, page.page_width
    document.add_heading(plan.title, level=0)
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        cell.text = column.heading
    for line in lines:
        cells = table.add_row().cells
        if line.cells is None:
            cells[0].merge(cells[-1]).text = line.title
        else:
            for cell, text in zip(cells, line.cells, strict=True):
                cell.text = text
    for paragraph in (p for row in table.rows for cell in row.cells for p in cell.paragraphs):
        for run in paragraph.runs:
            run.font.size = Pt(8)
    with private_file(path) as part:
        document.save(str(part))
