"""After the rows are read: numbers for what has none, what refers to what, and what stays in doubt."""

import re
from collections.abc import Iterable, Iterator
from itertools import count

from db.rules.role_names import similar_roles
from documents.cross_references import ReferenceFinder
from documents.draft import DocumentError, Draft, DraftAction

_RECOMMENDATION = re.compile(r"\s*\((?P<number>\d{1,3})\)\s*\.?\s*$")


def number_sections_by_refs(draft: Draft, unnumbered: list[str]) -> None:
    """Give a section that had no number the one its actions' refs share: 1.1, 1.2 … are of section 1."""
    taken = {section.ref for section in draft.sections} - set(unnumbered)
    for section in draft.sections:
        if section.ref not in unnumbered:
            continue
        inside = [action for action in draft.actions if action.section == section.ref]
        prefixes = {(action.ref or "").rpartition(".")[0] for action in inside}
        shared = prefixes.pop() if len(prefixes) == 1 else ""
        if shared and shared not in taken and shared != section.ref:
            if any(other.ref == shared for other in draft.sections):
                continue
            for action in inside:
                action.section = shared
            section.ref = shared
            taken.add(shared)


def take_recommendations(actions: list[DraftAction]) -> None:
    """Take the inspectors' recommendation numbers, "(9)", off the ends of titles or texts.

    Only where most actions have one and no two have the same: a single "(2)" is part of a sentence.
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
    """Number what has no ref yet, then find what the actions say of each other.

    A number is section and order, passing over `taken` ones: a ref that was ever given to an action,
    even a removed one, is never given to another. `roles` are those known already, which a lead in
    the file may be another spelling of.
    """
    _number(draft, taken | {action.ref for action in draft.actions if action.ref})
    _cross_refer(draft)
    _doubt_roles(draft, roles)


def _number(draft: Draft, taken: set[str]) -> None:
    orders: dict[str, Iterator[int]] = {}
    for action in draft.actions:
        if action.ref is None:
            order = orders.setdefault(action.section, count(1))
            action.ref = next(ref for ref in (f"{action.section}.{n}" for n in order) if ref not in taken)


def refuse_duplicates(actions: Iterable[DraftAction]) -> None:
    seen: dict[str, int] = {}
    for action in actions:
        if action.ref is None:
            continue
        if action.ref in seen:
            raise DocumentError(
                f"the reference {action.ref} stands twice, in row {seen[action.ref]} and row "
                f"{action.row}: give one of them its own"
            )
        seen[action.ref] = action.row


def _cross_refer(draft: Draft) -> None:
    places = ReferenceFinder(draft.actions, [section.ref for section in draft.sections])
    for action in draft.actions:
        action.references = places.references(action)
        for reference in action.references:
            if len(reference.targets) > 1:
                action.doubts.append(
                    f'"{reference.as_written}" may mean any of {", ".join(reference.targets)}'
                )
            elif reference.also:
                action.doubts.append(
                    f'"{reference.as_written}" is taken as {reference.targets[0]}; '
                    f"{', '.join(reference.also)} would fit too"
                )
            elif not any(mark.isdigit() for mark in reference.as_written):
                action.doubts.append(
                    f'"{reference.as_written}" is taken as {reference.targets[0]}, right above'
                )


def _doubt_roles(draft: Draft, roles: Iterable[str]) -> None:
    rows = {lead: action.row for action in reversed(draft.actions) for lead in action.leads}
    for one, other in similar_roles([*roles, *reversed(rows)]):
        row = rows.get(other)
        if row is None:
            continue
        draft.doubts.append((row, f'"{other}" looks like "{one}": take them as one with --same-role'))
