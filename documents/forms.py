"""Plans that are no list: a form for each action, or a column for each. They are turned into one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.heading_meanings import meaning


@dataclass
class _Form:
    """A form: its values by label, in order. `number` is its first row's."""

    number: int
    sheet: str | None
    values: dict[str, Cell] = field(default_factory=dict)

    def is_action(self) -> bool:
        """Whether its labels are those of an action: what is to be done with one more, or three others."""
        meanings = {meaning(label) for label in self.values} - {None}
        return len(meanings - {"ref", "text"}) > (0 if "text" in meanings else 2)


def table_of_forms(content: FileContent) -> FileContent | None:
    """The forms of a file as one table with a heading row, or None where it has fewer than two.

    What stands in no form, such as a table of versions, is left out with a doubt.
    """
    found: list[_Form | Row] = []
    labels: set[str] = set()
    for row in content.rows:
        if row.banner is not None:
            # A label without a value looks like a title.
            if row.banner.strip(" :") not in labels:
                found.append(row)
            continue
        for label, value in _pairs(row.cells):
            last = found[-1] if found else None
            if not isinstance(last, _Form) or label in last.values:
                last = _Form(row.number, row.sheet)
                found.append(last)
            last.values[label] = value
            labels.add(label)
    forms = [one for one in found if isinstance(one, _Form) and one.is_action()]
    return _as_table(content, found, forms) if len(forms) > 1 else None


def swapped_table(content: FileContent) -> FileContent | None:
    """A table with an action in each column, with its rows and columns swapped; None for another one."""
    rows = [row for row in content.rows if row.banner is None]
    labelled = [row for row in rows if row.cells and meaning(row.cells[0].text)]
    texts = next((row for row in labelled if meaning(row.cells[0].text) == "text"), None)
    if texts is None or len({meaning(row.cells[0].text) for row in labelled}) < 3:
        return None
    of_table = [
        row for row in rows if row.sheet == texts.sheet and any(cell.text.strip() for cell in row.cells)
    ]
    columns = range(1, max(len(row.cells) for row in of_table))
    actions = [at for at in columns if at < len(texts.cells) and texts.cells[at].text.strip()]
    if len(actions) < 2:
        return None
    swapped = [
        Row(
            at + 1,
            tuple(row.cells[at] if at < len(row.cells) else Cell() for row in of_table),
            sheet=texts.sheet,
        )
        for at in (0, *actions)
    ]
    doubt = "the file has an action in each column: its rows and columns are swapped, so row 2 is column B"
    return FileContent(swapped, content.loose, [*content.doubts, FileDoubt(None, doubt)])


def _pairs(cells: Sequence[Cell]) -> list[tuple[str, Cell]]:
    """The labels of a row with the values on their right; one whose form is wider has several."""
    here = [cell for cell in cells if not cell.merged]
    found = []
    for at in range(0, len(here) - 1, 2):
        label = " ".join(here[at].text.split()).strip(" :")
        if label:
            found.append((label, here[at + 1]))
    return found


def _as_table(content: FileContent, found: Sequence[_Form | Row], forms: Sequence[_Form]) -> FileContent:
    labels = list(dict.fromkeys(label for form in forms for label in form.values))
    heading = Row(forms[0].number, tuple(map(Cell, labels)), sheet=forms[0].sheet)
    rows = [heading]
    left_out: list[str] = []
    for one in found:
        if isinstance(one, Row):
            rows.append(one)
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
