"""The title of an action."""

import pytest

from db.rules.titles import short_title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Do it. Then more.", "Do it"),
        ("Do it so that children are safer", "Do it"),
        ("x" * 20 + " " + "y" * 90, "x" * 20 + "…"),
    ],
)
def test_a_title_is_the_first_clause(text: str, title: str) -> None:
    assert short_title(text) == title
