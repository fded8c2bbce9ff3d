"""The filters of lists of actions: two at once, where an action can pass both."""

import pytest

from db.errors import Refused
from db.rules.action_filters import refuse_exclusive


@pytest.mark.parametrize("wanted", [["overdue"], ["overdue", "not started"], ["blocked", "no update"]])
def test_filters_that_an_action_can_pass_go_together(wanted: list[str]) -> None:
    refuse_exclusive(wanted)


@pytest.mark.parametrize("wanted", [["overdue", "soon"], ["blocked", "complete"], ["complete", "open"]])
def test_filters_that_no_action_can_pass_both_are_refused(wanted: list[str]) -> None:
    with pytest.raises(Refused, match="does not go with"):
        refuse_exclusive(wanted)
