"""An empty workbook for KPIs, with lists to choose from and an example in each sheet."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from db.models import Disclosure, Frequency, KpiKind, PeriodType, Polarity, TargetType, Unit, ValueStatus
from db.private_files import private_file
from documents.draft import DocumentError
from documents.kpi_reader import SHEETS

_CHOICES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "definitions": {
        "unit": list(Unit),
        "polarity": list(Polarity),
        "kind": list(KpiKind),
        "frequency": list(Frequency),
        "period_type": list(PeriodType),
        "target_type": list(TargetType),
        "disclosure": list(Disclosure),
    },
    "values": {"status": list(ValueStatus)},
}
_EXAMPLES: Mapping[str, Mapping[str, object]] = {
    "definitions": {
        "code": "example-in-time",
        "name": "Example: assessments in time",
        "definition": "Assessments finished within 45 days, as a share of all.",
        "unit": "%",
        "polarity": "high",
        "kind": "performance",
        "frequency": "monthly",
        "period_type": "flow",
        "target": 90,
        "target_type": "at_least",
    },
    "values": {
        "code": "example-in-time",
        "period_start": "2016-11-01",
        "period_end": "2016-11-30",
        "value": 84,
    },
    "comparators": {"code": "example-in-time", "comparator": "England", "year": "2015/16", "value": 82},
}
_ROWS = 1000


def write_template(path: Path) -> None:
    """Write the workbook. Raises `DocumentError` for another ending, `OSError` where it can't be written."""
    # openpyxl takes long to import, and most commands open no workbook.
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if path.suffix.lower() != ".xlsx":
        raise DocumentError(f"{path.name} does not end in .xlsx: name it with that")
    book = Workbook()
    del book[book.sheetnames[0]]
    for name, columns in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        sheet.append([_EXAMPLES[name].get(column) for column in columns])
        sheet.freeze_panes = "A2"
        for at, column in enumerate(columns, start=1):
            sheet.cell(1, at).font = Font(bold=True)
            letter = get_column_letter(at)
            sheet.column_dimensions[letter].width = max(12, len(column) + 4)
            choices = _CHOICES.get(name, {}).get(column)
            if choices:
                chosen = DataValidation(
                    "list", formula1=f'"{",".join(map(_listed, choices))}"', allow_blank=True
                )
                chosen.error = f"Choose one of: {', '.join(choices)}"
                chosen.add(f"{letter}2:{letter}{_ROWS}")
                sheet.add_data_validation(chosen)
    with private_file(path) as part:
        book.save(part)


def _listed(word: str) -> str:
    # A comma parts the entries of a list.
    return word.replace("per 10,000", "per 10000")
