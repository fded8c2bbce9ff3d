"""Which row of a file is which action that is held."""

import re
from collections import defaultdict

from rapidfuzz import fuzz, process

from db.models import COMPLETED, Action, Progress
from db.rules.role_names import role_key
from documents.draft import Draft, DraftAction

# Two wordings of one action: an officer's edit keeps most of it.
SAME_ACTION = 72
_STILL_ALIKE = 45


def pair_actions(
    draft: Draft, held: list[Action], everything: dict[str, Action]
) -> list[tuple[DraftAction, Action]]:
    """Which drafted action is which held one: by its own ref, else by its words, else by its place."""
    pairs = []
    free = {action.ref: action for action in held}
    rest = []
    for drafted in draft.actions:
        known = everything.get(drafted.ref) if drafted.ref else None
        if known is not None:
            # A removed action that is back in the file comes back with its history.
            pairs.append((drafted, known))
            free.pop(known.ref, None)
        elif drafted.ref is None:
            rest.append(drafted)
    for match in (_by_words, _by_likeness, _by_place):
        matched = match(rest, list(free.values()))
        for _, paired in matched:
            free.pop(paired.ref)
        pairs += matched
        done = {id(drafted) for drafted, _ in matched}
        rest = [drafted for drafted in rest if id(drafted) not in done]
    order = {id(drafted): at for at, drafted in enumerate(draft.actions)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])])


def same_words(text: str) -> str:
    """A text by its words alone: two that agree in this say the same."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _by_words(drafts: list[DraftAction], held: list[Action]) -> list[tuple[DraftAction, Action]]:
    """Same words, first within the same section: two sections may each say "Update the policy"."""
    pairs: list[tuple[DraftAction, Action]] = []
    used: set[str] = set()
    for within_section in (True, False):
        index: dict[tuple[str, str], list[Action]] = defaultdict(list)
        for action in reversed(held):
            if action.ref not in used:
                index[(action.section.ref if within_section else "", same_words(action.text))].append(action)
        paired = {id(drafted) for drafted, _ in pairs}
        for drafted in drafts:
            same = index.get((drafted.section if within_section else "", same_words(drafted.text)))
            if id(drafted) not in paired and same:
                # Two sections may say the same words, and two rows of one section: then lead and date tell.
                best = max(same, key=lambda action: _alike_beside(drafted, action))
                same.remove(best)
                pairs.append((drafted, best))
                used.add(best.ref)
    return pairs


def _alike_beside(drafted: DraftAction, action: Action) -> int:
    """How much of lead and date two rows share: 0 to 2."""
    leads = [role_key(lead.role.name) for lead in action.leads]
    return (leads == [role_key(name) for name in drafted.leads]) + (action.due == drafted.due.day)


def _may_inherit(drafted: DraftAction, action: Action) -> bool:
    """Whether a row may take an action's place though its words differ.

    What is complete is never handed on to words with other figures in them: the audit of Q1 is not the
    audit of Q2.
    """
    if action.progress not in COMPLETED and not action.evidence:
        return True
    return re.findall(r"\d+", drafted.text) == re.findall(r"\d+", action.text)


def _by_likeness(drafts: list[DraftAction], held: list[Action]) -> list[tuple[DraftAction, Action]]:
    pairs = []
    free = {action.ref: action for action in held}
    for drafted in drafts:
        near = {
            ref: same_words(a.text)
            for ref, a in free.items()
            if a.section.ref == drafted.section and _may_inherit(drafted, a)
        }
        best = process.extractOne(same_words(drafted.text), near, scorer=fuzz.ratio, score_cutoff=SAME_ACTION)
        if best is not None:
            pairs.append((drafted, free.pop(best[2])))
    return pairs


def _by_place(drafts: list[DraftAction], held: list[Action]) -> list[tuple[DraftAction, Action]]:
    """A section with as many unknown rows in the file as held is taken as reworded, row by row.

    Only where lead and date are the same too and nothing was done yet, or the words are still alike; and
    it is a doubt, for a person to settle.
    """
    of_section: dict[str, tuple[list[DraftAction], list[Action]]] = defaultdict(lambda: ([], []))
    for drafted in drafts:
        of_section[drafted.section][0].append(drafted)
    for action in held:
        of_section[action.section.ref][1].append(action)
    pairs = []
    for drafted_here, held_here in of_section.values():
        if len(drafted_here) != len(held_here):
            continue
        for drafted, action in zip(drafted_here, held_here, strict=True):
            alike = fuzz.ratio(same_words(drafted.text), same_words(action.text))
            untouched = action.progress is Progress.NOT_STARTED and _alike_beside(drafted, action) == 2
            if untouched or (alike >= _STILL_ALIKE and _may_inherit(drafted, action)):
                drafted.doubts.append(f'taken for {action.ref} reworded, which was "{action.title}"')
                pairs.append((drafted, action))
    return pairs
