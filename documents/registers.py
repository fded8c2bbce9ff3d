"""Read registers from .csv and .xlsx: rows by the names of their columns, and dates as people write them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from rapidfuzz import process

from db.rules.dates import Span, read_written
from db.text_checks import fault_of
from documents.draft import DocumentError, refuse_faults
from documents.text_tables import TextTable, read_text_table

LONGEST_REGISTER = 20_000
# So many columns that are not read are named.
_MOST_UNREAD = 12
# The first words of a row that adds up the others.
_TOTAL = re.compile(r"(?:grand )?totals?:?", re.IGNORECASE)


class Faults:
    """What is wrong in a file, so that one answer names all of it and nothing is written."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._found: list[tuple[int, str]] = []

    def add(self, row: int, what: str) -> None:
        """Note a fault. Personal data is not quoted, even if the fault is another one."""
        unfit = fault_of(what, frozenset)
        self._found.append((row, f"it {unfit}" if unfit else what))

    def report(self) -> None:
        """Raise `DocumentError` if anything was added."""
        refuse_faults([f"{self._name}, row {row}: {what}" for row, what in sorted(self._found)])


# Beside a column of deputies' names, one of these has what Slack knows them by.
_DEPUTY_IDS = ("deputy slack id", "deputy id", "deputy email", "deputy's slack id", "deputy e-mail")
# What councils and exports call the columns of registers, in small letters and with single spaces.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "role": ("post", "post title", "job title", "position", "lead role", "role name"),
    "agency": ("organisation", "organization", "employer", "service", "service / agency", "agency / service"),
    "slack_user": (
        *("slack user", "slack id", "slack user id", "slack member id", "user id", "userid", "member id"),
        *("slack", "email", "e-mail", "email address", "e-mail address", "work email", "work e-mail"),
    ),
    "deputy": (*_DEPUTY_IDS, "first deputy", "deputy 1", "cover", "covered by", "deputy / cover"),
    "name": (
        "team",
        "team name",
        "school",
        "school name",
        "establishmentname",
        "establishment name",
        "establishment",
    ),
    "channel": ("slack channel", "channel id", "slack channel id"),
    "contact": (
        *("dsl", "dsl contact", "dsl email", "contact email", "safeguarding contact"),
        *("email", "e-mail", "email address", "e-mail address", "team email"),
        *("safeguarding contact (slack id)", "dsl (slack id)", "dsl slack id"),
    ),
    "telephone": (
        "school phone",
        "phone",
        "tel",
        "tel no",
        "telephone number",
        "phone number",
        "telephonenum",
    ),
    "calendar": ("la (name)", "la name", "la", "local authority", "authority", "council", "term calendar"),
    "from": (
        *("start", "starts", "start date", "from date", "opendate", "open date", "opened", "date opened"),
        *("in post from", "in post since", "since", "joined", "date joined", "started", "date started"),
    ),
    "to": (
        *("end", "ends", "end date", "to date", "until", "closedate", "close date", "closed", "date closed"),
        *("closing date", "closure date", "date of closure"),
        *("in post to", "in post until", "left", "left post", "date left", "leaving date", "leaver date"),
        *("left on", "finish", "finished", "finish date", "last day"),
    ),
}


def read_columns(
    path: Path, columns: Sequence[str], needed: Sequence[str], faults: Faults
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row that is not empty, by column, with its number in the file.

    `columns` are all the columns that the file may have; a usual other name for one is read as it. A row that
    leaves a `needed` one empty is left out and noted in `faults`. Raises `DocumentError` for a file without a
    needed column.
    """
    table = _table(path, columns)
    headings = _columns_of(table.rows[0], columns)
    missing = [name for name in needed if name not in headings]
    if missing:
        there = ", ".join(f"“{' '.join(cell.split())[:40]}”" for cell in table.rows[0] if cell.strip())
        what = f"{path.name} has no column {missing[0]}: it has {there or 'none'}"
        raise DocumentError(f"{what}. Give it the columns {','.join(columns)}")
    for number, cells in enumerate(table.rows[1:], start=table.first + 1):
        row = {name: cell.strip() for name, cell in zip(headings, cells, strict=False)}
        if any(row.values()):
            empty = [name for name in needed if not row.get(name)]
            if _TOTAL.fullmatch(next(filter(None, (cell.strip() for cell in cells)))):
                faults.add(number, "it adds up the others: take the row out")
            elif empty:
                without = ": leave the row out until somebody holds it" if empty[0] == "slack_user" else ""
                faults.add(number, f"no {empty[0]} is given{without}")
            else:
                yield number, row


def _table(path: Path, columns: Sequence[str]) -> TextTable:
    """The table that has most of the columns."""

    def fit(row: list[str]) -> int:
        return len(set(columns) & set(_columns_of(row, columns)))

    return read_text_table(path, LONGEST_REGISTER, fit)


def unread_parts(path: Path, columns: Sequence[str]) -> list[str]:
    """A sentence for each part of a file that is not read: nobody is to take it for stored.

    The columns are named in one, and sheets, hidden columns and words above the table in one each.
    """
    table = _table(path, columns)
    heads = [" ".join(cell.split()) for cell in table.rows[0]]
    both = zip(heads, _columns_of(heads, columns), strict=True)
    unread = [f"“{heading[:40]}”" for heading, name in both if heading and name not in columns]
    if not unread:
        return table.doubts
    more = f" and {len(unread) - _MOST_UNREAD} more" if len(unread) > _MOST_UNREAD else ""
    return [f"not used, so nothing of it is stored: {', '.join(unread[:_MOST_UNREAD])}{more}", *table.doubts]


def has_columns(headings: Sequence[str], columns: Iterable[str]) -> bool:
    """Whether headings, in small letters, are these columns by their own or usual other names."""
    wanted = list(columns)
    return set(wanted) <= set(_named(list(headings), wanted))


def _columns_of(row: Sequence[str], columns: Sequence[str]) -> list[str]:
    """A row's cells as headings, by the names of the columns."""
    return _named([" ".join(cell.split()).lower() for cell in row], columns)


def _named(headings: list[str], columns: Sequence[str]) -> list[str]:
    """The headings by the names of the columns. A column that is there by its own name keeps it."""
    named = list(headings)
    if "deputy" in headings and "deputy" in columns and set(_DEPUTY_IDS) & set(headings):
        named[headings.index("deputy")] = "deputy's name"
    for column in columns:
        if column in named:
            continue
        others = [column.replace("_", " "), *_OTHER_NAMES.get(column, ())]
        found = next((name for name in others if name in headings and name not in columns), None)
        found = found or _by_its_word(named, column, columns)
        if found is not None:
            named[headings.index(found)] = column
    return named


# What a heading that is no usual name has in it: "LA calendar", "Deputy (Slack ID)", "Team contact".
_WORDS = {
    "calendar": r"calendar",
    "deputy": r"deputy(?! ?'?s? (?:name|from|since|until|post|role))",
    "contact": r"contact(?! (?:tel|phone|number|no\b|name|role))",
    "telephone": r"(?:tele)?phone|tel",
    "channel": r"channel",
}


def _by_its_word(headings: Sequence[str], column: str, columns: Sequence[str]) -> str | None:
    """The only heading with the word of a column in it, and of none of the others; None without one."""
    if column not in _WORDS:
        return None
    has = [one for one in headings if re.search(rf"\b(?:{_WORDS[column]})\b", one) and one not in columns]
    return has[0] if len(has) == 1 else None


def read_days(
    number: int, row: dict[str, str], first: str, last: str, faults: Faults, *, only_days: bool = False
) -> tuple[date | None, date | None]:
    """The dates in the columns `first` and `last`, None where empty or where a fault is noted.

    A month is its first day in the one and its last day in the other, and a fault with `only_days`.
    """
    spans = [_read_span(number, name, row.get(name, ""), faults, only_days) for name in (first, last)]
    starts, ends = spans[0] and spans[0][0], spans[1] and spans[1][1]
    if starts and ends and ends < starts:
        faults.add(number, f"it ends on {ends} before it starts on {starts}")
    return starts, ends


def _read_span(number: int, name: str, text: str, faults: Faults, only_days: bool) -> Span | None:
    if not text:
        return None
    # A footnote's mark is no part of the day.
    text = text.rstrip(" *†‡¹²³")
    read = read_written(text, text)
    is_month = read.span is not None and read.span[0] != read.span[1]
    if read.span is None or read.doubt or (only_days and is_month):
        known = read.doubt is not None and "cannot be read" not in read.doubt and not is_month
        plainly = f'"{text}" in column {name} is not a date: write it as 2016-09-05'
        faults.add(number, f"column {name}: {read.doubt}" if known else plainly)
        return None
    return read.span


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question with the known word that is nearest, to put after a sentence, or nothing."""
    found = process.extractOne(word, list(known), processor=str.lower, score_cutoff=70)
    return f". Did you mean “{found[0]}”?" if found else ""
