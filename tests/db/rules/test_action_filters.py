"""The filters of lists of actions: two at once, where an action can pass both."""

import pytest

from db.rules.action_filters import are_exclusive


@pytest.mark.parametrize(
    ("wanted", "exclusive"),
    [
        (["overdue"], False),
        (["overdue", "not started"], False),
        (["blocked", "no update"], False),
        (["overdue", "soon"], True),
        (["blocked", "complete"], True),
        (["complete", "open"], True),
    ],
)
def test_two_filters_go_together_where_an_action_can_pass_both(wanted: list[str], exclusive: bool) -> None:
    assert are_exclusive(wanted) is exclusive
