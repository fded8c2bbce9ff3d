"""What is weak in a plan as written: rules over its actions, for `/plan check`."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from db.models import Action, DueKind, MeasureKind

_NO_MEASURE_OF_ITS_OWN = {MeasureKind.BY_REFERENCE}


def check_plan(actions: Sequence[Action], approved: date | None) -> list[tuple[str, list[str]]]:
    """Each weakness that was found, with the refs that have it, in a fixed order.

    `approved` is the day the plan was approved; without it nothing is said of dates near it.
    """
    rules: list[tuple[str, Callable[[Action], bool]]] = [
        ("No own measure", _no_own_measure),
        ("No baseline", _kind(MeasureKind.TREND, valued=False)),
        ("Not quantified", _only_unquantified),
        ("Sample but no pass mark", _sample_without_pass_mark),
        ("Evidence later than due date", lambda action: bool(action.evidence_after_due())),
        ("Joint or collective leads", _joint_or_collective),
    ]
    found = [(label, [a.ref for a in actions if holds(a)]) for label, holds in rules]
    found.append(("Same measure twice", _same_measure(actions)))
    if approved is not None:
        found.append(("Due in the month of approval", _due_in_month(actions, approved)))
    found += [
        ("Ambiguous “bi-annual”", [a.ref for a in actions if "bi-annual" in (a.recurrence or "")]),
        ("No settled date", [a.ref for a in actions if a.due_kind is DueKind.UNCLEAR]),
        ("No lead", [a.ref for a in actions if not a.leads]),
    ]
    return [(label, refs) for label, refs in found if refs]


def _no_own_measure(action: Action) -> bool:
    return {measure.kind for measure in action.measures} <= _NO_MEASURE_OF_ITS_OWN


def _kind(kind: MeasureKind, *, valued: bool) -> Callable[[Action], bool]:
    return lambda action: any(
        measure.kind is kind and (measure.value is not None) == valued for measure in action.measures
    )


def _only_unquantified(action: Action) -> bool:
    kinds = {measure.kind for measure in action.measures}
    return MeasureKind.UNQUANTIFIED in kinds and kinds <= {
        MeasureKind.UNQUANTIFIED,
        MeasureKind.BY_REFERENCE,
    }


def _sample_without_pass_mark(action: Action) -> bool:
    kinds = {measure.kind for measure in action.measures}
    return MeasureKind.SAMPLE in kinds and MeasureKind.THRESHOLD not in kinds


def _joint_or_collective(action: Action) -> bool:
    return len(action.leads) > 1 or any(lead.role.collective for lead in action.leads)


def _same_measure(actions: Sequence[Action]) -> list[str]:
    by_text = defaultdict(list)
    for action in actions:
        if not _no_own_measure(action):
            by_text[" ".join(re.findall(r"\w+", action.measure_text.lower()))].append(action.ref)
    return [ref for refs in by_text.values() if len(refs) > 1 for ref in refs]


def _due_in_month(actions: Sequence[Action], approved: date) -> list[str]:
    month = (approved.year, approved.month)
    return [
        action.ref
        for action in actions
        if action.due_kind is DueKind.BY
        and action.original_due is not None
        and (action.original_due.year, action.original_due.month) == month
    ]
