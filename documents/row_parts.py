"""Rows that hold several actions: their parts with letters or numbers, each with its own lead and date."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from string import ascii_lowercase
from typing import NamedTuple

from documents.draft import Cell, Row

_LABEL = re.compile(r"(?:^|(?<=\s))\(?(?P<label>[A-Za-z]|[ivxIVX]{2,4}|\d{1,2})[.)]\s+(?=\S)")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
# A label in the middle of a line counts only after the end of the part before it.
_ENDS_PART = re.compile(r"(?:^|[\n;,:.]|\band|\bor)\s*$")
# "a) and b) Head of MASH": one value for two parts.
_SHARED = re.compile(
    r"(?P<labels>\(?(?:[a-z]|\d{1,2})[.)](?:\s*(?:and|&|,|/)\s*\(?(?:[a-z]|\d{1,2})[.)])+)\s+(?P<value>[^\n;]+)"
)
_BETWEEN = re.compile(r"\s*[;\n]\s*")
# What may be one value for each part of a row.
PARTED = ("due", "leads", "status", "rating", "progress", "measures")
_BULLET = re.compile(r"^\s*[•·▪●◦*–-]\s+\S", re.MULTILINE)


class Part(NamedTuple):
    """A part of a text, without its label. `ref` is what it adds to its row's reference.

    A letter stays one and a number comes after a point: `b` makes 1.1b, and 2 and `ii` make 1.1.2.
    """

    ref: str
    text: str


def labelled_parts(text: str) -> list[Part]:
    """The parts of a text whose labels count up from the first: a, b, c; i, ii, iii; 1, 2, 3.

    What stands before the first label, such as "The partnership will:", belongs to each part. Empty where
    there are no two.
    """
    labels = list(_LABEL.finditer(text))
    if len(labels) < 2:
        return []
    found, with_letters = list(_in_sequence(text, labels, iter(ascii_lowercase))), True
    for sequence in (iter(_ROMAN), map(str, count(1))):
        if len(found) < 2:
            found, with_letters = list(_in_sequence(text, labels, sequence)), False
    if len(found) < 2:
        return []
    lead_in = " ".join(text[: found[0].start()].split())
    if lead_in and not lead_in.endswith(":"):
        return []
    parts = []
    for number, (label, following) in enumerate(zip(found, [*found[1:], None], strict=True), start=1):
        own = text[label.end() : following.start() if following else len(text)]
        own = re.sub(r"[\s;,]*(?:;|,|\band)?\s*$", "", " ".join(own.split()))
        if not own:
            return []
        ref = label["label"].lower() if with_letters else f".{number}"
        parts.append(Part(ref, f"{lead_in.removesuffix(':')} {own}".strip()))
    return parts


def has_bullets(text: str) -> bool:
    """Whether a text has several bullet points, which may be parts or one action's steps."""
    return len(_BULLET.findall(text)) > 1


def _in_sequence(
    text: str, labels: Iterable[re.Match[str]], sequence: Iterator[str]
) -> Iterator[re.Match[str]]:
    """The labels of a text that follow one another in a sequence, from its first on."""
    wanted = next(sequence)
    for found in labels:
        begins_part = _ENDS_PART.search(text[: found.start()])
        is_marked = found.group().startswith("(") or (
            found["label"].isalpha() and found.group().strip().endswith(")")
        )
        if found["label"].lower() == wanted and (begins_part or is_marked):
            yield found
            wanted = next(sequence, "")


def _with_each_label(found: re.Match[str]) -> str:
    """`a) and b) Head of MASH` as the same value under each label."""
    labels = re.findall(r"[a-z]|\d{1,2}", found["labels"].lower().replace("and", ""))
    return "\n".join(f"{label}) {found['value'].strip(' ;,')}" for label in labels)


def listed(text: str) -> list[str]:
    """The values of a cell that lists several: by their labels, by lines or by semicolons."""
    labelled = [part.text for part in labelled_parts(_SHARED.sub(_with_each_label, text))]
    return labelled or [one for one in _BETWEEN.split(text.strip()) if one]


def split_row(row: Row, parts: Sequence[Part], columns: Mapping[str, int]) -> list[Row]:
    """The row once for each part, where each has a date of its own; else empty.

    `columns` gives the column of the action, as `text`, and those of `PARTED` that the row has. A lead may be
    one for all. What has no value for each part is in every row as it is.
    """
    values = {
        name: listed(row.cells[at].text)
        for name, at in columns.items()
        if name in PARTED and at < len(row.cells)
    }
    has_dates = len(values.get("due", ())) == len(parts)
    if not has_dates or len(values.get("leads", ())) not in (0, 1, len(parts)):
        return []
    rows = []
    for place, part in enumerate(parts):
        cells = list(row.cells)
        cells[columns["text"]] = Cell(part.text)
        for name, own in values.items():
            if len(own) == len(parts):
                at = columns[name]
                cells[at] = Cell(own[place], cells[at].colour)
        rows.append(row._replace(cells=tuple(cells)))
    return rows
