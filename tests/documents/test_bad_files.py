"""Files that cannot be read: one clear sentence, within a time and a memory limit."""

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from documents.draft import DocumentError
from documents.plan_files import LONGEST_PLAN, read_plan_file
from tests.documents.office_files import rewritten, with_entity
from tests.files import excel_rows, word_plan

_SECONDS = 10
_BYTES = 500_000_000


def _empty(folder: Path) -> Path:
    (folder / "plan.docx").touch()
    return folder / "plan.docx"


def _not_a_package(folder: Path) -> Path:
    (folder / "plan.docx").write_bytes(b"this is not a zip")
    return folder / "plan.docx"


def _renamed(folder: Path) -> Path:
    path = excel_rows(folder / "plan.xlsx", [["Action", "Lead", "When"], ["Do", "Head", "09/2016"]])
    return path.rename(folder / "plan.docx")


def _no_table(folder: Path) -> Path:
    document = Document()
    document.add_paragraph("The plan will follow.")
    document.save(str(folder / "plan.docx"))
    return folder / "plan.docx"


def _no_heading(folder: Path) -> Path:
    return excel_rows(folder / "plan.xlsx", [["Apples", "Pears"], ["1", "2"]])


def _no_actions(folder: Path) -> Path:
    return excel_rows(folder / "plan.xlsx", [["Action", "Lead", "When"]])


def _same_ref_twice(folder: Path) -> Path:
    rows = [["Ref", "Action", "Lead"], ["1.1", "Do", "Head"], ["1.1", "Do more", "Head"]]
    return excel_rows(folder / "plan.xlsx", rows)


def _bomb(folder: Path) -> Path:
    return rewritten(word_plan(folder / "plan.docx"), "word/document.xml", lambda _: b"\0" * 400_000_000)


def _lying_bomb(folder: Path) -> Path:
    """A zip bomb that lists a smaller size than it unpacks to."""
    path = rewritten(word_plan(folder / "plan.docx"), "word/document.xml", lambda _: b"\0" * 40_000_000)
    content = path.read_bytes()
    path.write_bytes(content.replace((40_000_000).to_bytes(4, "little"), (4_000).to_bytes(4, "little")))
    return path


def _many_elements(folder: Path) -> Path:
    return rewritten(
        word_plan(folder / "plan.docx"), "word/document.xml", lambda x: x + b"<w:p/>" * 5_000_000
    )


def _entities(folder: Path) -> Path:
    return rewritten(word_plan(folder / "plan.docx"), "word/document.xml", with_entity)


def _external(folder: Path) -> Path:
    link = (
        b'<Relationship Id="rX" TargetMode="External" Target="http://127.0.0.1:9/x" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    return rewritten(
        word_plan(folder / "plan.docx"),
        "word/_rels/document.xml.rels",
        lambda x: x.replace(b"</Relationships>", link),
    )


def _other_workbook(folder: Path) -> Path:
    path = excel_rows(folder / "plan.xlsx", [["Action", "Lead", "When"], ["Do", "Head", "09/2016"]])
    return rewritten(path, "xl/externalLinks/externalLink1.xml", lambda _: b"<externalLink/>")


def _too_long(folder: Path) -> Path:
    rows = [["Action", "Lead", "When"], *([f"Do {n}", "Head", "09/2016"] for n in range(60_000))]
    return excel_rows(folder / "plan.xlsx", rows)


def _too_long_csv(folder: Path) -> Path:
    (folder / "plan.csv").write_text("Action,Lead,When\n" + "Do,Head,09/2016\n" * 60_000, "utf-8")
    return folder / "plan.csv"


def _old_word(folder: Path) -> Path:
    (folder / "plan.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    return folder / "plan.doc"


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (_empty, "is empty"),
        (_not_a_package, "is not really a Word document"),
        (_renamed, "is not really a Word document"),
        (_no_table, "has no table"),
        (_no_heading, "no row has the headings"),
        (_no_actions, "no actions under them"),
        (_same_ref_twice, "1.1 is there twice, in row 2 and row 3"),
        (_bomb, "unpacks to more than"),
        (_lying_bomb, "is not really a Word document"),
        (_many_elements, "unpacks to more than"),
        (_entities, "declares XML entities"),
        (_external, "linked to a file outside itself"),
        (_other_workbook, "takes values from another workbook"),
        (_too_long, f"the most is {LONGEST_PLAN:,}"),
        (_too_long_csv, f"more than {LONGEST_PLAN:,} rows"),
        (_old_word, "save it as .docx, .xlsx or .csv"),
    ],
)
def test_a_bad_file_gets_one_sentence_within_its_bounds(
    tmp_path: Path, make: Callable[[Path], Path], problem: str
) -> None:
    path = make(tmp_path)
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(DocumentError, match="(?s)" + problem.replace("(", r"\(")) as error:
            read_plan_file(path)
        used = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "\n" not in str(error.value)
    assert used < _BYTES
    assert time.process_time() - started < _SECONDS


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="there is no file"):
        read_plan_file(tmp_path / "nothing.docx")


def test_a_hyperlink_in_a_cell_is_allowed(tmp_path: Path) -> None:
    path = rewritten(
        word_plan(tmp_path / "plan.docx"),
        "word/_rels/document.xml.rels",
        lambda x: x.replace(
            b"</Relationships>",
            b'<Relationship Id="rX" TargetMode="External" Target="https://example.org/" Type="http://schemas.'
            b'openxmlformats.org/officeDocument/2006/relationships/hyperlink"/></Relationships>',
        ),
    )

    assert len(read_plan_file(path).actions) == 10
