"""Columns that part the rows of a plan into sections, whatever their headings say."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from db.rules.statuses import read_status
from documents.heading_values import share_of_dates
from documents.heading_words import SCORE, action_rank


class Column(NamedTuple):
    """A column: its plain heading, what that means by itself, and the values below it that are filled."""

    heading: str
    meaning: str | None
    values: Sequence[str]


def meanings_of_groups(columns: Sequence[Column]) -> Mapping[int, str]:
    """The meanings of columns whose values show that their headings mislead, by place.

    "Target" with sentences is what several actions are for, and no date. The lists of a board such as
    Trello's are "To do", "Doing" and "Done", and no sections.
    """
    named = {column.meaning for column in columns}
    found = {}
    for at, column in enumerate(columns):
        if column.meaning == "due" and "section" not in named and _are_sentences(column):
            found[at] = "section"
        elif column.meaning == "section" and "status" not in named and _is_list_of_board(column):
            found[at] = "status"
    if "section" not in named and (parent := _above_sub_actions(columns)) is not None:
        found[parent] = "section"
    return found


def _above_sub_actions(columns: Sequence[Column]) -> int | None:
    """The column of actions that is filled only where one begins, left of that of its sub-actions.

    Its first row would else be taken for the action, with the lead, the date and the status of a part.
    """
    texts = [at for at, column in enumerate(columns) if column.meaning == "text"]
    rows = max((len(columns[at].values) for at in texts), default=0)
    full = [at for at in texts if len(columns[at].values) == rows]
    if len(texts) != 2 or len(full) != 1 or texts[1] != full[0] or not columns[texts[0]].values:
        return None
    parent, part = (columns[at].heading for at in texts)
    return texts[0] if action_rank(parent) <= action_rank(part) else None


# "SEND-12", as Jira numbers its issues.
_ROW_KEY = re.compile(r"[A-Z][A-Z0-9_]{0,9}[-_ ]?\d{1,5}", re.IGNORECASE)


def refs_of_rows(columns: Sequence[Column], rows: int) -> Mapping[int, str]:
    """The column called "Key" that has another number in each row, and explains nothing."""
    if "ref" in {column.meaning for column in columns}:
        return {}
    return {
        at: "ref"
        for at, column in enumerate(columns)
        if column.heading == "key" and len(set(column.values)) == len(column.values) == rows > 1
        if all(map(_ROW_KEY.fullmatch, column.values))
    }


def _are_sentences(column: Column) -> bool:
    words = [len(value.split()) for value in column.values]
    is_target = column.heading in ("target", "targets")
    return is_target and sum(words) >= 3 * len(words) > 0 and not share_of_dates(column.values)


def _is_list_of_board(column: Column) -> bool:
    """Whether most lists of a board are statuses. One that is none, such as "Ideas", is asked about there."""
    lists = {one.strip().lower() for one in column.values}
    known = {one for one in lists if read_status(one) or one in ("doing", "to do")}
    return known == lists or (len(known) > 1 and 2 * len(known) > len(lists))


def group_column(columns: Sequence[Column], below: Sequence[Sequence[str]]) -> int | None:
    """The column that only names each group where it begins, left of the actions; None without one.

    Its first cell is filled, some below are not, and each that is filled says something else in words.
    """
    text = next((at for at, column in enumerate(columns) if column.meaning == "text"), 0)
    for at, column in enumerate(columns[:text]):
        values = column.values
        if column.meaning is not None or not column.heading or not 1 < len(values) < len(below):
            continue
        begins_group = at < len(below[0]) and bool(below[0][at].strip())
        in_words = sum(len(value.split()) for value in values) >= 2 * len(values)
        if (
            begins_group
            and in_words
            and len(set(values)) == len(values)
            and not any(map(SCORE.fullmatch, values))
        ):
            return at
    return None
