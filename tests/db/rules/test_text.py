"""Characters that are removed from text before it is stored or written to a file."""

import pytest

from db.rules.text import CONTROL_CHARACTERS


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\x00b", "ab"),
        ("a\x0bb\x0cc\x1fd", "abcd"),
        ("a tab\tand\na line\r\nstay", "a tab\tand\na line\r\nstay"),
        ("café £5 – “ok”", "café £5 – “ok”"),
    ],
)
def test_control_characters_are_removed_and_line_breaks_and_tabs_stay(text: str, clean: str) -> None:
    assert CONTROL_CHARACTERS.sub("", text) == clean
