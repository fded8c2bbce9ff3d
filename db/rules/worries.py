"""Whether somebody writes that they are worried about a child, without saying what happened."""

import re

_WORRY = re.compile(
    r"\b(?:worried|concerned|anxious|scared|frightened|worry|afraid)\b.*\b(?:boy|girl|lads?|child|pupils?|student|"
    r"kids?|baby|toddler|teenager|son|daughter|him|her|he|she|brother|sister|mum|dad)\b",
    re.IGNORECASE,
)


def speaks_of_worry(text: str) -> bool:
    """Whether somebody writes that they are worried about a child: it asks for no figure."""
    return _WORRY.search(text) is not None
