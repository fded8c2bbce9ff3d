"""How many statements an answer takes that is not in the cache: each costs a round trip to the database."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from tests.cast import LEAD
from tests.conftest import Running


@pytest.fixture
def statements(slack_on_both: Running) -> Iterator[list[str]]:
    """The statements since the list was last cleared, without the beginning of a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(slack_on_both.engine, "before_cursor_execute", note)
    yield seen
    event.remove(slack_on_both.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("command", "most"),
    [
        ("/action status 2.3", 6),
        ("/action list overdue", 6),
        ("/action mine", 6),
        ("/action list no measure", 7),
        ("/plan summary agency probation", 9),
        ("/plan summary", 6),
        ("/plan overdue", 6),
        ("/kpi camhs 12 weeks", 9),
        ("/action status 2.3.5", 25),
    ],
)
def test_an_answer_that_is_not_cached_takes_few_statements(
    slack_on_both: Running, statements: list[str], command: str, most: int
) -> None:
    # The first command also asks who is there.
    slack_on_both.ask(LEAD, "/plan list")
    statements.clear()
    slack_on_both.ask(LEAD, command)

    assert len(statements) <= most, "\n".join(statements)


def test_a_plan_more_takes_no_statement_more(slack_on_both: Running, statements: list[str]) -> None:
    slack_on_both.ask(LEAD, "/action status 2.3")
    statements.clear()
    slack_on_both.ask(LEAD, "/action status 3.1")
    of_all_plans = [one for one in statements if "UNION ALL" in one and "FROM section" in one]

    assert len(of_all_plans) == 1
