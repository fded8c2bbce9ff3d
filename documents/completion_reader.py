"""Reads the column that says on which day an action was completed."""

import re

from db.models import CLOSED, COMPLETED, DoubtAbout, Progress
from db.rules.complete_cells import MAYBE_A_PART
from db.rules.dates import day_text
from db.rules.due_dates import read_due
from documents.draft import DraftAction, Row
from documents.row_kinds import DROPPED, tidy
from documents.row_reader import RowReader

_NAMES_A_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?[\s./-]+(?:of )?(?:\d{1,2}\b|[A-Za-z]{3,9})"
    r"|[A-Za-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{4}-\d\d-\d\d|^\d{5,8}$"
)


class CompletionReader(RowReader):
    """Takes the day of completion of an action, once its status is read."""

    def _take_completed_word(self, text: str, action: DraftAction) -> None:
        """Take "yes", "not yet" and other words in the column for the day of completion."""
        if not text:
            return
        action.notes.append(f"Date completed: {text}")
        plain = text.lower().strip(" .")
        is_done = plain in ("yes", "y", "true", "done", "complete", "completed")
        is_open = plain in ("no", "n", "false", "not yet")
        place = f'"{text}" stands where the day of completion should be'
        differs = action.progress not in CLOSED if is_done else action.progress is Progress.COMPLETE
        if is_done and action.progress is None:
            action.progress = Progress.COMPLETE
        elif (is_done or is_open) and differs:
            action.doubt(f"its status is {action.progress}, and {place}", DoubtAbout.STATUS, text)
        elif not (is_done or is_open or plain in ("n/a", "-")):
            action.doubt(f"{place}: check how far it is", DoubtAbout.STATUS, text)

    def _take_completed(self, row: Row, action: DraftAction) -> None:
        """A day in the column for the day of completion."""
        cell = self.cell(row, "completed")
        due = read_due(cell.text, cell.day, cell.whole_month)
        day = due.day
        if day is None:
            self._take_completed_word(tidy(cell.text), action)
            return
        if cell.day is None and not _NAMES_A_DAY.search(cell.text):
            text = f'"{tidy(cell.text)}" names no day: read as completed on {day_text(day)}'
            action.doubt(text, DoubtAbout.STATUS, tidy(cell.text))
        by_colour = [
            doubt
            for doubt in action.doubts
            if "by colour alone" in doubt.text and action.rating in ("green", "blue")
        ]
        says_none = action.progress in (None, Progress.NOT_STARTED) and not self.text(row, "rating")
        says_day_alone = (says_none or bool(by_colour)) and not self.text(row, "status")
        if says_day_alone:
            action.progress = Progress.COMPLETE
            action.doubts = [doubt for doubt in action.doubts if doubt not in by_colour]
        action.unsettled = action.unsettled and action.progress is None
        dropped = why_dropped(action)
        if action.progress is Progress.COMPLETE and dropped:
            action.progress = Progress.SUPERSEDED
            action.doubt(
                f'it was closed on {day_text(day)}, but "{dropped[:80]}": recorded as superseded',
                DoubtAbout.STATUS,
                dropped,
            )
        elif action.progress in COMPLETED:
            action.completed_on, action.day_in_status = day, says_day_alone
        elif self._reports_perhaps_a_part(row, action):
            action.progress, action.completed_on, action.day_in_status = Progress.COMPLETE, day, False
            action.drop_doubts(DoubtAbout.STATUS)
            said = f'it has a day of completion, {day_text(day)}, and its report "'
            said = f'{said}{tidy(action.progress_text)[:60]}" may speak of a part: recorded as complete'
            action.doubt(said, DoubtAbout.STATUS, action.progress_text)
        else:
            action.notes.append(f"Date completed: {day_text(day)}")
            if action.unsettled and self.text(row, "status"):
                # What is not known of its status is asked already.
                return
            action.doubt(
                f"it has a day of completion, {day_text(day)}, but its status is "
                f"{action.progress or 'not given'}",
                DoubtAbout.STATUS,
                day_text(day),
            )

    def _reports_perhaps_a_part(self, row: Row, action: DraftAction) -> bool:
        """Whether only a report says how far an action is, and it may speak of all or of a part."""
        doubts = [one.text for one in action.doubts if one.about is DoubtAbout.STATUS]
        by_report = not (self.text(row, "status") or self.text(row, "rating"))
        return by_report and len(doubts) == 1 and MAYBE_A_PART in doubts[0]


def why_dropped(action: DraftAction) -> str | None:
    """The first note that says why the action was closed and not done."""
    return next((note for note in action.notes if DROPPED.search(note)), None)
