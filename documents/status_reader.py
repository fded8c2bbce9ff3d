"""Read how far an action is from its row: the report, the status, the rating and the day of completion."""

import re
from dataclasses import replace

from db.models import CLOSED, COMPLETED, DoubtAbout, DueKind, Progress
from db.rules.cell_statuses import ONLY_OPEN
from db.rules.complete_cells import CellStatus, taken_back
from db.rules.completion import takes_back
from db.rules.report_statuses import read_report
from db.rules.statuses import (
    COLOUR_WORDS,
    PROGRESS_WORDS,
    StatusReport,
    colour_name,
    leading_status,
    read_outcome,
    read_progress,
)
from documents.closed_actions import closing_word, say_what_is_recorded
from documents.completion_reader import CompletionReader, why_dropped
from documents.draft import DraftAction, Row
from documents.heading_words import OF_PERCENT, PERIOD
from documents.row_kinds import tidy
from documents.row_reader import as_share

# "Only 12 of 20 recruited", "Only Y5 transferred so far".
_ONLY_SO_MANY = re.compile(
    r"^only\b|\bonly \d|\bso far\b|\bthe (?:remainder|rest)\b"
    r"|\bnot (?:yet )?(?:accepted|signed off|approved|verified|assured)\b|\brejected\b",
    re.IGNORECASE,
)
_BEGINS_DONE = re.compile(r"(?:complete[d]?|done|closed|achieved|implemented)\b", re.IGNORECASE)
_ENDS_DONE = re.compile(r"[–—(-]\s*(?:now )?(?:complete[d]?|done|closed|achieved)\)?$", re.IGNORECASE)
# "On hold" and "Superseded" in the column of dates.
_INSTEAD_OF_A_DATE = (Progress.BLOCKED, Progress.SUPERSEDED)
_BUT = re.compile(r"\b(?:but (?!for\b)|although|though|except (?:that|when|where))\b", re.IGNORECASE)
# "Complete with the exception of two schools": what is not complete.
_EXCEPTION = re.compile(
    r"\bexception(?:s|al)?\b(?:\s+of\b|\s*[:–-])?\s*(?P<what>\S.*)|\bexcept(?: for)?\s+(?P<rest>\S.*)", re.I
)
# A report that does not say that the work has begun.
_SAYS_NOTHING = re.compile(
    r"(?:no|nil|none|n/?a|-+|tb[cda]|(?:no|nothing) (?:update|progress|change|report|to report)s?.*"
    r"|(?:awaiting|waiting|pending|not yet|not due|due|to be|to start|will|planned|scheduled)\b.*)\W*",
    re.IGNORECASE,
)
# "Accepted?: Rejected" among the notes of an action.
_REJECTED = re.compile(
    r"[^:]*\b(?:accepted|agreed|acceptance|agreement|response|decision)\b[^:]*:\s*"
    r"(?:no|n|(?:not|never) (?:accepted|agreed)|rejected|declined|disagreed?|not adopted)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_SHARE_BEGUN = re.compile(r"[1-9]\d{0,2}(?:\.\d+)?\s*%")


class StatusReader(CompletionReader):
    """Reads the columns that say how far an action is. What is odd about them is a doubt of the action."""

    def read_how_far(self, row: Row, action: DraftAction) -> None:
        """Read every column that says how far the action is, and raise the doubts about them."""
        report = self._read_words_of_report(action)
        action.progress, action.outcome = report.progress, report.outcome
        action.exception, action.outstanding_due = report.exception, report.outstanding_due
        action.outcome_due = report.outcome_due
        reported = action.progress
        self._read_status(row, action)
        self._take_exception(row, action, self.text(row, "status"))
        self._compare_report(action, reported, self.text(row, "status"))
        self._take_report(action)
        if action.progress_text and action.progress is None and not _is_asked(action):
            action.unsettled = True
            said = f'"{tidy(action.progress_text)[:60]}" does not say how far the action is'
            action.doubt(f"{said}: recorded as not started", DoubtAbout.STATUS, action.progress_text)
        self._take_closing_word(action)
        self._take_status_in_due(action)
        self._doubt_complete(action)
        self._doubt_rejected(action)
        self._keep_words(row, action)
        status = self.text(row, "outcome_status")
        if status:
            action.outcome = read_outcome(status) or action.outcome
            if read_outcome(status) is None:
                action.doubt(f'"{status}" is not a known outcome: recorded as not assessed')
        exception = self.text(row, "exception")
        if exception:
            action.exception = exception
        # A column read later may have settled what an earlier one left open.
        say_what_is_recorded(action, action.progress or Progress.NOT_STARTED)

    def _read_words_of_report(self, action: DraftAction) -> StatusReport:
        """What the report says by itself; words that take "complete" back are asked about."""
        report = read_progress(action.progress_text)
        if action.progress_text.strip(" .").lower() in COLOUR_WORDS:
            # A colour alone is read with the plan's key, or with a doubt.
            report = replace(report, progress=None)
        status = leading_status(action.progress_text)
        if report.progress is None and status:
            stated = self.status_of(status)
            if stated.progress is Progress.COMPLETE and takes_back(action.progress_text, after_colon=True):
                # "Complete: policy. Outstanding: training."
                doubt = f'"{tidy(action.progress_text)[:60]}" says complete and takes it back'
                doubt = f"{doubt}: recorded as in progress"
                stated = CellStatus(Progress.IN_PROGRESS, doubt=doubt)
            if stated.progress is not None:
                self._take_status(action, stated, action.progress_text)
            report = replace(report, progress=action.progress)
        elif report.progress is Progress.COMPLETE:
            stated = self._doubted(action)
            report = replace(report, progress=stated.progress)
            action.completed_on = stated.completed_on if stated.progress is Progress.COMPLETE else None
        elif report.progress is Progress.COMPLETE_WITH_EXCEPTION and _BUT.search(action.progress_text):
            # Of "Completed but not evidenced" more is left than an exception.
            report = replace(report, progress=None, exception="", outstanding_due="")
            self._take_status(action, taken_back("", tidy(action.progress_text)[:60]), action.progress_text)
            report = replace(report, progress=action.progress)
        return report

    def _take_exception(self, row: Row, action: DraftAction, words: str) -> None:
        """Take what a status says is not complete; one that does not say it has a doubt."""
        if action.progress is not Progress.COMPLETE_WITH_EXCEPTION or action.exception or not words:
            return
        found = _EXCEPTION.search(words)
        action.exception = (found["what"] or found["rest"]).strip(" .") if found else ""
        if not action.exception and not self.text(row, "exception"):
            action.doubt(f'"{words}" does not say what the exception is', DoubtAbout.STATUS, words)

    def _compare_report(self, action: DraftAction, reported: Progress | None, words: str) -> None:
        """Raise a doubt where the status, whose words these are, and the report beside it do not go together.

        What was closed because it is no longer needed was not completed. "Open" does not say whether it has
        begun, and a report does.
        """
        stated = action.progress
        if stated is Progress.NOT_STARTED and words.lower() in ONLY_OPEN:
            self._compare_open(action, reported, words)
            return
        if reported is None or stated is None or reported is stated or _is_asked(action):
            return
        if (reported, stated) == (Progress.SUPERSEDED, Progress.COMPLETE):
            action.progress, action.completed_on = Progress.SUPERSEDED, None
        elif Progress.COMPLETE not in (reported, stated) and stated is not Progress.NOT_STARTED:
            return
        said = f'its status says {stated}, and its report "{tidy(action.progress_text)[:60]}"'
        action.doubt(f"{said}: recorded as {action.progress}", DoubtAbout.STATUS, action.progress_text)

    def _take_report(self, action: DraftAction) -> None:
        """Take what the sentences of the report say, where nothing else says how far the action is."""
        if not action.progress_text or action.progress is not None or _is_asked(action):
            return
        stated = read_report(action.progress_text, self.status_of)
        if stated.progress is not None:
            self._take_status(action, stated, action.progress_text)
            # Until somebody has settled it, nobody is told that it is late.
            action.unsettled = stated.doubt is not None and stated.progress not in CLOSED

    def _compare_open(self, action: DraftAction, reported: Progress | None, words: str) -> None:
        """Take an action that is "open" as begun, with a doubt, where a report beside it says that it is."""
        report = tidy(action.progress_text)
        if not report or reported is Progress.NOT_STARTED or _SAYS_NOTHING.fullmatch(report):
            return
        action.progress, action.unsettled = Progress.IN_PROGRESS, False
        action.drop_doubts(DoubtAbout.STATUS)
        said = f'its status is "{words[:40]}", and its report "{report[:60]}"'
        action.doubt(f"{said}: recorded as in progress", DoubtAbout.STATUS, action.progress_text)

    def _doubted(self, action: DraftAction) -> CellStatus:
        """A report that begins with "complete", with the doubt that a status of the same words would have."""
        stated = self.status_of(action.progress_text)
        if stated.progress is None:
            return CellStatus(Progress.COMPLETE, completed_on=stated.completed_on)
        if stated.doubt is not None:
            action.doubt(stated.doubt, DoubtAbout.STATUS, action.progress_text)
        return stated

    def _read_status(self, row: Row, action: DraftAction) -> None:
        """Read what the status cell says, else the rating's words or colour. A colour overrides no word."""
        rating, status = self.cell(row, "rating"), self.cell(row, "status")
        words = as_share(tidy(status.text), self.heading)
        if words != status.text and status.text == "1":
            action.doubt(f'"1" below a heading of per cent is read as {words}', DoubtAbout.STATUS, "1")
        rated = self._on_colour(tidy(rating.text), colour_name(rating.colour))
        stated = self._on_colour(words, colour_name(status.colour))
        shade = colour_name(rating.colour) or colour_name(status.colour)
        if self.row_colours:
            shade = colour_name(self.cell(row, "text").colour)
        action.rating = (rated and rated.rating) or (stated and stated.rating) or shade
        if stated is not None and words.lower() in ("n", "no") and action.progress is not None:
            # "Closed? N" only says that it is not closed yet.
            pass
        elif stated is not None and (stated.progress is not None or rated is None):
            self._take_status(action, stated, words)
        elif rated is not None and (action.progress is None or rated.doubt is None):
            if stated is not None and rated.doubt:
                recorded = f"recorded as {rated.progress or Progress.NOT_STARTED}"
                doubt = f'"{words[:100]}" is not a known status, and it is rated {rated.rating}: {recorded}'
                rated = replace(rated, doubt=doubt)
            self._take_status(action, rated, tidy(rating.text))
        elif stated is None and rated is None and shade and action.progress is None:
            self._take_status(action, self.status_of(shade), shade)
        elif stated is None and rated is None and action.progress is None:
            self._doubt_colour(action, rating.colour or status.colour)
        elif stated is None and rated is None and self.colour_key.get(shade or "") is Progress.COMPLETE:
            self._doubt_fill(action, shade or "")
        self._compare_share(row, action, words)
        self._compare_others(row, action, words)
        self._take_completed(row, action)

    def _compare_share(self, row: Row, action: DraftAction, words: str) -> None:
        """Take an action as begun, with a doubt, that is "open" or "complete" beside a share done in part."""
        if not words or action.progress not in (None, Progress.NOT_STARTED, Progress.COMPLETE):
            return
        shares = (as_share(tidy(cell.text), self.heading) for cell in self.cells(row, "status"))
        begun = next((share for share in shares if share != words and _SHARE_BEGUN.fullmatch(share)), None)
        if begun is None or (action.progress is Progress.COMPLETE and begun == "100%"):
            return
        action.progress, action.unsettled, action.completed_on = Progress.IN_PROGRESS, False, None
        action.drop_doubts(DoubtAbout.STATUS)
        doubt = f'its status is "{words[:60]}", and {begun} of it is done: recorded as in progress'
        action.doubt(doubt, DoubtAbout.STATUS, words)

    def _compare_others(self, row: Row, action: DraftAction, words: str) -> None:
        """Raise a doubt where another column for the status, of no other time, says something else."""
        if self.heading is None or action.progress is None or _is_asked(action):
            return
        for at in self.heading.places.get("status", ()):
            name = self.heading.headings[at]
            text = tidy(row.cells[at].text) if at < len(row.cells) else ""
            if not text or text == words or PERIOD.search(name) or OF_PERCENT.search(name):
                continue
            other = self.status_of(text).progress
            if other is not None and (other in CLOSED) != (action.progress in CLOSED):
                said = f'"{self.heading_text(at)}" says "{text[:60]}"'
                action.doubt(f"{said}: recorded as {action.progress}", DoubtAbout.STATUS, text)
                return

    def _on_colour(self, words: str, shade: str | None) -> CellStatus | None:
        """What the words of a cell say, with its fill where they say nothing, or what it does not."""
        found = self.status_of(words) if words else None
        if found is None or shade is None:
            return found
        if found.progress is None and found.doubt:
            progress = self.status_of(shade).progress
            recorded = f"recorded as {progress or Progress.NOT_STARTED}"
            doubt = f'"{words}" is not a known status, and its cell is {shade}: {recorded}'
            return replace(found, progress=progress, doubt=doubt)
        is_doubted = found.doubt is not None and "by colour alone" not in found.doubt
        if found.rating is not None and found.rating != shade and not is_doubted:
            recorded = f"recorded as {found.progress or Progress.NOT_STARTED}"
            return replace(found, doubt=f'"{words}" stands in a cell that is {shade}: {recorded}')
        if found.progress is Progress.COMPLETE and shade in ("red", "amber") and not found.doubt:
            return replace(found, doubt=f'"{words}" stands in a cell that is {shade}: recorded as complete')
        return found

    def _take_closing_word(self, action: DraftAction) -> None:
        """Take "(COMPLETED)" beside the action's own words, where nothing else says how far it is."""
        word = closing_word(action)
        if word is None:
            return
        if action.progress is None and not action.unsettled:
            self._take_status(action, self.status_of(word), word)
            doubt = f'"{word}" stands in its words: recorded as {action.progress or Progress.NOT_STARTED}'
            action.doubt(doubt, DoubtAbout.STATUS, word)
            return
        said, recorded = self.status_of(word).progress, action.progress or Progress.NOT_STARTED
        if said is not None and (said in CLOSED) != (recorded in CLOSED):
            doubt = f'"{word}" stands in its words, and its status says otherwise: recorded as {recorded}'
            action.doubt(doubt, DoubtAbout.STATUS, word)

    def _take_status_in_due(self, action: DraftAction) -> None:
        """Take "Completed January 2026" in the column of dates, where nothing else says how far it is."""
        written = action.due.as_written
        if action.progress is not None or action.unsettled:
            return
        stated = CellStatus()
        if action.due.completed_on is not None or (action.due.day is not None and _ENDS_DONE.search(written)):
            stated = CellStatus(Progress.COMPLETE, completed_on=action.due.completed_on)
        elif action.due.day is None and action.due.kind is DueKind.UNCLEAR:
            found = self.status_of(written)
            is_instead = found.progress in _INSTEAD_OF_A_DATE and found.doubt is None
            stated = found if is_instead or _BEGINS_DONE.match(written) else stated
        if stated.progress is not None:
            action.progress, action.completed_on = stated.progress, stated.completed_on
            doubt = f'"{written[:80]}" stands where the date should be: recorded as {stated.progress}'
            action.doubt(doubt, DoubtAbout.STATUS, written)

    def _doubt_complete(self, action: DraftAction) -> None:
        """Raise a doubt where the status says complete, and the action goes on or something is left."""
        if action.progress is not Progress.COMPLETE or _is_asked(action):
            return
        if action.due.day is None and (action.due.kind is DueKind.ONGOING or action.due.frequency):
            said = (
                f'it goes on ("{action.due.as_written}"), and its status says complete: recorded as complete'
            )
            action.doubt(said, DoubtAbout.STATUS, action.progress_text)
            return
        dropped = why_dropped(action)
        if dropped is not None:
            action.progress, action.completed_on = Progress.SUPERSEDED, None
            said = f'the status says complete, and "{dropped[:80]}": recorded as superseded'
            action.doubt(said, DoubtAbout.STATUS, dropped)
            return
        for text in (action.progress_text, *action.notes):
            words = text.partition(": ")[2] or text
            if takes_back(words, after_colon=True) or _ONLY_SO_MANY.search(words):
                left = f'the status says complete, and "{text[:80]}" that something is left'
                action.doubt(f"{left}: recorded as complete", DoubtAbout.STATUS, text)
                return

    def _doubt_rejected(self, action: DraftAction) -> None:
        """Raise a doubt where what the action answers was rejected, and nothing says how far it is."""
        said = next((note for note in action.notes if _REJECTED.fullmatch(note)), None)
        if said is not None and action.progress is None and not _is_asked(action):
            action.unsettled = True
            action.doubt(f'"{said[:80]}": recorded as not started', DoubtAbout.STATUS, said)

    def _doubt_fill(self, action: DraftAction, shade: str) -> None:
        """Raise a doubt where the fill means complete by the file's key, and the report says otherwise."""
        if action.progress not in COMPLETED:
            text = f"its cell is {shade}, which the key calls complete, and its report says {action.progress}"
            action.doubt(text, DoubtAbout.STATUS, action.progress_text)

    def _doubt_colour(self, action: DraftAction, colour: str | None) -> None:
        if colour:
            action.unsettled = True
            text = "the status is only a colour that has no usual meaning: recorded as not started"
            action.doubt(text, DoubtAbout.STATUS, f"colour {colour}")

    def _keep_words(self, row: Row, action: DraftAction) -> None:
        """Keep what a status cell says beside its one word: "On hold pending IT"."""
        for name in ("status", "rating"):
            words = self.text(row, name)
            is_word = len(words.split()) == 1 and self.status_of(words).progress is not None
            is_word = is_word and not words[:1].isdigit()
            is_dropped = action.progress is Progress.SUPERSEDED and words.lower() != "superseded"
            if words and (is_dropped or (not is_word and words.lower() not in PROGRESS_WORDS)):
                line = f"{name.capitalize()}: {words}"
                # A plan that was exported has it among its notes.
                if line not in action.notes_text.split("\n"):
                    action.notes.append(line)

    def _take_status(self, action: DraftAction, found: CellStatus, cell: str) -> None:
        report = read_progress(found.note) if found.note else None
        if found.progress is not None and found.progress is not action.progress:
            say_what_is_recorded(action, found.progress)
        action.progress = found.progress or action.progress
        action.unsettled = action.progress is None
        if report is not None:
            action.outcome = action.outcome or report.outcome
        action.completed_on = found.completed_on if action.progress is Progress.COMPLETE else None
        action.day_in_status = action.completed_on is not None
        if found.doubt:
            action.doubt(found.doubt, DoubtAbout.STATUS, cell)


def _is_asked(action: DraftAction) -> bool:
    """Whether a doubt already asks how far the action is."""
    return any(doubt.about is DoubtAbout.STATUS for doubt in action.doubts)
