"""Check a plan's file, whatever its kind, and read it into a draft."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from db.text_checks import fault_of
from documents.csv_reader import read_csv
from documents.dittos import with_dittos_read
from documents.draft import DocumentError, Draft, FileContent, FileDoubt, Row
from documents.draft_builder import build_draft
from documents.excel_reader import read_excel
from documents.file_checks import check_file
from documents.forms import has_labels_for_headings, swapped_table, table_of_forms
from documents.heading_meanings import plain
from documents.heading_rows import FoundHeadings, find_headings
from documents.import_options import ImportOptions
from documents.joint_columns import split_joint_columns
from documents.repeated_columns import split_repeated_columns
from documents.row_kinds import loose_text
from documents.version_sheets import earlier_versions
from documents.word_reader import read_word

LONGEST_PLAN = 20_000
_LONGEST_CODE = 40

_READERS: dict[str, Callable[[Path, int], FileContent]] = {
    ".docx": read_word,
    ".xlsx": read_excel,
    ".csv": read_csv,
}


def read_plan_file(path: Path, options: ImportOptions | None = None) -> Draft:
    """Read a .docx, .xlsx or .csv plan. Raises `DocumentError`, one sentence, when it cannot be read.

    Without a sheet in the options every sheet that has the headings of a plan is read.
    """
    options = options or ImportOptions()
    mapping = options.mapping
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DocumentError(
            f"{path.name} is not a kind of file that can be read: save it as .docx, .xlsx or .csv"
        )
    check_file(path)
    content = read_word(path, LONGEST_PLAN, mapping) if reader is read_word else reader(path, LONGEST_PLAN)
    content = split_joint_columns(split_repeated_columns(content), mapping)
    found = find_headings(content.rows, mapping)
    chosen = content = with_dittos_read(content, found)
    if any(row.sheet for row in content.rows):
        chosen = _choose_sheets(content, found, options.sheets)
    if not found.headings:
        chosen = table_of_forms(chosen) or swapped_table(chosen) or chosen
    elif has_labels_for_headings(content.rows, found.headings):
        chosen = table_of_forms(chosen, least=1) or chosen
    # To look for headings takes a tenth of a second in ten thousand rows.
    draft = build_draft(chosen, mapping, found if chosen is content and found.headings else None)
    _check_mapping(draft, options.given)
    if not draft.actions:
        raise DocumentError(f"{path.name} has the headings of a plan but no actions under them")
    return draft


def plan_code(text: str) -> str:
    """The code of a plan that is called so or comes from a file of that name. Raises `DocumentError`."""
    # Before it is made a code, which would hide what it is.
    fault = fault_of(text, frozenset)
    if fault is not None:
        fault = f"the plan's code or its file's name {fault}"
        raise DocumentError(
            f"{fault}. Give another one with --plan", f"{fault}. Send it again with `new plan CODE`"
        )
    code = "".join(mark if mark.isalnum() or mark in "-_" else "-" for mark in text).strip("-").lower()
    if not code or len(code) > _LONGEST_CODE or code[0].isdigit():
        fault = f"\"{text}\" can't be a plan's code"
        form = f"a letter first, at most {_LONGEST_CODE} characters"
        raise DocumentError(
            f"{fault}. Give one with --plan: {form}", f"{fault}. Send it again with `new plan CODE`: {form}"
        )
    return code


def _check_mapping(draft: Draft, given: Iterable[str]) -> None:
    """Raise `DocumentError` for a heading that a person has just named and the file does not have."""
    there = {plain(one.heading): one.heading for one in draft.columns_read}
    for heading in given:
        if heading not in there:
            names = ", ".join(f'"{name}"' for name in there.values())
            raise DocumentError(f'no column is called "{heading}": the headings are {names}')


def _choose_sheets(content: FileContent, found: FoundHeadings, wanted: Sequence[str]) -> FileContent:
    """Keep the sheets with actions; the others, such as notes or a colour key, become loose text."""
    by_sheet = {name: list(rows) for name, rows in groupby(content.rows, lambda row: row.sheet)}
    names = {(name or "").strip().lower(): name for name in by_sheet}
    unknown = [name for name in wanted if name.strip().lower() not in names]
    if unknown:
        there = ", ".join(f'"{name}"' for name in by_sheet)
        raise DocumentError(f'there is no sheet "{unknown[0]}": the sheets are {there}')
    chosen = {names[name.strip().lower()] for name in wanted}
    earlier: set[str | None] = set()
    of_versions: list[FileDoubt] = []
    if not chosen:
        chosen = {name for name in by_sheet if _holds_plan(name, content.rows, found)}
        earlier, of_versions = earlier_versions(content.rows, found, chosen)
        chosen -= earlier
    if not chosen or chosen == set(by_sheet):
        # Where nothing says what the columns are, the builder guesses, or tells what is missing.
        return content
    of_plan = replace(content, rows=[], loose=list(content.loose), doubts=[*content.doubts, *of_versions])
    for name, rows in by_sheet.items():
        if name in chosen:
            of_plan.rows.extend(rows)
            continue
        if name in earlier:
            continue
        if not _LISTS.fullmatch((name or "").strip()):
            # A key with letters explains several of them, so its rows stay together.
            of_plan.loose.append("\n".join(loose_text(row) for row in rows))
        if any(cell.text.strip() for row in rows for cell in row.cells):
            of_plan.doubts.append(
                FileDoubt(None, f'the sheet "{name}" is not read: it is no table of actions')
            )
    return of_plan


# Words to choose from, side by side: what stands beside a colour there does not explain it.
_LISTS = re.compile(r"(?:drop ?downs?|lists?|look ?ups?|validation|data validation)(?: .*)?", re.IGNORECASE)
# Sheets whose words are chosen from in other sheets, or that tell how to fill them in.
_NO_PLAN = re.compile(
    r"(?:drop ?downs?|lists?|look ?ups?|validation|key|legend|guidance|instructions?|notes|read ?me|versions?"
    r"|version control|change log|cover|contents|glossary|data validation)(?: .*)?",
    re.IGNORECASE,
)


def _holds_plan(name: str | None, rows: Sequence[Row], found: FoundHeadings) -> bool:
    at, heading = next(((at, one) for at, one in found.headings.items() if rows[at].sheet == name), (0, None))
    if heading is None:
        return False
    column = heading.places["text"][0]
    below = [row for row in rows[at + 1 :] if row.sheet == name]
    texts = [row.cells[column].text for row in below if column < len(row.cells)]
    texts = [text for text in texts if text.strip()]
    if not _NO_PLAN.fullmatch((name or "").strip()):
        # A summary has how many actions there are.
        return not texts or any(re.search(r"[^\W\d_]", text) for text in texts)
    # A sheet of lists may have the right headings above single words.
    words = [len(text.split()) for text in texts]
    return bool(words) and sum(words) / len(words) >= 3
