"""Plans that are no list: a form for each action, or a column for each. They are turned into one table."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from documents.draft import Cell, FileContent, FileDoubt, Row
from documents.heading_meanings import meaning, plain
from documents.heading_words import NEVER

# A form with so many labels of the others is one of them.
_LEAST_SHARED = 3


@dataclass
class _Form:
    """A form: its values by label, in order. `number` is its first row's."""

    number: int
    sheet: str | None
    values: dict[str, Cell] = field(default_factory=dict)
    is_of_table: bool = False

    def is_action(self) -> bool:
        """Whether its labels are those of an action: what is to be done with one more, or three others.

        The headings of a table are labels beside labels.
        """
        of_values = [meaning(cell.text) for cell in self.values.values()]
        if self.is_of_table or 2 * sum(map(bool, of_values)) > len(of_values):
            return False
        meanings = {meaning(label) for label in self.values} - {None}
        return len(meanings - {"ref", "text"}) > (0 if "text" in meanings else 2)


def table_of_forms(content: FileContent, least: int = 2) -> FileContent | None:
    """The forms of a file as one table with a heading row, or None where it has fewer than `least`.

    What stands in no form, such as a table of versions, is left out with a doubt.
    """
    found: list[_Form | Row] = []
    numbered = _numbered_labels(content.rows)
    labels = {label for row in content.rows if row.banner is None for label, _ in _pairs(row.cells)}
    for row in content.rows:
        if row.banner is not None:
            # A label without a value looks like a title.
            label = row.banner.strip(" :")
            if label not in labels and meaning(label) is None:
                found.append(row)
            continue
        for label, value in _without_numbers(_pairs(row.cells), numbered):
            last = found[-1] if found else None
            if not isinstance(last, _Form) or label in last.values:
                last = _Form(row.number, row.sheet)
                found.append(last)
            last.values[label] = value
            last.is_of_table = last.is_of_table or _has_headings(row)
    all_forms = [one for one in found if isinstance(one, _Form)]
    plain = [one for one in all_forms if one.is_action()]
    # One with few values has the labels of the others.
    known = {label for form in plain for label in form.values}
    forms = [one for one in all_forms if one in plain or _has_labels_of(known, one)]
    return _as_table(content, found, forms) if len(forms) >= least else None


def _has_headings(row: Row) -> bool:
    """Whether a row has a table's headings: where a form has values there are several labels."""
    return sum(meaning(value.text) is not None for _, value in _pairs(row.cells)) > 1


# "Recommendation 3": the label of each form, with its number.
_NUMBERED_LABEL = re.compile(r"(?P<name>[^\W\d][\w ]*?)(?: no\.?)? ?(?P<number>\d{1,3}(?:\.\d{1,3})*[a-z]?)")


def _numbered_labels(rows: Sequence[Row]) -> frozenset[str]:
    """The names of the labels that have another number in each form, with other labels between them."""
    seen: dict[str, set[str]] = {}
    beside = set()
    before = ""
    for label, _ in (pair for row in rows if row.banner is None for pair in _pairs(row.cells)):
        found = _NUMBERED_LABEL.fullmatch(label)
        name = found["name"] if found else ""
        if found and name == before:
            # "Action 1" and "Action 2" below one another are of one form.
            beside.add(name)
        if found:
            seen.setdefault(name, set()).add(found["number"])
        before = name
    return frozenset(name for name, numbers in seen.items() if len(numbers) > 1) - beside


def _without_numbers(
    pairs: Sequence[tuple[str, Cell]], numbered: Collection[str]
) -> Iterator[tuple[str, Cell]]:
    """The pairs with the number of a form's label as a label of its own."""
    for label, value in pairs:
        found = _NUMBERED_LABEL.fullmatch(label)
        if found is None or found["name"] not in numbered:
            yield label, value
            continue
        yield found["name"], value
        yield f"{found['name']} no", Cell(found["number"])


def _has_labels_of(known: Collection[str], form: _Form) -> bool:
    """Whether a form has several of the known labels, and one of them is a heading: rows of a table repeat
    their values too.
    """
    shared = set(known) & set(form.values)
    return len(shared) >= _LEAST_SHARED and any(map(meaning, shared))


def has_labels_for_headings(rows: Sequence[Row], headings: Collection[int]) -> bool:
    """Whether rows that look like headings are labels with their values: "Owner | Head of QA | Due | May"."""

    def are_labels(row: Row) -> bool:
        texts = [cell.text for cell in row.cells if not cell.merged]
        labels, values = texts[::2], texts[1::2]
        return len(texts) % 2 == 0 and all(map(meaning, labels)) and not any(map(_is_heading, values))

    return bool(headings) and all(are_labels(rows[at]) for at in headings)


def _is_heading(text: str) -> bool:
    return meaning(text) is not None or NEVER.fullmatch(plain(text)) is not None


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
    titles = [row.banner for row in content.rows if row.banner is not None]
    return replace(
        content,
        rows=swapped,
        doubts=[*content.doubts, FileDoubt(None, doubt)],
        unread=[*content.unread, *titles],
    )


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
        elif one in forms:
            cells = tuple(one.values.get(label, Cell()) for label in labels)
            rows.append(Row(one.number, cells, sheet=one.sheet))
        else:
            left_out += one.values
    doubts = [
        FileDoubt(None, f"the file has a form for each action, and its {len(forms)} are read as one table")
    ]
    if left_out:
        names = ", ".join(f'"{label}"' for label in left_out[:10])
        doubts.append(FileDoubt(None, f"what stands in no form of an action is left out: {names}"))
    return replace(content, rows=rows, doubts=[*content.doubts, *doubts])
