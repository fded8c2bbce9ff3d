"""Days in numbers within a text, which in a row have as many digits as a telephone number."""

import re

# A day with its slashes, and its time.
_ONE_DAY = re.compile(
    r"(?<![\d./-])(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|\d\d)"
    r"(?![\d./-]*\d[./-]?\d)"
    r"(?! \d\d+(?!:))(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?|(?<![\d./-])(?:19|20)\d\d-(?:0[1-9]"
    r"|1[0-2])-\d\d(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?"
)


def _several_days(sign: str, between: str) -> str:
    """A pattern for days with this sign, and other signs between them. Only the last needs its year."""
    day = rf"(?:0?[1-9]|[12]\d|3[01]){sign}(?:0?[1-9]|1[0-2])"
    year = rf"{sign}(?:(?:19|20)\d\d|\d\d)"
    return rf"(?<![\d./-])(?:{day}(?:{year})?[\s,|–—{between}]{{1,3}}){{1,20}}{day}{year}(?![./-]?\d)"


# "01/04/27-30/06/27", "01/04-30/06/27". The sign between them is another one: "01-02-03-04-05-06" may be a
# telephone number.
_SEVERAL_DAYS = re.compile(
    "|".join((_several_days("/", "-"), _several_days(r"\.", "/-"), _several_days("-", "/")))
)


def without_days(text: str) -> str:
    """The text with the word "day" for each day in numbers, and for a whole row of them."""
    return _ONE_DAY.sub("day", _SEVERAL_DAYS.sub("day", text))
