"""Plans that have a form for each action, a label and a value in each row: turned into one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.headings import meaning


@dataclass
class _Form:
    """A form: its values by label, in order. `number` is its first row's."""

    number: int
    sheet: str | None
    values: dict[str, Cell] = field(default_factory=dict)

    def is_action(self) -> bool:
        meanings = {meaning(label) for label in self.values}
        return "text" in meanings and len(meanings - {None, "ref", "text"}) > 0


def table_of_forms(content: FileContent) -> FileContent | None:
    """The forms of a file as one table with a heading row, or None where it has fewer than two.

    What stands in no form, such as a table of versions, is left out with a doubt.
    """
    found: list[_Form | str] = []
    for row in content.rows:
        if row.banner is not None:
            found.append(row.banner)
            continue
        for label, value in _pairs(row.cells):
            last = found[-1] if found else None
            if not isinstance(last, _Form) or label in last.values:
                last = _Form(row.number, row.sheet)
                found.append(last)
            last.values[label] = value
    forms = [one for one in found if isinstance(one, _Form) and one.is_action()]
    return _as_table(content, found, forms) if len(forms) > 1 else None


def _pairs(cells: Sequence[Cell]) -> list[tuple[str, Cell]]:
    """The labels of a row with the values on their right; one whose form is wider has several."""
    here = [cell for cell in cells if not cell.merged]
    found = []
    for at in range(0, len(here) - 1, 2):
        label = " ".join(here[at].text.split()).strip(" :")
        if label:
            found.append((label, here[at + 1]))
    return found


def _as_table(content: FileContent, found: Sequence[_Form | str], forms: Sequence[_Form]) -> FileContent:
    labels = list(dict.fromkeys(label for form in forms for label in form.values))
    heading = Row(forms[0].number, tuple(map(Cell, labels)), sheet=forms[0].sheet)
    rows = [heading]
    left_out: list[str] = []
    for one in found:
        if isinstance(one, str):
            rows.append(Row(forms[0].number, (), one))
        elif one.is_action():
            cells = tuple(one.values.get(label, Cell()) for label in labels)
            rows.append(Row(one.number, cells, sheet=one.sheet))
        else:
            left_out += one.values
    doubts = [
        FileDoubt(None, f"the file has a form for each action: {len(forms)} forms are read as one table")
    ]
    if left_out:
        names = ", ".join(f'"{label}"' for label in left_out[:10])
        doubts.append(FileDoubt(None, f"what stands in no form of an action is left out: {names}"))
    return FileContent(rows, content.loose, [*content.doubts, *doubts])
