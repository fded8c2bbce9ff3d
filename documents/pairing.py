"""Pair each action of a file with the stored action that it is."""

import re
from collections import defaultdict

from rapidfuzz import fuzz, process

from db.models import COMPLETED, Action, Progress
from db.rules.role_names import role_key
from documents.draft import Draft, DraftAction

# The likeness, out of 100, from which two wordings are one action: an officer's edit keeps most of the words.
SAME_ACTION = 72
# The likeness that is enough where the place in the section agrees too.
_STILL_ALIKE = 45


def pair_actions(
    draft: Draft, current: list[Action], by_ref: dict[str, Action]
) -> list[tuple[DraftAction, Action]]:
    """The pairs of drafted and stored actions, in the draft's order.

    An action is paired by its own ref, else by its words, else by likeness, else by its place in the section.
    `current` are the plan's actions that were not removed; `by_ref` are all, so that a removed action that is
    in the file again comes back with its history.
    """
    pairs = []
    free = {action.ref: action for action in current}
    without_ref = []
    for drafted in draft.actions:
        stored = by_ref.get(drafted.ref) if drafted.ref else None
        if stored is not None:
            pairs.append((drafted, stored))
            free.pop(stored.ref, None)
        elif drafted.ref is None:
            without_ref.append(drafted)
    for pair_by in (_pair_by_words, _pair_by_likeness, _pair_by_place):
        matched = pair_by(without_ref, list(free.values()))
        for _, action in matched:
            free.pop(action.ref)
        pairs += matched
        paired = {id(drafted) for drafted, _ in matched}
        without_ref = [drafted for drafted in without_ref if id(drafted) not in paired]
    order = {id(drafted): at for at, drafted in enumerate(draft.actions)}
    return sorted(pairs, key=lambda pair: order[id(pair[0])])


def same_words(text: str) -> str:
    """A text reduced to its words in lower case, so that punctuation and spacing do not count."""
    return " ".join(re.findall(r"\w+", text.lower()))


def _pair_by_words(drafts: list[DraftAction], stored: list[Action]) -> list[tuple[DraftAction, Action]]:
    """Pair the same words, first within the same section: two sections may each say "Update the policy"."""
    pairs: list[tuple[DraftAction, Action]] = []
    paired_refs: set[str] = set()
    for within_section in (True, False):
        by_words: dict[tuple[str, str], list[Action]] = defaultdict(list)
        for action in stored:
            if action.ref not in paired_refs:
                section = action.section.ref if within_section else ""
                by_words[(section, same_words(action.text))].append(action)
        paired_drafts = {id(drafted) for drafted, _ in pairs}
        for drafted in drafts:
            candidates = by_words.get((drafted.section if within_section else "", same_words(drafted.text)))
            if id(drafted) not in paired_drafts and candidates:
                # Two rows may have the same words; then their lead and date distinguish them.
                best = max(candidates, key=lambda action: _shared_lead_and_due(drafted, action))
                candidates.remove(best)
                pairs.append((drafted, best))
                paired_refs.add(best.ref)
    return pairs


def _shared_lead_and_due(drafted: DraftAction, action: Action) -> int:
    """1 for the same leads plus 1 for the same due date."""
    leads = [role_key(lead.role.name) for lead in action.leads]
    return (leads == [role_key(name) for name in drafted.leads]) + (action.due == drafted.due.day)


def _may_inherit(drafted: DraftAction, action: Action) -> bool:
    """Whether a row may take over an action's history although its words differ.

    A completed action goes only to a row with the same numbers: the audit of Q1 is not the audit of Q2.
    """
    if action.progress not in COMPLETED and not action.evidence:
        return True
    return re.findall(r"\d+", drafted.text) == re.findall(r"\d+", action.text)


def _pair_by_likeness(drafts: list[DraftAction], stored: list[Action]) -> list[tuple[DraftAction, Action]]:
    pairs = []
    free = {action.ref: action for action in stored}
    for drafted in drafts:
        candidates = {
            ref: same_words(action.text)
            for ref, action in free.items()
            if action.section.ref == drafted.section and _may_inherit(drafted, action)
        }
        best = process.extractOne(
            same_words(drafted.text), candidates, scorer=fuzz.ratio, score_cutoff=SAME_ACTION
        )
        if best is not None:
            pairs.append((drafted, free.pop(best[2])))
    return pairs


def says_the_same(drafted: DraftAction, action: Action) -> bool:
    """Whether a row has enough of a stored action's words to be that action."""
    return _alike(drafted, action) >= SAME_ACTION


def _alike(drafted: DraftAction, action: Action) -> float:
    """How much of the words two actions share, from 0 to 100."""
    return fuzz.ratio(same_words(drafted.text), same_words(action.text))


def _pair_by_place(drafts: list[DraftAction], stored: list[Action]) -> list[tuple[DraftAction, Action]]:
    """Pair row by row in a section that has as many unpaired rows in the file as in the store.

    Two rows pair only where nothing was done yet and lead and date are the same, or where the words are still
    alike. Each pair gets a doubt for a person to settle.
    """
    of_section: dict[str, tuple[list[DraftAction], list[Action]]] = defaultdict(lambda: ([], []))
    for drafted in drafts:
        of_section[drafted.section][0].append(drafted)
    for action in stored:
        of_section[action.section.ref][1].append(action)
    pairs = []
    for drafted_here, stored_here in of_section.values():
        if len(drafted_here) != len(stored_here):
            continue
        for drafted, action in zip(drafted_here, stored_here, strict=True):
            alike = _alike(drafted, action)
            untouched = action.progress is Progress.NOT_STARTED and _shared_lead_and_due(drafted, action) == 2
            if untouched or (alike >= _STILL_ALIKE and _may_inherit(drafted, action)):
                drafted.reworded = True
                drafted.doubt(
                    f'read as a new wording of {action.ref}, which was "{action.title}": check that it is'
                )
                pairs.append((drafted, action))
    return pairs
