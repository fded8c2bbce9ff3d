"""What an import would do or did, as a person is shown it: for messages, which know no files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from db.models import Doubt, DoubtAbout
from db.rules.dates import ANY_MONTH
from db.rules.doubts import AsRead, DoubtKey, as_read, proposals, stored_key

_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def letters_digest(content: bytes) -> str:
    """A digest in letters alone: it is stored, and digits would now and then look like a person's number."""
    return sha256(content).hexdigest().translate(_AS_LETTERS)


@dataclass(frozen=True)
class OpenDoubt:
    """A doubt of a file that nobody has settled.

    `place` says where it stands (`row 4`), and `ref` names the action that it is about. `about` is a
    `DoubtAbout`, or `OPTION` for one that an option of the import settles. `cell` is what the file says
    there; about no field it is the sentence as the reader wrote it. `choices` are the answers that are
    offered, each as its label and its value, which for an option is its name and value (`map:Cost=notes`).
    """

    text: str
    place: str = ""
    ref: str = ""
    about: str = "other"
    cell: str = ""
    choices: Sequence[Sequence[str]] = ()

    @property
    def key(self) -> DoubtKey:
        """What the answer belongs to, unless it is an option of the import."""
        about = DoubtAbout.OTHER if self.about == OPTION else DoubtAbout(self.about)
        return DoubtKey(self.ref, about, self.cell)

    @property
    def where(self) -> str:
        """Its place, with the action's ref: `row 4, 2.3`."""
        return f"{self.place}, {self.ref}" if self.ref and self.ref not in self.place else self.place

    @property
    def is_about_a_field(self) -> bool:
        return self.about in (DoubtAbout.DUE, DoubtAbout.STATUS, DoubtAbout.LEADS)

    @property
    def as_read(self) -> Sequence[str] | None:
        """The label and value of the answer that leaves it as the import reads it, if it is offered."""
        return None if self.about == OPTION else as_read(self.choices)

    @property
    def sort(self) -> str:
        """What the doubt says whatever its cell has: doubts with the same words are alike.

        A status stays in it, because doubts that are settled together have to come to the same.
        """
        words = _QUOTED.sub("", self.text)
        if self.about == DoubtAbout.LEADS:
            words = _NAMES.sub("", words)
        return f"{self.about} {_DATES.sub('', words)}"

    @property
    def id(self) -> str:
        """What a button carries to say which doubt it answers: the same after the file was read again."""
        return letters_digest("\n".join((self.ref, self.about, self.cell, self.text)).encode())[:16]


def digest_of(doubts: Sequence[OpenDoubt]) -> str:
    """What a button carries to say which doubts were shown with it."""
    return letters_digest("\n".join(one.id for one in doubts).encode())[:16]


OPTION = "option"
_QUOTED = re.compile(r'“[^”]*”|"[^"]*"')
# Who is named after "joint leads, split into" or "read as".
_NAMES = re.compile(r"(?:\binto\b|\bas\b|:).*", re.DOTALL)
_DATES = re.compile(rf"\d+(?:st|nd|rd|th)?|\b(?:{ANY_MONTH})\b", re.IGNORECASE)


@dataclass
class ImportReport:
    """The whole of an import in words.

    `about` says what the file is taken for, `counts` how much changes, `lines` each change, `columns` how
    each column was read: its heading and meaning, None for one that is not used. `plan` is the code of a
    plan's file.
    """

    about: str
    counts: str
    lines: list[str] = field(default_factory=list)
    columns: list[tuple[str, str | None]] = field(default_factory=list)
    doubts: list[OpenDoubt] = field(default_factory=list)
    nothing_changed: bool = False
    plan: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for two imports that change the same."""
        return letters_digest("\n".join((self.about, self.counts, *self.lines)).encode())


def open_doubt(doubt: Doubt, today: date) -> OpenDoubt:
    """A stored doubt with the answers that are offered to it."""
    action, key = doubt.action, stored_key(doubt)
    if action is None:
        seen = proposals(doubt.about, doubt.cell, AsRead(None, None, ()), today)
        return OpenDoubt(doubt.text, file_place(doubt), cell=key.cell, choices=seen)
    # A later date that was agreed is not what the file says.
    due = action.due if action.last_round_on is None and not action.due_requests else action.original_due
    read = AsRead(due, action.progress, [lead.role.name for lead in action.leads])
    offered = proposals(doubt.about, doubt.cell, read, today)
    return OpenDoubt(doubt.text, f"{action.ref} {action.title}", action.ref, doubt.about, key.cell, offered)


def file_place(doubt: Doubt) -> str:
    """Where a stored doubt about a plan's file is, in words; nothing for one about an action."""
    if doubt.plan is None:
        return ""
    return f"{doubt.plan.code}, {doubt.place or 'the file'}"
