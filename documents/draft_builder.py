"""From rows to a draft: which rows are headings, sections, pointers and actions."""

import re
from dataclasses import dataclass, field
from itertools import count

from db.models import Progress
from db.rules.dates import Due, read_due
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
# Longer than any heading: a merged row with more is a note to the reader.
_LONGEST_TITLE = 200


_BULLET = re.compile(r"^[•·▪o]\s+")


def tidy(text: str) -> str:
    """A cell's text with plain spaces, its lines kept, and none of its bullets."""
    text = CONTROL_CHARACTERS.sub("", text)
    if "\n" not in text:
        return _BULLET.sub("", " ".join(text.split()))
    lines = (_BULLET.sub("", " ".join(line.split())) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def build_draft(pages: FileContent) -> Draft:
    """Read rows into a draft. Raises `DocumentError` when no row is a heading row of a plan."""
    reader = _Builder(pages)
    for row in pages.rows:
        reader.read(row)
    return reader.finish()


@dataclass
class _Builder:
    """One pass over the rows: the columns in force and the section under way."""

    pages: FileContent
    draft: Draft = field(default_factory=Draft)
    columns: dict[str, int] | None = None
    section: DraftSection | None = None
    key: dict[str, Progress | None] = field(default_factory=dict)
    # Every number that titles and refs of the plan begin with, and the sections numbered by us.
    numbers: set[str] = field(default_factory=set)
    unnumbered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draft.doubts.extend(self.pages.doubts)
        self.key = _colour_key(self.pages)
        self.numbers = _numbers(self.pages)

    def read(self, row: Row) -> None:
        texts = [cell.text for cell in row.cells]
        if not row.banner and not any(text.strip() for text in texts):
            return
        headings = read_headings(texts)
        if headings is not None:
            self.columns = headings
            self.draft.has |= set(headings)
        elif row.banner is not None:
            self._banner(row)
        elif self.columns is not None:
            self._record(row)

    def _banner(self, row: Row) -> None:
        title = tidy(row.banner or "")
        if len(title) > _LONGEST_TITLE:
            return
        # Above the first headings stands the title block: "12 month review" is no section 12.
        if self.columns is None and not SECTION_TITLE.match(title):
            return
        numbered = (_NUMBERED if self.columns is not None else SECTION_TITLE).match(title)
        if numbered:
            ref = numbered["ref"] or numbered.groupdict().get("letter")
            self._enter(ref, numbered["title"])
        elif row.certain or self.columns is None or self.columns.get("text") != 0:
            self._enter(None, title)
        else:
            # Only the first cell is filled, and that is where this plan's actions stand.
            self._record(row)

    def _enter(self, ref: str | None, title: str) -> DraftSection:
        title = _CONTINUED.sub("", re.sub(r"\s+", " ", title)).strip(" .:")
        for known in self.draft.sections:
            if known.ref == ref or (ref is None and known.title.lower() == title.lower()):
                self.section = known
                return known
        self.section = DraftSection(ref or self._next_section(), title)
        self.draft.sections.append(self.section)
        return self.section

    def _next_section(self) -> str:
        """A number that the plan uses for nothing else, until the section's own refs tell better."""
        number = next(n for n in count(1) if str(n) not in self.numbers)
        self.numbers.add(str(number))
        self.unnumbered.append(str(number))
        return str(number)

    def _cell(self, row: Row, name: str) -> Cell:
        at = (self.columns or {}).get(name)
        return row.cells[at] if at is not None and at < len(row.cells) else Cell()

    def _text(self, row: Row, name: str) -> str:
        if name not in (self.columns or {}):
            return ""
        return tidy(self._cell(row, name).text)

    def _unlabelled(self, row: Row) -> None:
        """Columns without a heading, left of the actions: a ref by its look, else the item's title."""
        assert self.columns is not None
        labelled = set(self.columns.values())
        for at in range(min(self.columns["text"], len(row.cells))):
            if at in labelled or not row.cells[at].text.strip():
                continue
            looks = "ref" if _REF.match(tidy(row.cells[at].text)) else "title"
            if looks not in self.columns:
                self.columns[looks] = at
                self.draft.has.add(looks)

    def _record(self, row: Row) -> None:
        self._unlabelled(row)
        self._section_of(row)
        text = self._text(row, "text")
        others = [self._text(row, name) for name in ("outcome", "measures", "due", "leads")]
        if is_pointer(text, others):
            self.draft.pointer_rows.append((row.number, text))
            return
        if self._cell(row, "text").merged and self.draft.actions:
            self._more_of(self.draft.actions[-1], row)
            return
        if self._is_title(row, text, others):
            self._enter(self._text(row, "ref"), text)
            return
        if not text:
            self._without_action(row, others)
            return
        if self.section is None:
            self._enter(None, "Actions")
        self.draft.actions.append(self._action(row, text))

    def _is_title(self, row: Row, text: str, others: list[str]) -> bool:
        """A row of only a whole number and a few words, where the refs below begin with that number."""
        ref = self._text(row, "ref").rstrip(".")
        if any(others) or not re.fullmatch(r"\d{1,3}", ref) or len(text) > 100:
            return False
        begins = f"{ref}."
        return any(cell.text.strip().startswith(begins) for r in self.pages.rows for cell in r.cells[:3])

    def _more_of(self, action: DraftAction, row: Row) -> None:
        """A further row of an action whose cell is merged downwards: another lead, another date."""
        action.leads = list(dict.fromkeys([*action.leads, *split_leads(self._cell(row, "leads").text)]))
        due = self._due(row, "due")
        if due.as_written and due.as_written != action.due.as_written:
            action.doubts.append(f'a second date, "{due.as_written}", stands in row {row.number}: left out')

    def _without_action(self, row: Row, others: list[str]) -> None:
        """A row with no action: the rest of the row above after a page break, a note, or a fault."""
        if not any(others):
            return
        self.draft.doubts.append(
            (row.number, f"the row has no action, only {' / '.join(filter(None, others))!r}: left out")
        )

    def _section_of(self, row: Row) -> None:
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
            self._issues(tidy(issues.text))

    def _issues(self, text: str) -> None:
        """The issues cell: its first line may be the sub-section's title, the rest are findings."""
        lines = text.split("\n")
        numbered = _NUMBERED.match(lines[0])
        if numbered and "ref" not in (self.columns or {}):
            self._enter(numbered["ref"], numbered["title"])
            lines = lines[1:]
        section = self.section or self._enter(None, "Actions")
        section.findings += [line for line in lines if line not in section.findings]

    def _action(self, row: Row, text: str) -> DraftAction:
        assert self.section is not None
        action = DraftAction(row.number, self.section.ref, self._ref(row), text)
        action.title = self._text(row, "title") or None
        action.recommendation = self._text(row, "recommendation") or None
        action.outcome_text = self._text(row, "outcome")
        action.measure_text = self._text(row, "measures")
        action.progress_text = self._text(row, "progress")
        action.evidence = self._text(row, "evidence") or None
        action.due = self._due(row, "due")
        if self._text(row, "original_due"):
            action.original_due = self._due(row, "original_due")
        if self._text(row, "revised_due"):
            action.original_due = action.original_due or action.due
            action.due = self._due(row, "revised_due")
        action.leads = list(split_leads(self._cell(row, "leads").text))
        if action.due.doubt and "due" in self.draft.has:
            action.doubts.append(action.due.doubt)
        self._measured(row, action)
        self._progress(row, action)
        return action

    def _ref(self, row: Row) -> str | None:
        written = self._text(row, "ref")
        found = _REF.match(written)
        if written and not found:
            self.draft.doubts.append((row.number, f'"{written}" is no reference: numbered by its place'))
        return found["ref"] if found else None

    def _due(self, row: Row, name: str) -> Due:
        cell = self._cell(row, name)
        return read_due(cell.text, cell.day, cell.whole_month)

    def _measured(self, row: Row, action: DraftAction) -> None:
        action.measures = read_measures(action.measure_text, action.text)
        often = frequencies(action.text) + frequencies(action.measure_text)
        said = self._text(row, "recurrence")
        action.recurrence = said or "; ".join(dict.fromkeys(often)) or None
        if any("bi-annual" in name for name in often):
            action.doubts.append(
                '"bi-annual" may mean twice a year or every two years: taken as twice a year'
            )
        if len(action.leads) > 1:
            action.doubts.append(f"joint leads, split into {' and '.join(action.leads)}")
        if not action.leads and "leads" in self.draft.has:
            action.doubts.append("no lead is given")

    def _progress(self, row: Row, action: DraftAction) -> None:
        told = read_progress(action.progress_text)
        action.progress, action.outcome = told.progress, told.outcome
        action.exception, action.outstanding_due = told.exception, told.outstanding_due
        action.outcome_due = told.outcome_due
        if action.progress_text and told.progress is None and "status" not in (self.columns or {}):
            action.doubts.append("the progress report does not say how far the action is")
        self._status(row, action)
        status = self._text(row, "outcome_status")
        if status:
            action.outcome = read_outcome(status) or action.outcome
            if read_outcome(status) is None:
                action.doubts.append(f'"{status}" is no outcome this store knows: not assessed')
        exception = self._text(row, "exception")
        if exception:
            action.exception = exception

    def _status(self, row: Row, action: DraftAction) -> None:
        """A status word, else the colour of its cell; a colour is never taken for more than it says."""
        cell = self._cell(row, "status")
        status = tidy(cell.text)
        colour = status.lower() if status.lower() in COLOUR_WORDS else colour_name(cell.colour)
        action.rating = colour
        if status and status.lower() not in COLOUR_WORDS:
            told = read_progress(status)
            action.progress = told.progress or action.progress
            action.outcome = action.outcome or told.outcome
            if told.progress is None:
                action.doubts.append(f'the status "{status}" is not one this store knows')
        elif colour and action.progress is None:
            self._from_colour(action, colour)

    def _from_colour(self, action: DraftAction, colour: str) -> None:
        if colour in self.key:
            action.progress = self.key[colour]
            if action.progress is None:
                action.doubts.append(f"rated {colour}, which the plan's key gives no one status")
            return
        action.progress = COLOUR_WORDS[colour]
        action.doubts.append(f"rated {colour} by colour alone, with no key: read as {action.progress.value}")

    def finish(self) -> Draft:
        if self.columns is None:
            raise DocumentError(
                "no row has the headings of an action plan: one for the actions (such as Action or "
                "What) and at least one more (such as Who, When, Success measures)"
            )
        for name, what in (("due", "dates"), ("leads", "leads")):
            if name not in self.draft.has and self.draft.actions:
                self.draft.doubts.append((None, f"the plan has no column for {what}"))
        number_sections_by_refs(self.draft, self.unnumbered)
        take_recommendations(self.draft.actions)
        refuse_duplicates(self.draft.actions)
        return self.draft


def _numbers(pages: FileContent) -> set[str]:
    """The numbers with which titles, first cells and issues begin anywhere in a plan."""
    found = set()
    for row in pages.rows:
        for text in (row.banner, *(cell.text for cell in row.cells[:3])):
            number = re.match(
                r"\s*(?:section |part |priority |theme |objective )?(\d{1,3})(?=[.):\s]|$)", text or ""
            )
            if number and len(text or "") < _LONGEST_TITLE:
                found.add(number[1])
    return found


def _colour_key(pages: FileContent) -> dict[str, Progress | None]:
    """What the plan itself says its colours mean; None for words that mean no one status."""
    texts = [*pages.loose, *(row.banner for row in pages.rows if row.banner)]
    key: dict[str, Progress | None] = {}
    for found in (match for text in texts for match in _KEY.finditer(text)):
        colour = found["colour"].lower().replace("yellow", "amber")
        key[colour] = read_status(found["means"])
    return key
