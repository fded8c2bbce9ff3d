"""Weaknesses of a plan as it is written: rules over its actions, for `/plan check`."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import assert_never

from db.models import Action, DueKind, MeasureKind


def check_plan(actions: Sequence[Action], approved: date | None) -> list[tuple[str, list[str]]]:
    """The label of each weakness found, with the refs of the actions that have it, in a fixed order.

    `approved` is the day on which the plan was approved. Without it, due dates are not compared with it.
    """
    rules: list[tuple[str, Callable[[Action], bool]]] = [
        ("No own measure", _has_no_own_measure),
        ("No baseline", _has_trend_without_baseline),
        ("Not quantified", _is_unquantified),
        ("Sample but no pass mark", _has_sample_without_pass_mark),
        ("Evidence later than due date", lambda action: bool(action.evidence_after_due())),
        ("Joint or collective leads", _has_joint_or_collective_leads),
    ]
    found = [(label, [one.ref for one in actions if applies(one)]) for label, applies in rules]
    found.append(("Same measure twice", _same_measure(actions)))
    if approved is not None:
        found.append(("Due in the month of approval", _due_in_month(actions, approved)))
    found += [
        ("Ambiguous “bi-annual”", [one.ref for one in actions if "bi-annual" in (one.recurrence or "")]),
        ("No clear date", [one.ref for one in actions if one.due_kind is DueKind.UNCLEAR]),
        ("No lead", [one.ref for one in actions if not one.leads]),
    ]
    return [(label, refs) for label, refs in found if refs]


def _is_own(kind: MeasureKind) -> bool:
    """Whether a measure says something itself, and does not only refer to another action's measure."""
    match kind:
        case MeasureKind.BY_REFERENCE:
            return False
        case (
            MeasureKind.THRESHOLD
            | MeasureKind.SAMPLE
            | MeasureKind.TREND
            | MeasureKind.MILESTONE
            | MeasureKind.PROCESS
            | MeasureKind.UNQUANTIFIED
        ):
            return True
        case _:
            assert_never(kind)


def _own_kinds(action: Action) -> set[MeasureKind]:
    return {measure.kind for measure in action.measures if _is_own(measure.kind)}


def _has_no_own_measure(action: Action) -> bool:
    return not _own_kinds(action)


def _has_trend_without_baseline(action: Action) -> bool:
    return any(one.kind is MeasureKind.TREND and one.value is None for one in action.measures)


def _is_unquantified(action: Action) -> bool:
    return _own_kinds(action) == {MeasureKind.UNQUANTIFIED}


def _has_sample_without_pass_mark(action: Action) -> bool:
    kinds = _own_kinds(action)
    return MeasureKind.SAMPLE in kinds and MeasureKind.THRESHOLD not in kinds


def _has_joint_or_collective_leads(action: Action) -> bool:
    return len(action.leads) > 1 or any(lead.role.collective for lead in action.leads)


def _same_measure(actions: Sequence[Action]) -> list[str]:
    """The refs of actions whose measures have the same words, whatever their punctuation."""
    by_text = defaultdict(list)
    for action in actions:
        if not _has_no_own_measure(action):
            by_text[" ".join(re.findall(r"\w+", action.measure_text.lower()))].append(action.ref)
    return [ref for refs in by_text.values() if len(refs) > 1 for ref in refs]


def _due_in_month(actions: Sequence[Action], approved: date) -> list[str]:
    """The refs of actions that were first due in the month in which the plan was approved."""
    month = (approved.year, approved.month)
    return [
        action.ref
        for action in actions
        if action.due_kind is DueKind.BY
        and action.original_due is not None
        and (action.original_due.year, action.original_due.month) == month
    ]
