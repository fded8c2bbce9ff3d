"""Build a draft from rows: decide which rows are headings, section titles, pointers and actions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from documents.action_reader import REF, ActionReader
from documents.closed_actions import settle_closed
from documents.cross_references import is_pointer
from documents.doubtful_years import doubt_years
from documents.draft import (
    NO_TITLE,
    SECTION_TITLE,
    ColumnRead,
    Draft,
    DraftAction,
    DraftSection,
    FileContent,
    FileDoubt,
    Row,
)
from documents.draft_sections import NUMBERED, ONLY_NUMBER, Sections, keep_own_findings
from documents.heading_meanings import HeadingRow
from documents.heading_rows import FoundHeadings, find_headings
from documents.marked_columns import read_marked_columns
from documents.month_first import read_month_first, take_completions
from documents.numbering import (
    doubt_unnumbered,
    number_lists_apart,
    number_sections_by_refs,
    number_within_findings,
    refuse_duplicates,
    restart_with_sections,
    take_numbers_of_titles,
    take_recommendations,
    take_refs_from_texts,
)
from documents.other_tables import OtherTable
from documents.parent_rows import PARENT_TITLE, names_group, parent_rows, sheets_of_groups, titles_by_key
from documents.row_kinds import (
    LONGEST_TITLE,
    NO_ACTION,
    OF_THE_PAGE,
    SIGN_OFF,
    colour_key,
    explains_colour,
    has_row_colours,
    is_guidance,
    is_total,
    legend_rows,
    loose_text,
    no_headings,
    numbered_title,
    section_sheets,
    tidy,
    used_numbers,
)
from documents.side_keys import take_side_key
from documents.unread_texts import rows_after_table, unread_doubt


def build_draft(
    content: FileContent, mapping: Mapping[str, str] | None = None, found: FoundHeadings | None = None
) -> Draft:
    """Read rows into a draft. `mapping` is what a person says of headings: a meaning by the plain heading.

    `found` are the heading rows, where they are known already. Raises `DocumentError` when no row is a
    heading row of a plan.
    """
    builder = _Builder(*take_side_key(content, found or find_headings(content.rows, mapping, guess=True)))
    for at, row in enumerate(builder.content.rows):
        builder.read(at, row)
    return builder.finish()


@dataclass
class _Builder:
    """One pass over the rows. `finding` is the last one that was read, and `carried` whether it was used."""

    content: FileContent
    found: FoundHeadings
    draft: Draft = field(default_factory=Draft)
    sheet: str | None = None
    finding: str = ""
    carried: bool = False
    other_table: OtherTable = field(default_factory=OtherTable)
    first_names: dict[str | None, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft.doubts.extend(self.content.doubts)
        self.draft.doubts += take_completions(self.content.rows, self.found.headings)
        self.legend = legend_rows(self.content.rows, self.found.headings)
        # A key with letters explains several of them, so its rows stay together.
        self.content.loose.append("\n".join(loose_text(self.content.rows[at]) for at in sorted(self.legend)))
        self.after_table = rows_after_table(self.content.rows, self.found.headings) - self.legend
        self.row = ActionReader(self.draft, colour_key(self.content, self.found.headings))
        self.parents = parent_rows(self.content.rows, self.found)
        self.sheets_of_groups = sheets_of_groups(self.content.rows)
        self.titles_by_key = titles_by_key(self.content.rows, self.found)
        self.row.row_colours = has_row_colours(self.content.rows, self.found, self.legend)
        self.sections = Sections(self.draft, used_numbers(self.content, self.found))
        self.section_sheets = section_sheets(self.content.rows, self.found)

    def read(self, at: int, row: Row) -> None:
        known = len(self.draft.doubts)
        self._read(at, row)
        if len(self.draft.doubts) > known:
            new = self.draft.doubts[known:]
            self.draft.doubts[known:] = [doubt._replace(sheet=row.sheet) for doubt in new]

    def _read(self, at: int, row: Row) -> None:
        if row.sheet != self.sheet:
            self._enter_sheet(row)
        self.other_table.pass_row(row.number)
        texts = [cell.text for cell in row.cells]
        is_blank = not row.banner and not any(text.strip() for text in texts)
        if is_blank or row.banner is not None or at in self.found.headings:
            self.other_table.end(gap=at not in self.found.headings)
        if (at in self.legend and not explains_colour(row)) or at in self.after_table:
            self._tell_unread(row)
            return
        if at in self.found.second or at in self.legend or is_blank:
            return
        if at in self.found.headings:
            self._enter_heading(row, self.found.headings[at])
        elif at in self.found.titles:
            self._read_title(row)
        elif row.banner is not None:
            self._read_banner(at, row)
        elif self.row.heading is not None:
            self._read_row(at, row, texts)
        else:
            self._tell_unread(row)

    def _tell_unread(self, row: Row) -> None:
        """Keep the words of a row outside the table for the doubt that lists them."""
        texts = (tidy(cell.text) for cell in row.cells if cell.text.strip() and not cell.merged)
        self.content.unread.append(row.banner or " / ".join(texts))

    def _read_row(self, at: int, row: Row, texts: list[str]) -> None:
        if is_guidance(texts):
            self._leave_out(row, "tells how to fill in the table")
        elif is_total(texts):
            self._leave_out(row, "adds up the others")
        elif self._is_sign_off(row, texts):
            self._leave_out(row, "says who agreed the plan, or when it is looked at again")
        elif self._is_of_other_table(row):
            self._leave_out(row, "is of another table")
        elif self._repeats_headings(texts):
            self._leave_out(row, "repeats the headings")
        elif at in self.parents or self._is_parent(row):
            self._enter_parent(row)
        else:
            self._read_action_row(row)

    def _is_sign_off(self, row: Row, texts: list[str]) -> bool:
        """Whether a row says who signed the plan or wrote it: nobody leads it."""
        first = next((text.strip() for text in texts if text.strip()), "")
        return SIGN_OFF.fullmatch(first) is not None and not self.row.text(row, "leads")

    def _repeats_headings(self, texts: list[str]) -> bool:
        """Whether a row goes on with the headings: two of its cells are called as their columns are."""
        assert self.row.heading is not None
        pairs = zip(texts, self.row.heading.headings, strict=False)
        return sum(bool(text.strip()) and text.strip() == name.strip() for text, name in pairs) > 1

    def _is_of_other_table(self, row: Row) -> bool:
        """Whether a row has another table's headings, or stands below them."""
        text, lead, due = (self.row.text(row, name) for name in ("text", "leads", "due"))
        return self.other_table.has([cell.text for cell in row.cells], text, lead, due)

    def _leave_out(self, row: Row, why: str) -> None:
        text = " / ".join(tidy(cell.text) for cell in row.cells if cell.text.strip())
        self.draft.doubts.append(FileDoubt(row.number, f"the row {why}: left out ({text[:100]})"))

    def _is_parent(self, row: Row) -> bool:
        """Whether a row has a section's name and number, and nobody leads it: "Workstream 1: Data".

        Or others name it as their parent, and it names none.
        """
        by_key = self.titles_by_key
        if by_key and self.row.text(row, "ref") in by_key and not self.row.text(row, "section"):
            return True
        is_led = bool(self.row.text(row, "leads")) or not self.row.has("leads")
        return not is_led and PARENT_TITLE.match(self.row.text(row, "text")) is not None

    def _enter_parent(self, row: Row) -> None:
        """Begin the section of a row that sums up those below it."""
        title = self.row.text(row, "text")
        self.sections.enter_title(title)
        self.finding = ""
        text = f'"{title[:60]}" sums up the rows below it: read as their section, without a date or status'
        self.draft.doubts.append(FileDoubt(row.number, text))

    def _enter_sheet(self, row: Row) -> None:
        self.sheet, self.row.heading, self.row.placed = row.sheet, None, {}
        self.finding = ""
        if row.sheet in self.section_sheets:
            self.sections.enter_sheet(row.sheet or "")
        else:
            # A sheet of closed actions does not go on with the last section of the open ones.
            self.sections.leave()

    def _enter_heading(self, row: Row, heading: HeadingRow) -> None:
        self.row.heading, self.row.placed = heading, {}
        self.draft.columns |= set(heading.places)
        if heading.unread:
            self.draft.columns.add("notes")
        if {"original_due", "revised_due"} & set(heading.places):
            self.draft.columns.add("due")
        self._doubt_other_table(row, heading)
        known = {(one.heading, one.sheet) for one in self.draft.columns_read}
        for name, public in heading.report():
            if (name, row.sheet) not in known:
                self.draft.columns_read.append(ColumnRead(name, public, row.sheet))
        known_doubts = {one.text for one in self.draft.doubts}
        self.draft.doubts += [
            doubt._replace(row=row.number) for doubt in heading.doubts if doubt.text not in known_doubts
        ]

    def _doubt_other_table(self, row: Row, heading: HeadingRow) -> None:
        """Raise a doubt about a table further down whose actions have another heading than the first's."""
        name = self.row.heading_text(heading.places["text"][0])
        self.first_names.setdefault(row.sheet, name)
        if name.lower() != self.first_names[row.sheet].lower():
            text = f'the table here has "{name}" for its actions: its rows are read as actions'
            self.draft.doubts.append(FileDoubt(row.number, text))

    def _read_title(self, row: Row) -> None:
        """Begin the section of a title row, or tell what it says of the section that it stands below."""
        title = tidy(row.banner or "")
        if OF_THE_PAGE.fullmatch(title):
            self._tell_unread(row)
            return
        if not self.sections.is_spoken_of(title):
            self.sections.enter_title(title)
            return
        text = f'"{title[:100]}" says something of a section and is no title: left out'
        self.draft.doubts.append(FileDoubt(row.number, text))

    def _read_banner(self, at: int, row: Row) -> None:
        title = tidy(row.banner or "")
        if len(title) > LONGEST_TITLE or OF_THE_PAGE.fullmatch(title):
            self._tell_unread(row)
            return
        if self.row.heading is not None and self.sections.is_spoken_of(title):
            self._read_title(row)
            return
        # The title block is above the first headings: "12 month review" there is not section 12.
        if self.row.heading is None and not (SECTION_TITLE.match(title) or ONLY_NUMBER.fullmatch(title)):
            self._tell_unread(row)
            return
        numbered = (NUMBERED if self.row.heading is not None else SECTION_TITLE).match(title)
        if numbered:
            ref = numbered["ref"] or numbered.groupdict().get("letter")
            self._enter(ref, numbered["title"])
        elif row.certain or self.row.heading is None or self.row.heading.places["text"] != (0,):
            self.sections.enter_title(title)
        elif is_guidance([title, title]):
            self._leave_out(row, "tells how to fill in the table")
        elif is_total([title, "0"]):
            self._leave_out(row, "adds up the others")
        elif row.sheet in self.sheets_of_groups and names_group(self.content.rows, at, self.row.heading):
            self.sections.enter_title(title)
            text = f'"{title[:60]}" stands alone in its row: read as the title of a section'
            self.draft.doubts.append(FileDoubt(row.number, text))
        else:
            # Only the first cell is filled, and this plan's actions are in the first column.
            self._read_action_row(row)

    def _enter(self, ref: str | None, title: str) -> DraftSection:
        before = self.sections.current
        section = self.sections.enter(ref, title)
        if section is not before:
            self.finding = ""
        return section

    def _place_unlabelled_columns(self, row: Row) -> None:
        """Read a column without a heading, left of the actions, as refs if they look so, else as titles."""
        assert self.row.heading is not None
        labelled = {at for at, text in enumerate(self.row.heading.headings) if text.strip()}
        for at in range(min(self.row.heading.places["text"][0], len(row.cells))):
            if at in labelled or not row.cells[at].text.strip():
                continue
            name = "ref" if REF.match(tidy(row.cells[at].text)) else "title"
            if not self.row.has(name):
                self.row.placed[name] = at
                self.draft.columns.add(name)
                if name == "title":
                    self.row.doubt_nameless(at, row, "read as titles")

    def _read_action_row(self, row: Row) -> None:
        self._place_unlabelled_columns(row)
        text, ref = self.row.text(row, "text"), self.row.text(row, "ref")
        others = [self.row.text(row, name) for name in ("outcome", "measures", "due", "leads")]
        is_merged, points = self.row.cell(row, "text").merged and self.draft.actions, is_pointer(text, others)
        if not (is_merged or points) and (title := numbered_title(row, ref, text, others, self.content.rows)):
            self._enter(ref, title)
            return
        self._enter_section_of(row)
        if points:
            self.draft.pointer_rows.append((row.number, text))
            return
        if is_merged:
            if any(cell.text.strip() and not cell.merged for cell in row.cells):
                self.row.add_to(self.draft.actions[-1], row)
            return
        if not text:
            self._doubt_row_without_action(row)
            return
        if text[:1].islower() and not any(others) and self.row.goes_on_above(row, text):
            return
        if NO_ACTION.fullmatch(text):
            self._leave_out(row, "says that there is nothing to do")
            return
        if not re.search(r"[^\W\d_]", text):
            self._leave_out(row, "has no words for its action")
            return
        section = self.sections.current or self._enter(None, NO_TITLE)
        for action in self.row.read_actions(row, text, section.ref):
            self._carry_finding(row, action)
            settle_closed(action, row.sheet or "", section.title)
            self.draft.actions.append(action)

    def _carry_finding(self, row: Row, action: DraftAction) -> None:
        """Give an action the finding above it where its own cell is joined to that one, or empty."""
        issues = self.row.cell(row, "issues")
        if action.finding:
            self.finding = action.finding
        elif self.row.has("issues"):
            action.finding = self.finding
            self.carried = self.carried or not issues.merged
            if self.finding and self.draft.actions and not self.row.text(row, "ref"):
                # The number stood beside the finding.
                action.ref = self.draft.actions[-1].ref

    def _doubt_row_without_action(self, row: Row) -> None:
        """Raise a doubt for a row with no action: a note, a mistake or the rest of the row above."""
        assert self.row.heading is not None
        names = ("ref", "section", "section_ref", "issues")
        of_group = {at for name in names for at in self.row.heading.places.get(name, ())}
        said = [
            tidy(cell.text)
            for at, cell in enumerate(row.cells)
            if at not in of_group and cell.text.strip() and not cell.merged
        ]
        if said:
            text = f"the row has no action, only {' / '.join(said)[:200]!r}: left out"
            self.draft.doubts.append(FileDoubt(row.number, text))

    def _enter_section_of(self, row: Row) -> None:
        if self.row.has("section"):
            title = self.row.text(row, "section")
            title = self.titles_by_key.get(title, title)
            if self.titles_by_key and not title:
                self.sections.leave()
            ref = self.row.text(row, "section_ref") or None
            numbered = NUMBERED.match(title)
            if numbered and ref is None:
                ref, title = numbered["ref"], numbered["title"]
            if title and not self.row.cell(row, "section").merged:
                self.sections.of_column.add(self._enter(ref, title).ref)
        issues = self.row.cell(row, "issues")
        if issues.text and not issues.merged:
            self._read_issues(tidy(issues.text))

    def _read_issues(self, text: str) -> None:
        """Read an issues cell: its first line may be a sub-section's title, the other lines are findings."""
        lines = text.split("\n")
        numbered = NUMBERED.match(lines[0])
        # "4 of 20 files had no reference" is a finding.
        if numbered and not self.row.has("ref") and not numbered["title"][0].islower():
            self._enter(numbered["ref"], numbered["title"])
            lines = lines[1:]
        section = self.sections.current or self._enter(None, NO_TITLE)
        section.findings += [line for line in lines if line not in section.findings]

    def finish(self) -> Draft:
        if not self.found.headings:
            raise no_headings(self.content.rows)
        read_marked_columns(self.draft, self.content.rows, self.found.headings)
        read_month_first(self.draft, self.content.rows, self.found.headings)
        doubt_years(self.draft)
        self.draft.doubts += unread_doubt(self.content.unread)
        self.sections.finish()
        take_numbers_of_titles(self.draft, self.sections.unnumbered)
        take_refs_from_texts(self.draft.actions)
        number_within_findings(self.draft)
        keep_own_findings(self.draft, carried=self.carried)
        restart_with_sections(self.draft, self.sections.unnumbered)
        number_lists_apart(self.draft)
        number_sections_by_refs(self.draft, self.sections.unnumbered)
        take_recommendations(self.draft.actions)
        refuse_duplicates(self.draft.actions)
        doubt_unnumbered(self.draft.actions)
        return self.draft
