"""Build a draft from rows: decide which rows are headings, section titles, pointers and actions."""

import re
from dataclasses import dataclass, field
from itertools import count

from db.models import Progress
from db.rules.dates import Due, read_due
from db.rules.links import link_fault
from db.rules.measures import frequencies, read_measures
from db.rules.role_names import split_leads
from db.rules.statuses import COLOUR_WORDS, colour_name, read_outcome, read_progress, read_status
from db.rules.text import CONTROL_CHARACTERS
from documents.cross_references import is_pointer
from documents.draft import (
    SECTION_TITLE,
    Cell,
    DocumentError,
    Draft,
    DraftAction,
    DraftSection,
    FileContent,
    Row,
)
from documents.headings import read_headings
from documents.numbering import number_sections_by_refs, refuse_duplicates, take_recommendations

_NUMBERED = re.compile(
    r"^(?:(?:section |part |priority |theme |objective )?(?P<ref>\d{1,3}(?:\.\d{1,3}){0,3})|"
    r"(?:section|part)\s+(?P<letter>[A-Z]))[.):]?\s+(?P<title>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_REF = re.compile(
    r"^(?P<ref>[A-Z]{0,5}[-./ ]?\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?(?:\([a-z0-9]{1,3}\))?)[.):]?$", re.IGNORECASE
)
_CONTINUED = re.compile(r"\s*\((?:continued|cont\.?|cont’d|cont'd)\)\s*$", re.IGNORECASE)
_KEY = re.compile(
    r"\b(?P<colour>blue|green|amber|yellow|red|grey)\b\s*(?:=|:|–|-|is|means)\s*(?P<means>[^;,.\n|]+)",
    re.IGNORECASE,
)
# A merged row with more characters is a note to the reader, not a title.
_LONGEST_TITLE = 200
_BULLET = re.compile(r"^[•·▪o]\s+")


def tidy(text: str) -> str:
    """A cell's text with single spaces and without bullets. Its lines stay lines."""
    text = CONTROL_CHARACTERS.sub("", text)
    if "\n" not in text:
        return _BULLET.sub("", " ".join(text.split()))
    lines = (_BULLET.sub("", " ".join(line.split())) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def build_draft(content: FileContent) -> Draft:
    """Read rows into a draft. Raises `DocumentError` when no row is a heading row of a plan."""
    builder = _Builder(content)
    for row in content.rows:
        builder.read(row)
    return builder.finish()


@dataclass
class _Builder:
    """One pass over the rows.

    `columns` maps a meaning to its column index, after the last heading row. `colour_key` gives the progress
    that each colour means, or None for a colour without one meaning. `used_numbers` are those with which
    titles and refs of the plan begin; `unnumbered` are the refs that this class gave to sections without one.
    """

    content: FileContent
    draft: Draft = field(default_factory=Draft)
    columns: dict[str, int] | None = None
    section: DraftSection | None = None
    colour_key: dict[str, Progress | None] = field(default_factory=dict)
    used_numbers: set[str] = field(default_factory=set)
    unnumbered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draft.doubts.extend(self.content.doubts)
        self.colour_key = _colour_key(self.content)
        self.used_numbers = _used_numbers(self.content)

    def read(self, row: Row) -> None:
        texts = [cell.text for cell in row.cells]
        if not row.banner and not any(text.strip() for text in texts):
            return
        headings = read_headings(texts)
        if headings is not None:
            self.columns = headings
            self.draft.columns |= set(headings)
        elif row.banner is not None:
            self._read_banner(row)
        elif self.columns is not None:
            self._read_action_row(row)

    def _read_banner(self, row: Row) -> None:
        title = tidy(row.banner or "")
        if len(title) > _LONGEST_TITLE:
            return
        # The title block is above the first headings: "12 month review" there is not section 12.
        if self.columns is None and not SECTION_TITLE.match(title):
            return
        numbered = (_NUMBERED if self.columns is not None else SECTION_TITLE).match(title)
        if numbered:
            ref = numbered["ref"] or numbered.groupdict().get("letter")
            self._enter(ref, numbered["title"])
        elif row.certain or self.columns is None or self.columns.get("text") != 0:
            self._enter(None, title)
        else:
            # Only the first cell is filled, and this plan's actions are in the first column.
            self._read_action_row(row)

    def _enter(self, ref: str | None, title: str) -> DraftSection:
        """Make the section of this ref, or else of this title, the current one. Add it if it is new."""
        title = _CONTINUED.sub("", re.sub(r"\s+", " ", title)).strip(" .:")
        for section in self.draft.sections:
            if section.ref == ref or (ref is None and section.title.lower() == title.lower()):
                self.section = section
                return section
        self.section = DraftSection(ref or self._unused_number(), title)
        self.draft.sections.append(self.section)
        return self.section

    def _unused_number(self) -> str:
        """A number that the plan does not use. `number_sections_by_refs` may replace it later."""
        number = next(n for n in count(1) if str(n) not in self.used_numbers)
        self.used_numbers.add(str(number))
        self.unnumbered.append(str(number))
        return str(number)

    def _cell(self, row: Row, name: str) -> Cell:
        at = (self.columns or {}).get(name)
        return row.cells[at] if at is not None and at < len(row.cells) else Cell()

    def _text(self, row: Row, name: str) -> str:
        if name not in (self.columns or {}):
            return ""
        return tidy(self._cell(row, name).text)

    def _place_unlabelled_columns(self, row: Row) -> None:
        """Read a column without a heading, left of the actions, as refs if they look so, else as titles."""
        assert self.columns is not None
        labelled = set(self.columns.values())
        for at in range(min(self.columns["text"], len(row.cells))):
            if at in labelled or not row.cells[at].text.strip():
                continue
            name = "ref" if _REF.match(tidy(row.cells[at].text)) else "title"
            if name not in self.columns:
                self.columns[name] = at
                self.draft.columns.add(name)

    def _read_action_row(self, row: Row) -> None:
        self._place_unlabelled_columns(row)
        self._enter_section_of(row)
        text = self._text(row, "text")
        others = [self._text(row, name) for name in ("outcome", "measures", "due", "leads")]
        if is_pointer(text, others):
            self.draft.pointer_rows.append((row.number, text))
            return
        if self._cell(row, "text").merged and self.draft.actions:
            self._add_to(self.draft.actions[-1], row)
            return
        if self._is_title(row, text, others):
            self._enter(self._text(row, "ref"), text)
            return
        if not text:
            self._doubt_row_without_action(row, others)
            return
        if self.section is None:
            self._enter(None, "Actions")
        self.draft.actions.append(self._read_action(row, text))

    def _is_title(self, row: Row, text: str, others: list[str]) -> bool:
        """Whether a row is a section title: a whole number, with which other refs begin, and a few words."""
        ref = self._text(row, "ref").rstrip(".")
        if any(others) or not re.fullmatch(r"\d{1,3}", ref) or len(text) > 100:
            return False
        prefix = f"{ref}."
        return any(cell.text.strip().startswith(prefix) for r in self.content.rows for cell in r.cells[:3])

    def _add_to(self, action: DraftAction, row: Row) -> None:
        """Add another lead to an action whose cell is merged down to this row. Another date is a doubt."""
        action.leads = list(dict.fromkeys([*action.leads, *split_leads(self._cell(row, "leads").text)]))
        due = self._due(row, "due")
        if due.as_written and due.as_written != action.due.as_written:
            action.doubts.append(f'a second date, "{due.as_written}", is in row {row.number}: it is left out')

    def _doubt_row_without_action(self, row: Row, others: list[str]) -> None:
        """Raise a doubt for a row with no action: a note, a mistake or the rest of the row above."""
        if not any(others):
            return
        self.draft.doubts.append(
            (row.number, f"the row has no action, only {' / '.join(filter(None, others))!r}: left out")
        )

    def _enter_section_of(self, row: Row) -> None:
        if "section" in (self.columns or {}):
            title = self._text(row, "section")
            ref = self._text(row, "section_ref") or None
            numbered = _NUMBERED.match(title)
            if numbered and ref is None:
                ref, title = numbered["ref"], numbered["title"]
            if title and not self._cell(row, "section").merged:
                self._enter(ref, title)
        issues = self._cell(row, "issues")
        if issues.text and not issues.merged:
            self._read_issues(tidy(issues.text))

    def _read_issues(self, text: str) -> None:
        """Read an issues cell: its first line may be a sub-section's title, the other lines are findings."""
        lines = text.split("\n")
        numbered = _NUMBERED.match(lines[0])
        if numbered and "ref" not in (self.columns or {}):
            self._enter(numbered["ref"], numbered["title"])
            lines = lines[1:]
        section = self.section or self._enter(None, "Actions")
        section.findings += [line for line in lines if line not in section.findings]

    def _read_action(self, row: Row, text: str) -> DraftAction:
        assert self.section is not None
        action = DraftAction(row.number, self.section.ref, self._ref(row), text)
        action.title = self._text(row, "title") or None
        action.recommendation = self._text(row, "recommendation") or None
        action.outcome_text = self._text(row, "outcome")
        action.measure_text = self._text(row, "measures")
        action.progress_text = self._text(row, "progress")
        evidence = self._text(row, "evidence")
        fault = link_fault(evidence) if evidence else None
        if fault:
            action.doubts.append(f'the evidence "{evidence}" {fault}: it is not taken')
        action.evidence = None if fault else evidence or None
        action.due = self._due(row, "due")
        if self._text(row, "original_due"):
            action.original_due = self._due(row, "original_due")
        if self._text(row, "revised_due"):
            action.original_due = action.original_due or action.due
            action.due = self._due(row, "revised_due")
        action.leads = list(split_leads(self._cell(row, "leads").text))
        if action.due.doubt and "due" in self.draft.columns:
            action.doubts.append(action.due.doubt)
        self._read_measures(row, action)
        self._read_progress(row, action)
        return action

    def _ref(self, row: Row) -> str | None:
        written = self._text(row, "ref")
        match = _REF.match(written)
        if written and not match:
            self.draft.doubts.append(
                (row.number, f'"{written}" is not a reference: the action is numbered by its place')
            )
        return match["ref"] if match else None

    def _due(self, row: Row, name: str) -> Due:
        cell = self._cell(row, name)
        return read_due(cell.text, cell.day, cell.whole_month)

    def _read_measures(self, row: Row, action: DraftAction) -> None:
        action.measures = read_measures(action.measure_text, action.text)
        found = frequencies(action.text) + frequencies(action.measure_text)
        in_column = self._text(row, "recurrence")
        action.recurrence = in_column or "; ".join(dict.fromkeys(found)) or None
        if any("bi-annual" in name for name in found):
            action.doubts.append('"bi-annual" may mean twice a year or every two years: read as twice a year')
        if len(action.leads) > 1:
            action.doubts.append(f"joint leads, split into {' and '.join(action.leads)}")
        if not action.leads and "leads" in self.draft.columns:
            action.doubts.append("no lead is given")

    def _read_progress(self, row: Row, action: DraftAction) -> None:
        report = read_progress(action.progress_text)
        action.progress, action.outcome = report.progress, report.outcome
        action.exception, action.outstanding_due = report.exception, report.outstanding_due
        action.outcome_due = report.outcome_due
        if action.progress_text and report.progress is None and "status" not in (self.columns or {}):
            action.doubts.append("the progress report does not say how far the action is")
        self._read_status(row, action)
        status = self._text(row, "outcome_status")
        if status:
            action.outcome = read_outcome(status) or action.outcome
            if read_outcome(status) is None:
                action.doubts.append(f'"{status}" is not a known outcome: recorded as not assessed')
        exception = self._text(row, "exception")
        if exception:
            action.exception = exception

    def _read_status(self, row: Row, action: DraftAction) -> None:
        """Read the word in the status cell, or else the cell's colour. A colour never overrides a word."""
        cell = self._cell(row, "status")
        status = tidy(cell.text)
        colour = status.lower() if status.lower() in COLOUR_WORDS else colour_name(cell.colour)
        action.rating = colour
        if status and status.lower() not in COLOUR_WORDS:
            report = read_progress(status)
            action.progress = report.progress or action.progress
            action.outcome = action.outcome or report.outcome
            if report.progress is None:
                action.doubts.append(f'the status "{status}" is not a known one')
        elif colour and action.progress is None:
            self._read_colour(action, colour)

    def _read_colour(self, action: DraftAction, colour: str) -> None:
        if colour in self.colour_key:
            action.progress = self.colour_key[colour]
            if action.progress is None:
                action.doubts.append(f"rated {colour}, but the plan's key does not give {colour} one status")
            return
        action.progress = COLOUR_WORDS[colour]
        action.doubts.append(f"rated {colour} by colour alone, with no key: read as {action.progress.value}")

    def finish(self) -> Draft:
        if self.columns is None:
            raise DocumentError(
                "no row has the headings of an action plan: give it one for the actions (such as Action or "
                "What) and at least one more (such as Who, When, Success measures)"
            )
        for name, label in (("due", "dates"), ("leads", "leads")):
            if name not in self.draft.columns and self.draft.actions:
                self.draft.doubts.append((None, f"the plan has no column for {label}"))
        number_sections_by_refs(self.draft, self.unnumbered)
        take_recommendations(self.draft.actions)
        refuse_duplicates(self.draft.actions)
        return self.draft


def _used_numbers(content: FileContent) -> set[str]:
    """The whole numbers with which titles and the first three cells of rows begin."""
    found = set()
    for row in content.rows:
        for text in (row.banner, *(cell.text for cell in row.cells[:3])):
            number = re.match(
                r"\s*(?:section |part |priority |theme |objective )?(\d{1,3})(?=[.):\s]|$)", text or ""
            )
            if number and len(text or "") < _LONGEST_TITLE:
                found.add(number[1])
    return found


def _colour_key(content: FileContent) -> dict[str, Progress | None]:
    """The progress that the plan itself gives each colour, or None for words that do not mean one status."""
    texts = [*content.loose, *(row.banner for row in content.rows if row.banner)]
    key: dict[str, Progress | None] = {}
    for match in (match for text in texts for match in _KEY.finditer(text)):
        colour = match["colour"].lower().replace("yellow", "amber")
        key[colour] = read_status(match["means"])
    return key
