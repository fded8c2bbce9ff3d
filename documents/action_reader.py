"""Read the cells of a row into an action: words, dates, leads, measures and how far it is."""

import re
from dataclasses import replace

from db.models import DoubtAbout, DueKind, Progress
from db.rules.dates import day_text, due_text
from db.rules.due_dates import read_due
from db.rules.due_days import Due
from db.rules.lead_cells import LeadCell, read_leads
from db.rules.links import link_fault
from db.rules.measures import read_measures
from db.rules.rhythms import made_periodic, may_be_periodic, rhythm_in
from documents.draft import DraftAction, FileDoubt, Row
from documents.heading_meanings import meaning
from documents.row_kinds import tidy
from documents.row_parts import PARTED, has_bullets, labelled_parts, listed, split_row
from documents.row_reader import column_letter
from documents.status_reader import StatusReader

REF = re.compile(
    r"^(?P<ref>[A-Z]|[A-Z]{0,5}[-./ ]?\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?(?:\([a-z0-9]{1,3}\))?)[.):]?$",
    re.IGNORECASE,
)
_DITTO = re.compile(
    r"\(?(?:(?:(?:same )?as(?: per| in)?|see|per|refer to) (?:above|(?:for )?(?:action |no\.? ?)?"
    r"(?P<ref>\d{1,3}(?:\.\d{1,3}){0,2}[a-z]?))"
    r"|ditto|same|do\.?|-?[\"”“]+-?|〃)\)?",
    re.IGNORECASE,
)


# "By 31 January 2027 commission advocacy", "Report to the board by March 2027".
_BY_IN_WORDS = re.compile(
    r"^by (?:the )?([^,;:.]{4,30}?\b(?:19|20)\d\d)\b"
    r"|\bby (?:the )?([^,;:.()]{4,30}?\b(?:19|20)\d\d)\W*$"
    # "DEADLINE EXTENDED TO 30 APRIL 2027", "(revised date 30/04/2027)".
    r"|\b(?:extended|moved|revised|slipped|deferred|changed)(?: (?:date|deadline))?(?: to)?:? "
    r"((?:the |end (?:of )?)?[^,;:()]{0,14}?\d[^,;:()]{0,14})\W*$",
    re.IGNORECASE,
)
_BETWEEN_HELPERS = re.compile(r",(?!\d)\s*(?![^()]*\))")
_NOT_REVISED = re.compile(r"(?:n/?a|none|no|nil|-+|not revised|unchanged|as original)?\.?", re.IGNORECASE)


_BULLETS = "an action with several bullet points, as in this row, is read as one action"


def _is_named(action: DraftAction, ref: str | None) -> bool:
    """Whether an action above has a ref, perhaps before its words; each is meant where none is named."""
    return ref in (None, action.ref) or bool(
        ref and action.text.startswith((f"{ref} ", f"{ref}.", f"{ref}:"))
    )


def _ditto(text: str) -> str:
    """What a doubt calls a cell that has the words of another: a mark in quotation marks can't be read."""
    return f'"{text.strip()}"' if re.search(r"\w", text) else "a ditto mark"


class ActionReader(StatusReader):
    """Reads rows under a heading row into actions. What is odd about them goes into the draft's doubts."""

    def read_actions(self, row: Row, text: str, section: str) -> list[DraftAction]:
        """The action of a row, or the actions of one that has several, each with its own date."""
        parts = labelled_parts(text)
        if not parts:
            self._doubt_bullets(row)
            return [self.read(row, text, section)]
        columns = {name: at for name in ("text", *PARTED) if (at := self.column(row, name)) is not None}
        rows = split_row(row, parts, columns)
        if not rows:
            action = self.read(row, text, section)
            self._doubt_several(row, action, len(parts))
            return [action]
        actions = [self.read(one, part.text, section) for one, part in zip(rows, parts, strict=True)]
        for action, part in zip(actions, parts, strict=True):
            if action.ref:
                action.ref += part.ref
            action.doubt(
                f"row {row.number} has {len(parts)} parts with their own dates: read as {len(parts)} actions"
            )
        return actions

    def _doubt_bullets(self, row: Row) -> None:
        """Raise one doubt for all the actions with bullet points."""
        doubt = FileDoubt(row.number, _BULLETS, sheet=row.sheet)
        if has_bullets(self.cell(row, "text").text) and all(
            one.text != _BULLETS for one in self.draft.doubts
        ):
            self.draft.doubts.append(doubt)

    def _doubt_several(self, row: Row, action: DraftAction, parts: int) -> None:
        """Raise doubts for one action of several parts, whose dates or statuses could not be told apart."""
        dates = listed(self.cell(row, "due").text)
        days = [due.day for due in map(read_due, dates) if due.day is not None]
        if len(dates) > 1 and len(days) == len(dates):
            action.due = Due(max(days), DueKind.BY, " / ".join(dates))
            action.drop_doubts(DoubtAbout.DUE)
            action.doubt(
                f"the row has {parts} parts and {len(dates)} dates: read as one action, due by the last, "
                f"{day_text(max(days))}",
                DoubtAbout.DUE,
                action.due.as_written,
            )
        else:
            action.doubt(f"the row has {parts} parts without a date each: read as one action")
        written = self.text(row, "status") or self.text(row, "rating")
        statuses = listed(written)
        if len(statuses) == parts:
            several = {self.status_of(one).progress for one in statuses}
            if len(several) > 1:
                action.progress, action.completed_on = Progress.IN_PROGRESS, None
            action.drop_doubts(DoubtAbout.STATUS)
            action.doubt(
                f"the row has {parts} parts with a status each: read as one action, "
                f"{action.progress or Progress.NOT_STARTED}",
                DoubtAbout.STATUS,
                written,
            )

    def goes_on_above(self, row: Row, text: str) -> bool:
        """Add words without a number, lead or date to the action above, where other rows have numbers."""
        above = self.draft.actions[-1] if self.draft.actions else None
        if above is None or above.ref is None or self.text(row, "ref"):
            return False
        above.text = f"{above.text} {text}"
        cells = [tidy(cell.text) for cell in row.cells if cell.text.strip()]
        above.notes += [words for words in cells if words != text]
        above.doubt(f"row {row.number} goes on with it: its words are added")
        status = self.text(row, "status") or self.text(row, "progress")
        if status:
            doubt = f'row {row.number} goes on with it and says "{status[:60]}": its own status stays'
            above.doubt(doubt, DoubtAbout.STATUS, status)
        return True

    def add_to(self, action: DraftAction, row: Row) -> None:
        """Add another lead to an action whose cell is merged down to this row. Another date is a doubt."""
        found = self.leads(row)
        action.leads = list(dict.fromkeys([*action.leads, *found.leads]))
        action.supporters = list(dict.fromkeys([*action.supporters, *found.supporters]))
        due = self.due(row, "due")
        if due.as_written and due.as_written != action.due.as_written:
            text = f'a second date, "{due.as_written}", is in row {row.number}: it is left out'
            action.doubt(text, DoubtAbout.DUE, f"{action.due.as_written} / {due.as_written}")

    def read(self, row: Row, text: str, section: str) -> DraftAction:
        action = DraftAction(row.number, section, self._ref(row), text, sheet=row.sheet)
        action.shares_ref = action.ref is not None and self.cell(row, "ref").merged
        action.title = self.text(row, "title") or None
        action.recommendation = self.text(row, "recommendation") or None
        action.outcome_text = self.text(row, "outcome")
        action.measure_text = self.text(row, "measures")
        action.progress_text = self.text(row, "progress")
        evidence = self.text(row, "evidence")
        fault = link_fault(evidence) if evidence else None
        if fault and "://" in evidence:
            action.doubt(f'the evidence "{evidence}" {fault}: it is kept as a note')
        action.evidence = None if fault else evidence or None
        self._read_dates(row, action)
        found = self.leads(row)
        action.leads, action.supporters = list(found.leads), list(found.supporters)
        if found.doubt:
            action.doubt(found.doubt, DoubtAbout.LEADS, self._lead_text(row))
        issues = self.cell(row, "issues")
        action.finding = "" if issues.merged else tidy(issues.text)
        action.notes = self._notes(row)
        if (written := self.text(row, "ref")) and not REF.match(written):
            # Not a reference here, but somebody may search for it.
            action.notes.insert(0, f"{self._ref_heading()}: {written}")
        if fault:
            action.notes.append(f"Evidence: {evidence}")
        self._read_measures(row, action)
        self.read_how_far(row, action)
        return action

    def _read_dates(self, row: Row, action: DraftAction) -> None:
        """Read when it is due and was due first, from the columns and from a cell that says both."""
        action.due = self.due(row, "due")
        if self.text(row, "original_due"):
            action.original_due = self.due(row, "original_due")
        if not _NOT_REVISED.fullmatch(self.text(row, "revised_due")):
            action.original_due = action.original_due or (action.due if action.due.as_written else None)
            action.due = self.due(row, "revised_due")
        elif action.due.original is not None and action.original_due is None:
            action.original_due = Due(action.due.original, DueKind.BY, due_text(action.due.original))
        elif not action.due.as_written and action.original_due is not None:
            # It was never moved.
            action.due = action.original_due
        self._compare_words(action)
        original = action.original_due
        if original is not None and original.doubt and original is not action.due and original.day:
            action.doubt(f"of the original date: {original.doubt}", DoubtAbout.DUE, original.as_written)
        if action.due.doubt and "due" in self.draft.columns:
            action.doubt(action.due.doubt, DoubtAbout.DUE, action.due.as_written)

    def _compare_words(self, action: DraftAction) -> None:
        """Take the date that the action's words begin or end with where it has none; another is a doubt."""
        found = _BY_IN_WORDS.search(action.text)
        written = next(filter(None, found.groups()), "") if found else ""
        day = read_due(written).day if written else None
        if found is None or day is None or day == action.due.day:
            return
        said = f'its words say "{found[0].strip("() .")}"' if found[3] else f'its words say "by {written}"'
        if action.due.day is None and action.due.kind is DueKind.UNCLEAR and action.original_due is None:
            action.due = Due(day, DueKind.BY, f"by {written}", f"{said}: read as due then")
        elif action.due.doubt is None:
            as_read = day_text(action.due.day) if action.due.day else str(action.due.kind)
            action.due = replace(action.due, doubt=f"{said}, and its date is {as_read}: the date is taken")

    def leads(self, row: Row) -> LeadCell:
        """Who leads and who supports, from every column that says so; an agency where no role does."""
        cells = self.cells(row, "leads")
        if not any(cell.text.strip() for cell in cells):
            cells = [*cells, *self.cells(row, "lead_agency")]
        found = [self._same_as_above(cell.text) or read_leads(cell.text) for cell in cells]
        leads = tuple(dict.fromkeys(role for one in found for role in one.leads))
        supporters = [role for one in found for role in one.supporters]
        supporters += self._helping(row)
        doubts = [one.doubt for one in found if one.doubt]
        return LeadCell(
            leads,
            tuple(r for r in dict.fromkeys(supporters) if r not in leads),
            doubts[0] if doubts else None,
        )

    def _lead_text(self, row: Row) -> str:
        """What the file says of who leads, from every column that does."""
        return " / ".join(tidy(cell.text) for cell in self.cells(row, "leads") if cell.text.strip())

    def _helping(self, row: Row) -> list[str]:
        """Who the columns for support name."""
        found = [read_leads(cell.text) for cell in self.cells(row, "supporters")]
        roles = [role for one in found for role in (*one.leads, *one.supporters)]
        # Who supports is a list of agencies more often than one with a comma in its name.
        return [one for role in roles for one in _BETWEEN_HELPERS.split(role)]

    def _same_as_above(self, text: str) -> LeadCell | None:
        """The leads of the action above, for "ditto", or of the one that is named: "As 1.1"."""
        found = _DITTO.fullmatch(text.strip())
        if not found or not self.draft.actions:
            return None
        above = self._above(found["ref"])
        if above is None:
            return LeadCell(doubt=f"{_ditto(text)} names no action above: no lead is given")
        where = f"the lead of {found['ref']}" if found["ref"] else "the lead above"
        doubt = f"{_ditto(text)} is read as {where}"
        # Where a column of its own says who supports, only that does.
        supporters = () if self.has("supporters") else tuple(above.supporters)
        return LeadCell(tuple(above.leads), supporters, doubt)

    def _notes(self, row: Row) -> list[str]:
        """What the columns without a meaning say, each with its heading, and the columns for notes."""
        assert self.heading is not None
        places = self.heading.places.get("notes", ())
        # A heading that a person has mapped says what its words are.
        named = [at for at in places if meaning(self.heading.headings[at]) != "notes"]
        notes = [tidy(row.cells[at].text) for at in places if at < len(row.cells) and at not in named]
        for at in (*named, *self.heading.places.get("lead_agency", ()), *self.heading.unread):
            text = tidy(row.cells[at].text) if at < len(row.cells) else ""
            # A dash says that there is nothing.
            if text and text not in ("-", "–", "—"):
                notes.append(f"{self.heading_text(at)}: {text}")
        for at in self._nameless(len(row.cells)):
            text = tidy(row.cells[at].text)
            if text and not row.cells[at].merged:
                notes.append(f"Column {column_letter(at)}: {text}")
                self.doubt_nameless(at, row, "kept as notes")
        for name in ("rating", "status", "progress", "due", "revised_due"):
            # Of a rating for each quarter the earlier ones are kept, and of a date that was moved twice.
            places = self.heading.places.get(name, ())
            filled = [at for at in places if at < len(row.cells) and row.cells[at].text.strip()]
            notes += [f"{self.heading_text(at)}: {tidy(row.cells[at].text)}" for at in filled[1:]]
        return [note for note in notes if note]

    def _nameless(self, width: int) -> tuple[int, ...]:
        """The columns of a row of that width that have no heading and no meaning."""
        assert self.heading is not None
        headings = self.heading.headings
        known = {at for places in self.heading.places.values() for at in places} | {*self.placed.values()}
        return tuple(
            at for at in range(width) if at not in known and not (at < len(headings) and headings[at].strip())
        )

    def doubt_nameless(self, at: int, row: Row, read: str) -> None:
        """Raise a doubt, once, about a column without a heading; `read` says how its words are read."""
        text = f"column {column_letter(at)} has no heading: its words are {read}"
        if not any(one.text == text for one in self.draft.doubts):
            self.draft.doubts.append(FileDoubt(row.number, text))

    def _ref_heading(self) -> str:
        places = self.heading.places.get("ref", ()) if self.heading is not None else ()
        return self.heading_text(places[0]) if places else "Ref"

    def _ref(self, row: Row) -> str | None:
        written = self.text(row, "ref")
        match = REF.match(written)
        if written and not match:
            text = f'"{written}" is not a reference: the action is numbered by its place'
            self.draft.doubts.append(FileDoubt(row.number, text))
        return match["ref"] if match else None

    def due(self, row: Row, name: str) -> Due:
        cell = self.cell(row, name)
        found = _DITTO.fullmatch(cell.text.strip())
        above = self._above(found["ref"]) if found else None
        if found is None or above is None or above.due.day is None:
            return read_due(cell.text, cell.day, cell.whole_month)
        where = f"the date of {found['ref']}" if found["ref"] else "the date above"
        doubt = f"{_ditto(cell.text)} is read as {where}, {day_text(above.due.day)}"
        return Due(above.due.day, above.due.kind, cell.text.strip(), doubt)

    def _above(self, ref: str | None) -> DraftAction | None:
        """The action above with a ref, perhaps before its words, or the last one where none is named."""
        return next((one for one in reversed(self.draft.actions) if _is_named(one, ref)), None)

    def _read_measures(self, row: Row, action: DraftAction) -> None:
        action.measures = read_measures(action.measure_text, action.text)
        found = rhythm_in(action.text, action.measure_text)
        if (made := made_periodic(action.text)) and not found:
            action.doubt(f'"{made}" is read as what it is about, not as how often the action is done')
        elif found and not self.text(row, "recurrence") and (may_be := may_be_periodic(action.text)):
            about = f'"{may_be}" may say how often the action is done, or what it is about'
            action.doubt(f"{about}: read as {found}")
        action.recurrence = self.text(row, "recurrence") or found or action.due.frequency
        if found and "bi-annual" in found:
            action.doubt('"bi-annual" may mean twice a year or every two years: read as twice a year')
        if len(action.leads) > 1:
            columns = len([cell for cell in self.cells(row, "leads") if cell.text.strip()])
            several = f"{columns} columns say who leads" if columns > 1 else "joint leads, split into"
            text = f"{several}{':' if columns > 1 else ''} {' and '.join(action.leads)}"
            action.doubt(text, DoubtAbout.LEADS, self._lead_text(row))
        asked = any(doubt.about is DoubtAbout.LEADS for doubt in action.doubts)
        if not action.leads and "leads" in self.draft.columns and not asked:
            action.doubt("no lead is given", DoubtAbout.LEADS, self._lead_text(row))
