"""Sheets that are versions of one plan: a tracker is often copied for each month or meeting."""

import re
from collections.abc import Collection, Mapping, Sequence

from documents.draft import FileDoubt, Row
from documents.heading_meanings import plain
from documents.heading_periods import latest_first, period_key, split_period
from documents.heading_rows import FoundHeadings
from documents.heading_words import PERIOD
from documents.pairing import same_words

# Of the actions of the shorter sheet so many are on the other one too.
_SAME = 0.6
_VERSION = re.compile(r"\b(?:v|ver|version|draft|rev|revision|issue) ?\.?(\d{1,3}(?:\.\d{1,3})?)\b")
_MOST_NAMED = 5


def earlier_versions(
    rows: Sequence[Row], found: FoundHeadings, sheets: Collection[str | None]
) -> tuple[set[str | None], list[FileDoubt]]:
    """Those of some sheets that are earlier versions of another one, with a doubt about each plan.

    Versions have mostly the same actions, and their names differ by a date, a period or a version. The same
    actions on the sheets of several agencies are each agency's own.
    """
    actions = _actions_by_sheet(rows, found, sheets)
    of_one_name: dict[tuple[str, str], list[str]] = {}
    for name in actions:
        if (key := _name_and_kind(name)) is not None:
            of_one_name.setdefault(key, []).append(name)
    earlier: set[str | None] = set()
    doubts = []
    for (_, kind), names in of_one_name.items():
        latest, *others = _latest_first(names, kind)
        others = [name for name in others if _are_mostly_same(actions[name], actions[latest])]
        if others:
            earlier |= set(others)
            doubts.append(_doubt(latest, others, actions))
    return earlier, doubts


def _actions_by_sheet(
    rows: Sequence[Row], found: FoundHeadings, sheets: Collection[str | None]
) -> dict[str, dict[str, str]]:
    """By sheet the texts of its actions, each by its words alone."""
    actions: dict[str, dict[str, str]] = {}
    column: int | None = None
    for at, row in enumerate(rows):
        if row.sheet is None or row.sheet not in sheets:
            continue
        if row.sheet not in actions:
            actions[row.sheet], column = {}, None
        if at in found.headings:
            column = found.headings[at].places["text"][0]
        elif column is not None and row.banner is None and at not in found.second and column < len(row.cells):
            text = row.cells[column].text
            if words := same_words(text):
                actions[row.sheet][words] = " ".join(text.split())
    return actions


def _name_and_kind(name: str) -> tuple[str, str] | None:
    """A sheet's name without what tells its versions apart, and what kind of thing that is."""
    text = plain(name)
    version = _VERSION.search(text)
    if version:
        return f"{text[: version.start()]} {text[version.end() :]}".strip(" -–_()"), "version"
    base, period = ("", text) if PERIOD.fullmatch(text) else split_period(text)
    kind, _ = period_key(period)
    return (base, kind) if kind != "none" else None


def _latest_first(names: Sequence[str], kind: str) -> list[str]:
    """The names of versions, in the workbook's order, with the latest first."""
    if kind == "version":
        return sorted(names, key=_version, reverse=True)
    return [names[at] for at in latest_first({at: plain(name) for at, name in enumerate(names)})]


def _version(name: str) -> tuple[int, ...]:
    found = _VERSION.search(plain(name))
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def _are_mostly_same(one: Collection[str], other: Collection[str]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and len(set(one) & set(other)) >= _SAME * shorter


def _doubt(latest: str, others: Sequence[str], actions: Mapping[str, Mapping[str, str]]) -> FileDoubt:
    """What was taken, and which actions of the earlier versions are not among those of the latest."""
    listed = " and ".join(f'"{name}"' for name in others)
    text = f'the sheet "{latest}" has the same actions as {listed}, at a later time: only it is read'
    gone = {words: said for name in others for words, said in actions[name].items()}
    missing = [said for words, said in gone.items() if words not in actions[latest]]
    if missing:
        shown = "; ".join(f'"{said[:60]}"' for said in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
        text = f"{text}, without what no longer stands there: {shown}{more}"
    return FileDoubt(None, text)
