"""The checks of a plan: each label with the actions that have the weakness, and without those that do not."""

from datetime import date
from typing import Any

import pytest

from db.models import Action, DueKind, Lead, Measure, MeasureKind, Reference, Role
from db.rules.plan_checks import check_plan

_APPROVED = date(2016, 9, 20)


def _measure(kind: MeasureKind, value: float | None = None) -> Measure:
    return Measure(kind=kind, value=value)


def _lead(name: str) -> Lead:
    return Lead(role=Role(name=name))


def _action(ref: str = "1.1", **values: Any) -> Action:
    """A sound action: its own measure, one lead, and a due date some months after the approval."""
    sound: dict[str, Any] = {
        "ref": ref,
        "title": "t",
        "due": date(2017, 3, 31),
        "original_due": date(2017, 3, 31),
        "due_kind": DueKind.BY,
        "measure_text": f"90% of the cases of {ref}",
        "measures": [_measure(MeasureKind.THRESHOLD, 90)],
        "leads": [_lead("Head of Service")],
    }
    return Action(**{**sound, **values})


def _evidence(due: date | None, kind: DueKind = DueKind.BY, *, ambiguous: bool = False) -> Reference:
    target = _action("1.9", due=due, due_kind=kind)
    return Reference(as_written="in 1.9", target_ref="1.9", evidence=True, ambiguous=ambiguous, target=target)


def test_a_sound_plan_has_no_weakness() -> None:
    assert check_plan([_action("1.1"), _action("1.2")], _APPROVED) == []
    assert check_plan([], None) == []


@pytest.mark.parametrize(
    ("label", "weak", "sound"),
    [
        (
            "No own measure",
            {"measures": [_measure(MeasureKind.BY_REFERENCE)]},
            {"measures": [_measure(MeasureKind.BY_REFERENCE), _measure(MeasureKind.MILESTONE)]},
        ),
        ("No own measure", {"measures": []}, {"measures": [_measure(MeasureKind.PROCESS)]}),
        (
            "No baseline",
            {"measures": [_measure(MeasureKind.TREND)]},
            {"measures": [_measure(MeasureKind.TREND, 40)]},
        ),
        (
            "Not quantified",
            {"measures": [_measure(MeasureKind.UNQUANTIFIED), _measure(MeasureKind.BY_REFERENCE)]},
            {"measures": [_measure(MeasureKind.UNQUANTIFIED), _measure(MeasureKind.THRESHOLD, 90)]},
        ),
        (
            "Sample but no pass mark",
            {"measures": [_measure(MeasureKind.SAMPLE, 50)]},
            {"measures": [_measure(MeasureKind.SAMPLE, 50), _measure(MeasureKind.THRESHOLD, 90)]},
        ),
        (
            "Evidence later than due date",
            {"references": [_evidence(date(2017, 4, 1))]},
            {"references": [_evidence(date(2017, 3, 31))]},
        ),
        (
            "Evidence later than due date",
            {"references": [_evidence(date(2018, 1, 1))]},
            {"references": [_evidence(date(2018, 1, 1), ambiguous=True)]},
        ),
        (
            "Evidence later than due date",
            {"references": [_evidence(date(2018, 1, 1))]},
            {"references": [_evidence(date(2018, 1, 1), DueKind.FROM)]},
        ),
        (
            "Joint or collective leads",
            {"leads": [_lead("Head of Service"), _lead("Named Nurse")]},
            {"leads": [_lead("Named Nurse")]},
        ),
        (
            "Joint or collective leads",
            {"leads": [_lead("CSC Area Managers")]},
            {"leads": [_lead("CSC Area Manager")]},
        ),
        (
            "Due in the month of approval",
            {"original_due": date(2016, 9, 30)},
            {"original_due": date(2016, 10, 31)},
        ),
        (
            "Due in the month of approval",
            {"original_due": date(2016, 9, 1)},
            {"original_due": date(2015, 9, 30)},
        ),
        ("Ambiguous “bi-annual”", {"recurrence": "bi-annual; monthly"}, {"recurrence": "annual"}),
        ("No clear date", {"due_kind": DueKind.UNCLEAR, "due": None}, {"due_kind": DueKind.ONGOING}),
        ("No lead", {"leads": []}, {"leads": [_lead("Named Nurse")]}),
    ],
)
def test_a_weakness_is_reported_for_the_actions_that_have_it(
    label: str, weak: dict[str, Any], sound: dict[str, Any]
) -> None:
    found = check_plan([_action("1.1", **weak), _action("1.2", **sound)], _APPROVED)

    assert (label, ["1.1"]) in found


@pytest.mark.parametrize("kind", [DueKind.FROM, DueKind.ONGOING])
def test_an_action_without_an_end_date_is_not_due_in_the_month_of_approval(kind: DueKind) -> None:
    assert check_plan([_action(due_kind=kind, original_due=date(2016, 9, 30))], _APPROVED) == []


def test_a_plan_without_a_day_of_approval_is_not_checked_for_its_month() -> None:
    assert check_plan([_action(original_due=date(2016, 9, 30))], None) == []


def test_a_measure_is_there_twice_whatever_its_case_and_punctuation() -> None:
    actions = [
        _action("1.1", measure_text="90% of cases."),
        _action("1.2", measure_text="100% of cases"),
        _action("1.3", measure_text="90%  of CASES"),
    ]

    assert check_plan(actions, None) == [("Same measure twice", ["1.1", "1.3"])]


def test_two_actions_that_refer_to_the_same_measure_do_not_have_it_twice() -> None:
    reference = [_measure(MeasureKind.BY_REFERENCE)]
    actions = [_action(ref, measure_text="See 2.3", measures=[*reference]) for ref in ("1.1", "1.2")]

    assert check_plan(actions, None) == [("No own measure", ["1.1", "1.2"])]


def test_the_weaknesses_are_in_a_fixed_order_with_the_actions_in_plan_order() -> None:
    worst = {"measures": [], "leads": [], "due_kind": DueKind.UNCLEAR, "recurrence": "bi-annual"}
    actions = [_action("1.2", **worst), _action("1.1", **worst)]

    assert check_plan(actions, _APPROVED) == [
        (label, ["1.2", "1.1"])
        for label in ("No own measure", "Ambiguous “bi-annual”", "No clear date", "No lead")
    ]
