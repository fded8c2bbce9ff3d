"""Complete a draft once its rows are read: number sections and actions, and find cross-references."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, pairwise, takewhile

from db.models import DoubtAbout
from db.rules.lead_people import is_person
from db.rules.role_names import similar_roles
from db.rules.titles import short_title
from documents.cross_references import ReferenceFinder
from documents.draft import NO_TITLE, DocumentError, Draft, DraftAction, DraftSection, FileChoice, FileDoubt

_MOST_NAMED = 5
_NAME_THE_ROLE = "name the role here, and who holds it in the file of people"
# Up to so many actions that people lead have a doubt each.
_MOST_LED = 12
_LEAST_LISTS = 2
_AGENDA_ITEM = re.compile(
    r"(?:agenda )?item(?: no\.?| number| ref)?|min(?:ute)?s?(?: no\.?| number| ref)?", re.IGNORECASE
)
_WHOLE_NUMBER = re.compile(r"\d{1,3}")
_RECOMMENDATION = re.compile(r"\s*\((?P<number>\d{1,3})\)\s*\.?\s*$")


_NEARLY_ALL = 0.8
# "1a. Co-locate two administrators", "1.3 Weekly audit", "A2 - Train the staff".
_REF_FIRST = re.compile(
    r"(?P<ref>\d{1,2}(?:\.\d{1,2}){1,2}[a-z]?|\d{1,2}[a-z]|[A-Z]\d{1,2}(?:\.\d{1,2})?|\d{1,2}(?=[.)]\s))[.):]?"
    r"\s+(?:[–-]\s*)?(?=[^\W\d_])"
)


def take_refs_from_texts(actions: list[DraftAction]) -> None:
    """Take the refs with which the actions' texts begin, where nearly all have one and none is there twice.

    A text that begins with the ref of its own column says it once.
    """
    found = [(action, _REF_FIRST.match(action.text)) for action in actions]
    numbers = [one["ref"] for _, one in found if one]
    is_numbered = 1 < len(numbers) == len(set(numbers)) and len(numbers) >= _NEARLY_ALL * len(actions)
    is_numbered = is_numbered and not any(action.ref for action in actions)
    for action, one in found:
        if one and (is_numbered or action.ref == one["ref"]):
            action.text, action.ref = action.text[one.end() :], one["ref"]


def number_sections_by_refs(draft: Draft, unnumbered: list[str]) -> None:
    """Renumber the `unnumbered` sections by their actions' refs: 1.1, 1.2 … belong to section 1.

    A section stays as it is where its actions' refs differ, or where another section has the number.
    """
    taken = {section.ref for section in draft.sections} - set(unnumbered)
    for section in draft.sections:
        if section.ref not in unnumbered:
            continue
        inside = [action for action in draft.actions if action.section == section.ref]
        prefixes = {(action.ref or "").rpartition(".")[0] for action in inside}
        is_alone = section.title == NO_TITLE and len(draft.sections) == 1
        if is_alone and len(prefixes) > 1 and all(map(_WHOLE_NUMBER.fullmatch, prefixes)):
            _split_by_refs(draft, inside)
            return
        # Of 2.1 and 2.1.1 it is 2.
        parts = zip(*(prefix.split(".") for prefix in prefixes), strict=False)
        shared = ".".join(same[0] for same in takewhile(lambda one: len(set(one)) == 1, parts))
        if shared and shared not in taken and shared != section.ref:
            if any(other.ref == shared for other in draft.sections):
                continue
            for action in inside:
                action.section = shared
            section.ref = shared
            taken.add(shared)


def _split_by_refs(draft: Draft, actions: list[DraftAction]) -> None:
    """Make a section of each number before the point of the refs, where the file has no sections at all."""
    for action in actions:
        action.section = (action.ref or "").rpartition(".")[0]
    refs = sorted({action.section for action in actions}, key=int)
    draft.sections[:] = [DraftSection(ref, _title_of(ref, actions)) for ref in refs]
    text = f"the file has no titles of sections: the references give {len(refs)}, {refs[0]} to {refs[-1]}"
    draft.doubts.append(FileDoubt(None, text))


_ACTION_NUMBER = re.compile(r"Action (?:no\.? ?|number )?(?P<ref>\d{1,3}(?:\.\d{1,3})*[a-z]?)", re.IGNORECASE)


def take_numbers_of_titles(draft: Draft, unnumbered: list[str]) -> None:
    """Give the one action below each title "Action 3" that number: the title names no section.

    Only where every action stands below such a title and has no ref of its own.
    """
    titles = {section.ref: _ACTION_NUMBER.fullmatch(section.title) for section in draft.sections}
    below = [titles.get(action.section) for action in draft.actions]
    is_each = len({action.section for action in draft.actions}) == len(draft.actions) > 1
    if not is_each or not all(below) or any(action.ref for action in draft.actions):
        return
    for action, found in zip(draft.actions, below, strict=True):
        assert found is not None
        action.ref = found["ref"]
        action.section = draft.sections[0].ref
    draft.sections[0].title = NO_TITLE
    draft.sections[0].findings = [finding for section in draft.sections for finding in section.findings]
    unnumbered[:] = [draft.sections[0].ref]
    del draft.sections[1:]


def restart_with_sections(draft: Draft, unnumbered: list[str]) -> None:
    """Put the section before refs that begin anew in each section: 1 in section 2 is 2.1.

    Only where a ref is there twice in the plan and once in each section. Sections without a number, which are
    `unnumbered`, are then counted from 1.
    """
    refs = [action.ref for action in draft.actions if action.ref]
    inside = [(action.section, action.ref) for action in draft.actions if action.ref]
    if len(set(refs)) == len(refs) or len(set(inside)) < len(inside):
        return
    if all(section.ref in unnumbered for section in draft.sections):
        numbers = {section.ref: str(at) for at, section in enumerate(draft.sections, start=1)}
        for section in draft.sections:
            section.ref = numbers[section.ref]
        for action in draft.actions:
            action.section = numbers[action.section]
        unnumbered[:] = numbers.values()
    for action in draft.actions:
        if action.ref and not action.ref.startswith(f"{action.section}."):
            action.ref = f"{action.section}.{action.ref}"


def number_lists_apart(draft: Draft) -> None:
    """Put a number before refs that begin at 1 again, as in the minutes of several meetings: 1.1, 2.1.

    Only where all are whole numbers, each list has them in order, and neither sections nor findings tell
    them apart.
    """
    refs = [action.ref or "" for action in draft.actions]
    if len(set(refs)) == len(refs) or not all(map(_WHOLE_NUMBER.fullmatch, refs)):
        return
    starts = [at for at, ref in enumerate(refs) if ref == "1"]
    lists = [refs[start:end] for start, end in pairwise([*starts, len(refs)])]
    is_in_order = all(list(map(int, one)) == list(range(1, len(one) + 1)) for one in lists)
    if len(starts) < _LEAST_LISTS or starts[0] != 0 or not is_in_order:
        return
    for number, (start, end) in enumerate(pairwise([*starts, len(refs)]), start=1):
        for action in draft.actions[start:end]:
            action.ref = f"{number}.{action.ref}"
    first = draft.actions[starts[1]]
    text = f"the numbers begin at 1 again: the references are numbered 1.1 to {len(starts)}.{len(lists[-1])}"
    draft.doubts.append(FileDoubt(first.row, text, sheet=first.sheet))


def _title_of(ref: str, actions: Iterable[DraftAction]) -> str:
    """What all actions of a section answer is its title, where they have one finding."""
    findings = {action.finding for action in actions if action.section == ref}
    finding = findings.pop() if len(findings) == 1 else ""
    return short_title(finding) if finding else f"Section {ref}"


def number_within_findings(draft: Draft) -> None:
    """Give the actions that answer one finding or recommendation numbers within its own: R1.1 and R1.2.

    Only where each number that is there more than once is in one joined cell, or stands beside one and the
    same finding, in rows that follow one another; another number that is there twice is a mistake.
    """
    beside: dict[str, list[int]] = {}
    for at, action in enumerate(draft.actions):
        if action.ref:
            beside.setdefault(action.ref, []).append(at)
    repeated = {ref: places for ref, places in beside.items() if len(places) > 1}
    for places in repeated.values():
        findings = {draft.actions[at].finding for at in places}
        is_one = all(draft.actions[at].shares_ref for at in places[1:])
        is_one = is_one or (len(findings) == 1 and "" not in findings)
        is_one = is_one and places[-1] - places[0] == len(places) - 1
        if not is_one and not _is_agenda(draft):
            return
    for ref, places in repeated.items():
        for number, at in enumerate(places, start=1):
            draft.actions[at].ref = f"{ref}.{number}"
        text = f"{ref} is the number of what {len(places)} actions answer: the first is numbered {ref}.1"
        first = draft.actions[places[0]]
        draft.doubts.append(FileDoubt(first.row, text, sheet=first.sheet))


def _is_agenda(draft: Draft) -> bool:
    """Whether the refs are items of an agenda, of which one may have several actions."""
    return any(one.meaning == "ref" and _AGENDA_ITEM.fullmatch(one.heading) for one in draft.columns_read)


def take_recommendations(actions: list[DraftAction]) -> None:
    """Move the inspectors' recommendation numbers, "(9)", from the ends of titles or texts to their field.

    This happens only where most actions have one and no two are the same: a single "(2)" belongs to its
    sentence.
    """
    for name in ("title", "text"):
        found = [_RECOMMENDATION.search(getattr(action, name) or "") for action in actions]
        numbers = [match["number"] for match in found if match]
        if len(numbers) < 2 or 2 * len(numbers) <= len(actions) or len(set(numbers)) < len(numbers):
            continue
        for action, match in zip(actions, found, strict=True):
            if match and action.recommendation is None:
                action.recommendation = match["number"]
                setattr(action, name, getattr(action, name)[: match.start()].strip())


def number_and_link(draft: Draft, taken: set[str], roles: Iterable[str] = ()) -> None:
    """Number the actions that have no ref, then find their cross-references and the doubts about them.

    A ref is the section and the next free number. `taken` are all refs ever given in the plan: the ref of a
    removed action is never given to another one. `roles` are the names of the stored roles, which a lead in
    the file may spell differently.
    """
    _number(draft, taken | {action.ref for action in draft.actions if action.ref})
    _cross_refer(draft)
    _doubt_roles(draft, roles)


def _number(draft: Draft, taken: set[str]) -> None:
    numbers: dict[str, Iterator[int]] = {}
    for action in draft.actions:
        if action.ref is None:
            in_section = numbers.setdefault(action.section, count(1))
            action.ref = next(
                ref for ref in (f"{action.section}.{n}" for n in in_section) if ref not in taken
            )


def doubt_unnumbered(actions: Iterable[DraftAction]) -> None:
    """Raise a doubt about each action without a number among those of its sheet that have one."""
    numbered = {action.sheet for action in actions if action.ref}
    above: DraftAction | None = None
    for action in actions:
        if action.ref:
            above = action
        elif action.sheet in numbered and above is not None and above.sheet == action.sheet:
            action.doubt(f"it has no number of its own and stands below {above.ref}: numbered by its place")


def refuse_duplicates(actions: Iterable[DraftAction]) -> None:
    """Raise `DocumentError` where two actions of a file have the same ref."""
    row_of: dict[str, int] = {}
    for action in actions:
        if action.ref is None:
            continue
        if action.ref in row_of:
            raise DocumentError(
                f"the reference {action.ref} is there twice, in row {row_of[action.ref]} and row "
                f"{action.row}: give one of them a reference of its own"
            )
        row_of[action.ref] = action.row


def _cross_refer(draft: Draft) -> None:
    finder = ReferenceFinder(draft.actions, [section.ref for section in draft.sections])
    for action in draft.actions:
        action.references = finder.references(action)
        for reference in action.references:
            if len(reference.targets) > 1:
                action.doubt(f'"{reference.as_written}" may mean any of {", ".join(reference.targets)}')
            elif reference.alternatives:
                action.doubt(
                    f'"{reference.as_written}" is read as {reference.targets[0]}, but may mean '
                    f"{', '.join(reference.alternatives)}"
                )
            elif not any(mark.isdigit() for mark in reference.as_written):
                action.doubt(f'"{reference.as_written}" is read as {reference.targets[0]}, right above')


def _doubt_roles(draft: Draft, roles: Iterable[str]) -> None:
    rows = {lead: action.row for action in reversed(draft.actions) for lead in action.leads}
    _doubt_people(draft, rows)
    for role, spelling in similar_roles([*roles, *reversed(rows)]):
        row = rows.get(spelling)
        if row is None:
            continue
        text = f'"{spelling}" looks like "{role}"'
        same = FileChoice(f"The same as {role}", "same-role", f"{spelling}={role}")
        draft.doubts.append(FileDoubt(row, text, (same,)))


def _doubt_people(draft: Draft, rows: Mapping[str, int]) -> None:
    """Raise doubts for leads that are people: a post stays when somebody leaves it.

    Of a few actions each has its own, so that the role can be named at once; else the file has one.
    """
    people = [lead for lead in reversed(list(rows)) if is_person(lead)]
    if not people:
        return
    led = [action for action in draft.actions if not set(people).isdisjoint(action.leads)]
    if len(led) <= _MOST_LED:
        for action in led:
            named = " and ".join(f'"{lead}"' for lead in action.leads if lead in people)
            text = f"{named} looks like a person and no role: {_NAME_THE_ROLE}"
            action.doubt(text, DoubtAbout.LEADS, " / ".join(action.leads))
        return
    names = ", ".join(f'"{name}"' for name in people[:_MOST_NAMED])
    others = f" and {len(people) - _MOST_NAMED} more" if len(people) > _MOST_NAMED else ""
    text = f"{names}{others} look like people and no roles: {_NAME_THE_ROLE}"
    draft.doubts.append(FileDoubt(rows[people[0]], text))
