"""What a person says of a file that they send in chat, and what a refusal then tells them to write."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.rules.doubts import DoubtKey
from documents.file_kinds import FileKind, file_kind


@dataclass(frozen=True)
class ImportWish:
    """What a person says of a file.

    `plan` is a plan's code; `is_new` says that no stored plan is meant. `options` are as on the command line,
    by name: `map`, `sheet`, `same-role`, `calendar`, `la`, `column`.
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


_KINDS = {
    FileKind.PEOPLE: r"people|role holders|who holds",
    FileKind.SCHOOLS: r"schools|register of schools",
    FileKind.TERMS: r"term dates?|terms|calendar|holidays",
    FileKind.KPIS: r"kpis?|figures|scorecard|indicators|data ?set",
    FileKind.PLAN: r"plans?|actions|tracker",
}
_NEW = re.compile(
    r"\bnew(?: action| improvement)? plan\b[ :]*(?P<code>[\w-]*)(?:\s*:\s*(?P<title>.+))?", re.IGNORECASE
)
_UPDATE = re.compile(
    r"\b(?:update|new version|replace\w*)\b(?: of| to| for)?(?: the)?(?: plan)? (?P<code>[\w-]+)",
    re.IGNORECASE,
)
_CALENDAR = re.compile(
    r"\b(?:calendar|term dates? (?:of|for)|terms (?:of|for))\s*:?\s*(?P<name>[^,;\n]+)", re.IGNORECASE
)
_AUTHORITY = re.compile(r"\b(?:la|authority)\s*:?\s+(?P<name>[^,;=\n]+)", re.IGNORECASE)
_SHEET = re.compile(r"\bsheet\s*:?\s+(?P<name>[^,;=\n]+)", re.IGNORECASE)
_PAIR = re.compile(r"(?:^|[,;\n])\s*(?P<first>[^,;=\n]+?)\s*=\s*(?P<second>[^,;=\n]+)")


def read_wish(text: str, path: Path) -> ImportWish:
    """What somebody wrote with a file: `new plan CODE: Title`, `update of CODE`, `calendar NAME`, `A=B`.

    Where they wrote no kind, the file's headings tell it. Raises `DocumentError` for a file of no known kind.
    """
    kind = next((one for one, form in _KINDS.items() if re.search(rf"\b(?:{form})\b", text, re.I)), None)
    kind = kind or file_kind(path)
    options: dict[str, Sequence[str]] = {
        "column" if kind is FileKind.KPIS else "map": [
            f"{one['first']}={one['second']}" for one in _PAIR.finditer(text)
        ]
    }
    for name, form in (("calendar", _CALENDAR), ("la", _AUTHORITY), ("sheet", _SHEET)):
        named = form.search(text)
        options[name] = [" ".join(named["name"].split())] if named else []
    new, update = _NEW.search(text), _UPDATE.search(text)
    found = new or update
    title = " ".join((new["title"] or "").split()) if new else ""
    return ImportWish(kind, found["code"].lower() if found else "", new is not None, title, options)


# What a refusal says of an option of the command line, and what it says in chat.
_IN_CHAT = (
    (re.compile(r'with --map "([^"]+)"'), r"by sending the file again and writing `\1` with it"),
    (re.compile(r"--(?:map|column|same-role): "), ""),
    (re.compile(r"name it with --calendar"), "send it again and write `calendar NAME` with it"),
    (
        re.compile(r"with --la NAME, and what to read with --column COLUMN=CODE"),
        "by sending it again and writing `la NAME` with it, and `COLUMN=CODE` for what to read",
    ),
    (re.compile(r"[Gg]ive (?:one|another one) with --plan"), "Send it again with `new plan CODE`"),
)


def in_chat(sentence: str) -> str:
    """A refusal of a file, with what to do in chat where it tells of the command line's options."""
    for form, words in _IN_CHAT:
        sentence = form.sub(words, sentence)
    return sentence
