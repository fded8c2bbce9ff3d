"""Another table below the actions of a plan, such as one of figures or members: its rows are no actions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from db.rules.due_dates import read_due
from documents.heading_meanings import meaning, plain

# What stands where a lead should be, in a row that is the headings of another table.
_NO_LEAD = re.compile(
    r"(?:action )?(?:owner|lead|responsible|assignee|baseline|target|who|by whom|person)s?(?: officer)?",
    re.IGNORECASE,
)
_SUBITEMS = re.compile(r"sub-?\s?(?:items?|tasks?)", re.IGNORECASE)
_OF_FIGURES = re.compile(
    r"(?:performance |key )?(?:measure|indicator|kpi|target|control)s?|baseline|actual|outturn|result|score"
    r"|value|trend|direction|b?rag|previous|current|comparator|likelihood|impact|risk|mitigation"
)
# Headings of tables that are no plans: of versions, members, meetings, documents and short names.
_OF_OTHERS = re.compile(
    r"versions?(?: no\.?| number)?|changes?(?: made)?|author|amend(?:ed|ments?)(?: by)?|(?:full )?names?"
    r"|organisations?|(?:job )?(?:role|title)|post|position|e-?mail(?: address)?|telephone"
    r"|representatives?|representing|deput(?:y|ies)|joined|members?(?:hip)?|attendees?|apologies|initials"
    r"|meetings?|purpose|venue|time|chair|agenda(?: items?)?|quarter|documents?|distribution|circulation"
    r"|abbreviations?|acronyms?|terms?|meanings?|definitions?|(?:approved|reviewed|prepared|signed"
    r"|issued) by|signature|section|page|item"
)
_LONGEST = 30
_FEWEST = 3


@dataclass
class OtherTable:
    """Knows the rows of another table while a plan is read.

    `name` is what its headings have in the column of actions, None outside one. `after_gap` says that a blank
    row or a title came last.
    """

    name: str | None = None
    after_gap: bool = False
    last_row: int = 0

    def pass_row(self, number: int) -> None:
        """A row of the file is read. A workbook has no rows for those that are blank, only their numbers."""
        self.after_gap = self.after_gap or number > self.last_row + 1
        self.last_row = number

    def end(self, *, gap: bool) -> None:
        """A blank row, a title or headings end it. `gap` says that it was none of the headings."""
        self.name, self.after_gap = None, gap

    def has(self, texts: Sequence[str], text: str, lead: str, due: str) -> bool:
        """Whether a row has another table's headings, or stands below them.

        `text`, `lead` and `due` are its cells in the columns of the plan. Below "Subitems" stand rows without
        an action, as Monday exports them.
        """
        after_gap, self.after_gap = self.after_gap, False
        if max(map(len, texts), default=0) > _LONGEST:
            # No heading is as long as the words of most actions.
            texts = ()
        if _is_heading_of_figures(texts) or (after_gap and _is_heading(texts, due)):
            self.name = ""
        elif _NO_LEAD.fullmatch(lead) and (meaning(text) or _SUBITEMS.fullmatch(text)):
            self.name = text
        elif self.name is not None and _SUBITEMS.fullmatch(self.name) and text:
            self.name = None
        return self.name is not None


def _is_heading_of_figures(texts: Sequence[str]) -> bool:
    """Whether a row has the headings of a table of figures: "Measure", "Baseline", "Target", "Actual"."""
    known = sum(_OF_FIGURES.fullmatch(plain(text)) is not None for text in texts)
    return known > 2 and 4 * known >= 3 * sum(bool(text.strip()) for text in texts)


def _is_heading(texts: Sequence[str], due: str) -> bool:
    """Whether a row that follows a gap has the headings of another table: a few short words, no numbers.

    Two of them are known ones. "Ongoing" where the date should be is of an action.
    """
    filled = [text.strip() for text in texts if text.strip()]
    if len(filled) < _FEWEST or any(re.search(r"[\d.;!?]", text) for text in filled):
        return False
    known = sum(_OF_OTHERS.fullmatch(plain(text)) is not None or meaning(text) is not None for text in filled)
    return known > 1 and not (due.strip() and read_due(due).doubt is None)
