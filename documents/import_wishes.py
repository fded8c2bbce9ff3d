"""What a person says of a file that they send in chat."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.rules.doubts import DoubtKey
from documents.file_kinds import FileKind, file_kind


@dataclass(frozen=True)
class ImportWish:
    """What a person says of a file.

    `plan` is a plan's code; `is_new` says that no stored plan is meant. `options` are as on the command line,
    by name: `map`, `sheet`, `same-role`, `calendar`, `la`, `column`, `polarity`, `unit`, `register`.
    """

    kind: FileKind
    plan: str = ""
    is_new: bool = False
    title: str = ""
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: Mapping[DoubtKey, str] = field(default_factory=dict)

    def option(self, name: str) -> Sequence[str]:
        return self.options.get(name, ())

    def only(self, name: str) -> str | None:
        """An option that is given at most once."""
        return next(iter(self.option(name)), None)


# Words by which a file of no clear headings is figures or term dates.
_FIGURES = re.compile(r"\b(?:kpis?|figures|scorecard|indicators|data ?set)\b", re.IGNORECASE)
_TERMS = re.compile(r"\b(?:term dates?|terms|calendar|school holidays)\b", re.IGNORECASE)
_ONLY = {
    FileKind.PEOPLE: re.compile(r"(?:people|role holders|who holds (?:which|what) role)\W*", re.IGNORECASE),
    FileKind.SCHOOLS: re.compile(
        r"(?:the )?(?:schools|register of schools|school register)\W*", re.IGNORECASE
    ),
}
_REGISTER = re.compile(
    r"(?:this is |here is )?(?:the |our )?(?:new )?register of (?P<name>[a-z][a-z -]*[a-z])\W*", re.IGNORECASE
)
_NO_CODE = r"(?!(?:for|is|with|as|attached|here|and|from|in|of|the|to|please|this|that)\b)"
_NEW = re.compile(
    rf"\bnew(?: action| improvement)? plan\b(?:\s*:?\s+(?P<code>{_NO_CODE}[A-Za-z][\w-]*)"
    r"(?=\s*(?:[:,;]|\n|$)))?"
    # What follows with a "=" says what a column is.
    r"(?:\s*:\s*(?P<title>(?:(?!\s*[,;][^,;=\n]+=)[^\n])+))?",
    re.IGNORECASE,
)
_UPDATE_OF = re.compile(
    r"\s*(?:this is |here is )?(?:an? |the )?(?:update|new version) of (?:the )?(?:plan )?"
    r"(?P<code>[\w-]+)\W*",
    re.IGNORECASE,
)
_UPDATE = re.compile(r"\b(?:updates?|updated|new version|replace\w*)\b", re.IGNORECASE)
_CALENDAR = re.compile(
    r"\b(?:calendar|term dates? (?:of|for)|terms (?:of|for))\s*:?\s*(?P<name>[^,;\n]+)", re.IGNORECASE
)
_AUTHORITY = re.compile(r"\b(?:la|authority)\s*:?\s+(?P<name>[^,;=\n]+)", re.IGNORECASE)
_SHEET = re.compile(r"\bsheet\s*:?\s+(?P<name>[^,;=\n]+)", re.IGNORECASE)
_PAIR = re.compile(r"(?:^|[,;\n])\s*(?P<first>[^,;=\n]+?)\s*=\s*(?P<second>[^,;=\n]+)")


def read_wish(text: str, path: Path, codes: Collection[str]) -> ImportWish:
    """What somebody wrote with a file: `new plan CODE: Title`, `update of CODE`, `calendar NAME`, `A=B`.

    The file's headings tell its kind; words only where they do not. `codes` are those of the stored plans, in
    small letters. Raises `DocumentError` for a file of no known kind.
    """
    new = _NEW.search(text)
    if new:
        title = " ".join((new["title"] or "").split())
        return ImportWish(FileKind.PLAN, (new["code"] or "").lower(), True, title, _options(text, "map"))
    code = _code_to_update(text, codes)
    if code:
        return ImportWish(FileKind.PLAN, code, options=_options(text, "map"))
    named = _REGISTER.fullmatch(text.strip())
    if named and named["name"].lower() != "schools" and path.suffix.lower() in (".csv", ".xlsx"):
        return ImportWish(FileKind.REGISTER, options={"register": [named["name"]]})
    kind = _kind(text, path)
    if kind is FileKind.REGISTER:
        # `teams.csv` is the register of teams.
        return ImportWish(kind, options={"register": [re.sub(r"[\W\d_]+", " ", path.stem).strip()]})
    return ImportWish(kind, options=_options(text, "column" if kind is FileKind.KPIS else "map"))


def _code_to_update(text: str, codes: Collection[str]) -> str:
    """The plan that is to be updated: one named plainly, or a stored one in a sentence about an update."""
    named = _UPDATE_OF.fullmatch(text)
    if named:
        return named["code"].lower()
    words = re.findall(r"[\w-]+", text.lower()) if _UPDATE.search(text) else []
    return next((word for word in words if word in codes), "")


def _kind(text: str, path: Path) -> FileKind:
    named = next((kind for kind, form in _ONLY.items() if form.fullmatch(text.strip())), None)
    if named is not None:
        return named
    kind = file_kind(path)
    if kind is not None:
        return kind
    if _TERMS.search(text):
        return FileKind.TERMS
    # A plan's reader says best what is missing.
    return FileKind.KPIS if _FIGURES.search(text) else FileKind.PLAN


def _options(text: str, pairs: str) -> dict[str, Sequence[str]]:
    """The options in a text; `pairs` is the one that its pairs `A=B` are of."""
    options: dict[str, Sequence[str]] = {
        pairs: [f"{one['first']}={one['second']}" for one in _PAIR.finditer(text)]
    }
    for name, form in (("calendar", _CALENDAR), ("la", _AUTHORITY), ("sheet", _SHEET)):
        named = form.search(text)
        options[name] = [" ".join(named["name"].split())] if named else []
    return options
