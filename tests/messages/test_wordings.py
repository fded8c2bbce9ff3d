"""What people read is what was approved, and holds none of the phrases that had to be read twice."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.wordings import FILE, as_page

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "handlers", "jobs", "messages", "documents", "db", "sandbox")
# Each was once in an answer, and made somebody read it twice.
BANNED_PHRASES = (
    "A word on each helps",
    "what is read here",
    "told, and not judged",
    "is no reference",
    "is no date",
    "is no status",
    "is no number",
    "is none of",
    "It answers:",
    "measures together",
    "no asking has moved",
    "no word yet",
    "has to be still to come",
    "the date in force",
    "was granted by",
    "a bare reference here",
    "kept back",
    "as it was recorded",
    ", as it was",
    "with exception, except",
    "the bars do not stand",
    "Let a guest read no more",
    "plans held",
    "held just so",
    "worn out",
    "nobody means",
    "U0001LEAD",
)


def test_every_wording_is_the_approved_one() -> None:
    """After a change: `make wordings`, read the difference aloud, commit it."""
    assert as_page() == FILE.read_text("utf-8")


def _strings(path: Path) -> Iterator[str]:
    """The strings of a Python file without its docstrings, or the whole text of another file."""
    if path.suffix != ".py":
        yield path.read_text("utf-8")
        return
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(
        node, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
            yield node.value


def _files() -> list[Path]:
    code = [
        path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts
    ]
    page = [path for path in (ROOT / "sandbox" / "page").iterdir() if path.suffix in (".js", ".html")]
    docs = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    return [*code, *page, *docs]


def test_no_answer_has_to_be_read_twice() -> None:
    banned = re.compile("|".join(map(re.escape, BANNED_PHRASES)), re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}: {match[0]} in {text[:80]}"
        for path in _files()
        for text in _strings(path)
        for match in banned.finditer(text)
    ]
    # An import still knows the words that an earlier export wrote.
    assert [one for one in found if "HIDDEN" not in one and "db/kpis.py" not in one] == []
