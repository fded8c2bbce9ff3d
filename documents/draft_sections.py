"""The sections of a draft while its rows are read: which one is entered, and which number it gets."""

import re
from dataclasses import dataclass, field
from itertools import count

from rapidfuzz import fuzz

from documents.draft import SECTION_WORDS, STATUTORY, Draft, DraftAction, DraftSection, FileDoubt
from documents.pairing import SAME_ACTION, same_words

# "7 minute briefings" has no seventh section.
_COUNTED = r"\d{1,3}[ -](?:minute|hour|day|week|month|year|point|step|stage|session|way)s?\b"
# "2.1 Assessments", "Priority 1: Leadership", "R3: Data", "Part A: Front door".
NUMBERED = re.compile(
    rf"^{STATUTORY}(?!{_COUNTED})(?:(?:{SECTION_WORDS}\s+)?(?P<ref>\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}[a-z]?"
    rf"|[A-Z]{{1,3}}\d{{1,3}}[a-z]?(?=\s?[.):–-]))|{SECTION_WORDS}\s+(?P<letter>[A-Z]))"
    r"(?:\s?[.):]|\s[–-])?\s+(?P<title>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
# "Recommendation 1" and no more.
ONLY_NUMBER = re.compile(rf"{SECTION_WORDS}\s+(?P<ref>\d{{1,3}})\s*[.:]?", re.IGNORECASE)
_CONTINUED = re.compile(r"\s*\((?:continued|cont\.?|cont’d|cont'd)\)\s*$", re.IGNORECASE)


# Below the title of a section: "Senior responsible officer: Chief Nurse".
_ABOUT_SECTION = re.compile(
    r"(?:senior responsible (?:officer|owner)|sro|(?:overall |executive |strategic )?(?:lead|owner|sponsor)"
    r"|(?:last |latest )?updated?|version|date|progress|comments?|position|notes?"
    r"|success criteria|(?:success |outcome )?measures?|(?:intended |desired )?(?:outcomes?|impact)(?= ?:)"
    r"|evidence|monitoring|budget|resources?|why|rationale|reason|context|background)\b[^:]{0,20}:",
    re.IGNORECASE,
)
# "Why: 14% are persistently absent", below the title of its section.
_LABELLED = re.compile(r"[A-Z][\w' ]{2,30}:\s")


@dataclass
class Sections:
    """Adds the sections of a draft.

    `used_numbers` are those with which titles and refs of the plan begin; `unnumbered` are the refs that this
    class gave to sections without one. `entered` is the number and the title of the current section in the
    file, `numbered_again` the sections by theirs whose number another one has, and `sheets` and
    `of_column` the refs of those that are sheets, or stand in a column of the actions.
    """

    draft: Draft
    used_numbers: set[str]
    current: DraftSection | None = None
    unnumbered: list[str] = field(default_factory=list)
    entered: tuple[str | None, str] | None = None
    numbered_again: dict[tuple[str | None, str], DraftSection] = field(default_factory=dict)
    sheets: set[str] = field(default_factory=set)
    of_column: set[str] = field(default_factory=set)

    def enter_sheet(self, name: str) -> None:
        """Begin the section of a sheet. Where a title in the sheet takes its place, nobody needs to know."""
        self.sheets.add(self.enter_title(name).ref)

    def enter_title(self, title: str) -> DraftSection:
        """Begin the section that a title names, with its number if it has one."""
        numbered, only_number = NUMBERED.match(title), ONLY_NUMBER.fullmatch(title)
        if numbered:
            return self.enter(numbered["ref"] or numbered["letter"], numbered["title"])
        return self.enter(only_number["ref"] if only_number else None, title)

    def is_spoken_of(self, title: str) -> bool:
        """Whether a title row only says something of the section above it: "Success criteria: 90% pass"."""
        if _ABOUT_SECTION.match(title):
            return True
        if self.current is None or self.entered is None or self.entered[0] is None or NUMBERED.match(title):
            return False
        has_actions = bool(self.draft.actions) and self.draft.actions[-1].section == self.current.ref
        return not has_actions and _LABELLED.match(title) is not None

    def enter(self, ref: str | None, title: str) -> DraftSection:
        """Make the section of this ref, or else of this title, the current one. Add it if it is new."""
        if self.current is not None and self.entered == (ref, title):
            return self.current
        self.entered = (ref, title)
        title = _CONTINUED.sub("", re.sub(r"\s+", " ", title)).strip(" .:")
        again = self.numbered_again.get((ref, title.lower()))
        with_ref = next((one for one in self.draft.sections if ref and one.ref == ref), None)
        if again is None and with_ref is not None and not _same_title(with_ref.title, title):
            # "Finding 1" after "Priority 1".
            number = self._unused_number()
            text = f'two sections have the number {ref}: "{title[:60]}" is numbered {number}'
            self.draft.doubts.append(FileDoubt(None, text))
            again = self.numbered_again[(ref, title.lower())] = self._add(number, title)
        found = again or with_ref
        if found is None and ref is None:
            same = (one for one in self.draft.sections if one.title.lower() == title.lower())
            found = next(same, None)
        self.current = found or self._add(ref or self._unused_number(), title)
        return self.current

    def finish(self) -> None:
        """Settle the sections once all rows are read."""
        self._fold_columns()
        self._leave_out_empty()

    def _fold_columns(self) -> None:
        """Give the actions of a column's sections to the numbered title above them, if it has no others.

        "Priority 1: Writing" stands above rows whose objective is "Spelling": the priority is the section.
        """
        used = {action.section for action in self.draft.actions}
        title: DraftSection | None = None
        for section in list(self.draft.sections):
            if section.ref not in self.unnumbered:
                title = None if section.ref in used | self.of_column else section
            elif title is not None and section.ref in self.of_column:
                self._fold(section, title)
            else:
                title = None

    def _fold(self, section: DraftSection, title: DraftSection) -> None:
        for action in self.draft.actions:
            if action.section == section.ref:
                action.section = title.ref
                action.notes.append(section.title)
        title.findings += section.findings
        self.draft.sections.remove(section)
        self.unnumbered.remove(section.ref)
        text = f'"{section.title[:60]}" stands below "{title.title[:60]}": kept as a note of its actions'
        self.draft.doubts.append(FileDoubt(None, text))

    def leave(self) -> None:
        """Have no current section until another one is entered."""
        self.current = None

    def _leave_out_empty(self) -> None:
        """Leave out the titles without a number that no action stands below, with a doubt."""
        used = {action.section for action in self.draft.actions}
        for section in list(self.draft.sections):
            if section.ref in self.unnumbered and section.ref not in used and not section.findings:
                self.draft.sections.remove(section)
                self.unnumbered.remove(section.ref)
                if section.ref in self.sheets:
                    continue
                text = f'"{section.title[:100]}" has no action below it: left out'
                self.draft.doubts.append(FileDoubt(None, text))

    def _add(self, ref: str, title: str) -> DraftSection:
        self.draft.sections.append(DraftSection(ref, title))
        return self.draft.sections[-1]

    def _unused_number(self) -> str:
        """A number that the plan does not use. `number_sections_by_refs` may replace it later."""
        number = str(next(n for n in count(1) if str(n) not in self.used_numbers))
        self.used_numbers.add(number)
        self.unnumbered.append(number)
        return number


def _same_title(one: str, other: str) -> bool:
    """Whether two titles of one number are the same, or one goes on where the other was cut short."""
    shorter, longer = sorted((same_words(one), same_words(other)), key=len)
    return longer.startswith(shorter) or fuzz.ratio(shorter, longer) >= SAME_ACTION


def keep_own_findings(draft: Draft, *, carried: bool) -> None:
    """The one finding of a section is the section's. Where it has several, each action has its own.

    `carried` says that the finding of an action was read from the row above it.
    """
    inside: dict[str, list[DraftAction]] = {}
    for action in draft.actions:
        inside.setdefault(action.section, []).append(action)
    for actions in inside.values():
        if len({action.finding for action in actions}) == 1 and len(actions) > 1:
            for action in actions:
                action.finding = ""
    if carried and any(action.finding for action in draft.actions):
        text = "the finding of an action whose cell is empty is read as the one above it"
        draft.doubts.append(FileDoubt(None, text))
