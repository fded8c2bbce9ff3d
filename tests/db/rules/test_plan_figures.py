"""The figures of a plan: what counts where, how dates moved, what matters most."""

from datetime import date
from typing import Any

from db.models import Action, DueKind, Entry, Outcome, Progress, Section
from db.rules.plan_figures import added_since, count_actions, count_sections, matter_most, slippage

TODAY = date(2016, 12, 15)


def _action(ref: str, due: date | None = date(2016, 11, 30), **more: Any) -> Action:
    section = Section(ref=ref[0], title=f"Section {ref[0]}")
    values: dict[str, Any] = {"due_kind": DueKind.BY, "original_due": due, "position": int(ref[-1]), **more}
    return Action(ref=ref, title=f"Title {ref}", due=due, section=section, **values)


def test_an_action_counts_where_it_belongs_and_a_superseded_one_nowhere() -> None:
    figures = count_actions(
        [
            _action("1.1"),
            _action("1.2", date(2016, 12, 31), progress=Progress.BLOCKED),
            _action("1.3", progress=Progress.COMPLETE, outcome=Outcome.ACHIEVED, signed_off_by="U1"),
            _action("1.4", progress=Progress.COMPLETE_WITH_EXCEPTION),
            _action("1.5", progress=Progress.SUPERSEDED),
        ],
        TODAY,
    )

    assert (figures.complete, figures.overdue, figures.due_soon, figures.blocked) == (2, 1, 1, 1)
    assert (figures.not_assessed, figures.signed_off) == (3, 1)


def test_slippage_is_of_dates_that_moved_and_not_of_the_next_round() -> None:
    moved = [
        _action("1.1", date(2016, 12, 30), original_due=date(2016, 11, 30)),
        _action("1.2", date(2016, 12, 10), original_due=date(2016, 11, 30)),
        _action("1.3"),
        _action("1.4", date(2017, 5, 30), original_due=date(2016, 11, 30), last_round_on=date(2016, 11, 30)),
        _action("1.5", None, original_due=date(2016, 11, 30)),
    ]

    assert (slippage(moved).moved, slippage(moved).average_days) == (2, 20)
    assert slippage([_action("1.1")]).moved == 0


def test_the_longest_overdue_and_the_blocked_matter_most() -> None:
    found = matter_most(
        [
            _action("1.1"),
            _action("1.2", date(2016, 7, 31)),
            _action("1.3", date(2017, 7, 31), progress=Progress.BLOCKED),
            _action("1.4", date(2017, 7, 31)),
            _action("1.5", date(2016, 1, 31), progress=Progress.COMPLETE),
        ],
        TODAY,
    )

    assert [action.ref for action in found] == ["1.2", "1.1", "1.3"]


def test_each_section_is_counted_in_the_plans_order() -> None:
    counted = count_sections(
        [_action("2.1"), _action("1.1", progress=Progress.COMPLETE), _action("2.2", None)], TODAY
    )

    assert [(one.ref, one.actions, one.complete, one.overdue) for one in counted] == [
        ("2", 2, 0, 1),
        ("1", 1, 1, 0),
    ]


def test_what_the_first_import_brought_was_there_before_and_what_came_later_was_not() -> None:
    def added(number: int, act: str) -> Entry:
        values: dict[str, Any] = {"subject_id": number, "ref": f"p:1.{number}", "act": act}
        return Entry(subject="action", field="added", **values)

    first, later = [added(1, "first"), added(2, "first")], [added(3, "later")]
    assert added_since([*first, *later], [1, 2, 3]) == {3}
    assert added_since(later, [1, 2, 3]) == {3}
    assert added_since([], [1, 2]) == frozenset()
