"""Doubts about which stored action a file's action is: a number with other words, or another plan's file."""

from collections.abc import Sequence

from db.models import Action, Plan, Progress
from documents.draft import Draft, DraftAction, FileDoubt
from documents.pairing import same_words, says_the_same

# Of a plan and a file of at least so many actions a third at least should be alike.
_LEAST_COMPARED = 4
_LEAST_ALIKE = 1 / 3


def doubt_pairs(
    plan: Plan, draft: Draft, pairs: Sequence[tuple[DraftAction, Action]], current: Sequence[Action]
) -> None:
    """Raise the doubts about pairs of a file's actions and the stored ones.

    `current` are the stored actions that are not removed.
    """
    refs = {same_words(action.text): action.ref for action in current}
    for drafted, action in pairs:
        _doubt_reused_ref(drafted, action, refs)
    _doubt_other_plan(plan, draft, pairs, current)


def _doubt_reused_ref(drafted: DraftAction, action: Action, refs: dict[str, str]) -> None:
    """Raise a doubt where a ref now has other words: what is recorded for it may not belong to them."""
    if drafted.reworded or says_the_same(drafted, action):
        return
    other = refs.get(same_words(drafted.text))
    if other is not None and other != action.ref:
        drafted.doubt(
            f'{action.ref} was "{action.title}" and has the words of {other} now, but the record of '
            f"{action.ref} stays with it: give the actions of the file their earlier numbers"
        )
    elif action.progress is not Progress.NOT_STARTED or action.evidence:
        drafted.doubt(
            f'{action.ref} was "{action.title}" and is recorded {action.progress}: check that this is '
            "true of its new wording"
        )


def _doubt_other_plan(
    plan: Plan, draft: Draft, pairs: Sequence[tuple[DraftAction, Action]], current: Sequence[Action]
) -> None:
    """Raise a doubt where hardly any action of the file has the words of one of the plan's."""
    least = min(len(draft.actions), len(current))
    alike = sum(says_the_same(drafted, action) for drafted, action in pairs)
    if least >= _LEAST_COMPARED and alike < _LEAST_ALIKE * least:
        text = (
            f"only {alike} of the file's {len(draft.actions)} actions have the words of an action of "
            f"{plan.code}: check that it is a file of this plan"
        )
        draft.doubts.append(FileDoubt(None, text))
