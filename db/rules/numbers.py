"""Numbers as people write them: one reader for chat, forms and files.

A number is read only where it can mean one thing. `7,5` may be 7.5 or 75, so it is refused with both.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from db.models import SYMBOLS, Unit

# Hyphens, dashes and minus signs that people and programs write before a negative number.
_MINUS = re.compile("[‐-―−﹣－﹘]")
_SPACES = re.compile(r"\s+")
_DIGITS = r"(?:\d{1,3}(?:[, ]\d{3})+(?![\d,])|\d+)(?:\.\d+)?|\.\d+"
_UNIT_WORDS: dict[str, Unit] = {
    **dict.fromkeys(("%", "percent", "per cent", "pct"), Unit.PERCENT),
    **dict.fromkeys(("per 10,000", "per 10 000", "per 10000", "per 10k"), Unit.PER_10_000),
    **dict.fromkeys(("days", "day"), Unit.DAYS),
    **dict.fromkeys(("weeks", "week", "wks", "wk"), Unit.WEEKS),
    **dict.fromkeys(("months", "month", "mths", "mth"), Unit.MONTHS),
    **dict.fromkeys(("pounds", "gbp"), Unit.POUNDS),
}
_MULTIPLES = {
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
}
_LARGEST = 1e15
_YES_NO = {"yes": 1.0, "y": 1.0, "true": 1.0, "no": 0.0, "n": 0.0, "false": 0.0}


def _any_word(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


# What looks like a number with its unit, right or wrong: where a number ends among other words.
_LOOKS_LIKE = re.compile(
    r"\(?[-+]?\s?(?:£|GBP\s?)?[-+]?(?:\d[\d,.]*|\.\d+)(?:[ ](?=\d{3}(?:[\s%]|$))\d{3})*\)?"
    rf"(?:\s?(?:{_any_word(_MULTIPLES)})\b)?"
    rf"(?:\s?(?:%|(?:{_any_word(_UNIT_WORDS)})(?![\w,])))?\)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?P<sign>[-+]?)\s?(?P<currency>£|gbp\s?)?(?P<sign_after>[-+]?)(?P<digits>{_DIGITS})"
    rf"(?:\s?(?P<multiple>{_any_word(_MULTIPLES)})\b)?(?:\s?(?P<unit>{_any_word(_UNIT_WORDS)}))?",
    re.IGNORECASE,
)
_ONE_COMMA = re.compile(r"(\d+),(\d{1,2})(?!\d)")


class NumberNotRead(ValueError):
    """A text cannot be read as one number. The error says why, as a sentence without a full stop."""


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number, and the unit that is written beside it."""

    value: float
    unit: Unit | None = None


def read_number(text: str, unit: Unit | None = None) -> float:
    """The number that a text means for a KPI in `unit`; without a unit, whatever its unit is.

    `45 %`, `12 weeks`, `£1.2m`, `£95k`, `1,204`, `−3`, `(3)`, and for a yes/no KPI `Yes` or `No` (1 or 0).
    Raises `NumberNotRead`, also where the unit that is written is not the KPI's.
    """
    plain = _plain(text)
    if unit in (Unit.YES_NO, None) and plain in _YES_NO:
        return _YES_NO[plain]
    number = _read_written(plain, text)
    if unit is Unit.YES_NO and (number.value not in (0, 1) or number.unit):
        raise NumberNotRead(f"“{_quoted(text)}” is neither yes nor no: write yes or no")
    if unit is Unit.MONTHS and re.search(r"\dm$", plain):
        raise NumberNotRead(f"“{_quoted(text)}” could be months or millions: write months")
    if unit is not None and number.unit not in (unit, None):
        raise NumberNotRead(f"“{_quoted(text)}” is in {_in_words(number.unit)}, but this KPI is {_of(unit)}")
    return number.value


def read_symbol(text: str) -> str | None:
    """The symbol of `SYMBOLS` that a publisher's mark means; None where the text is no such mark."""
    plain = _plain(text)
    if plain[:1] + plain[-1:] == "[]":
        plain = plain[1:-1].strip()
    return _MARKS.get(plain) or (plain if plain in SYMBOLS else None)


# What publishers write where a number is missing, besides the letters in `SYMBOLS`.
_MARKS = {
    "low": "k",
    "u": "x",
    ":": "x",
    "..": "x",
    "...": "x",
    "…": "x",
    "n/a": "z",
    "na": "z",
    "not applicable": "z",
    "not available": "x",
    "suppressed": "c",
    "confidential": "c",
    "*": "c",
    **{f"<{sign}{number}": "c" for sign in ("", " ", "=") for number in (5, 6, 10)},
    **{f"{words} {number}": "c" for words in ("fewer than", "less than", "under") for number in (5, 6, 10)},
    "provisional": "p",
}


def find_number(text: str) -> str | None:
    """The words at the front of a text that look like a number with its unit, a mark, or yes or no.

    They may still not be a number: `read_number` says why.
    """
    straight = _MINUS.sub("-", text)
    found = _LOOKS_LIKE.match(straight)
    if found and not re.match(r"[\w/]", straight[found.end() :]):
        return text[: found.end()].rstrip()
    first = next(iter(straight.split()), "")
    word = first.rstrip(":;,") if len(first) > 2 else first
    return text[: len(word)] if read_symbol(word) or word.lower() in ("yes", "no") else None


def _plain(text: str) -> str:
    """The text in lower case, with plain digits, minus signs and single spaces."""
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return _SPACES.sub(" ", _MINUS.sub("-", visible)).strip().lower()


def _read_written(plain: str, text: str) -> WrittenNumber:
    in_brackets = re.fullmatch(r"\((.+)\)", plain)
    bare = in_brackets[1] if in_brackets else plain
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise NumberNotRead(_why_not(bare, text))
    value = float(found["digits"].replace(",", "").replace(" ", ""))
    value *= _MULTIPLES[found["multiple"]] if found["multiple"] else 1
    if value > _LARGEST:
        raise NumberNotRead(f"“{_quoted(text)}” is too large to be a figure")
    # Accountants write a negative number in brackets.
    negative = "-" in (found["sign"] + found["sign_after"]) or in_brackets
    unit = _UNIT_WORDS[found["unit"]] if found["unit"] else Unit.POUNDS if found["currency"] else None
    if found["currency"] and unit is not Unit.POUNDS:
        raise NumberNotRead(_why_not(bare, text))
    return WrittenNumber(_rounded(-value if negative else value), unit)


def _rounded(value: float) -> float:
    """1.1 million, which floating point makes 1100000.0000000002."""
    return float(f"{value:.12g}")


def _why_not(plain: str, text: str) -> str:
    comma = _ONE_COMMA.search(plain)
    if comma and plain.count(",") == 1 and "." not in plain:
        return f"“{_quoted(text)}” could be {comma[1]}.{comma[2]} or {comma[1]}{comma[2]}: write one of them"
    if re.search(r"\d", plain) and ("," in plain or plain.count(".") > 1):
        return f"“{_quoted(text)}” can't be read as a number: write thousands as 1,204 and decimals as 7.5"
    return f"“{_quoted(text)}” is not a number"


def _quoted(text: str) -> str:
    return " ".join(text.split())[:30]


def _in_words(unit: Unit | None) -> str:
    return "percent" if unit is Unit.PERCENT else str(unit)


def _of(unit: Unit) -> str:
    """How a KPI's unit follows "this KPI is"."""
    match unit:
        case Unit.NUMBER:
            return "a plain number"
        case Unit.PERCENT:
            return "a percentage"
        case Unit.YES_NO:
            return "answered yes or no"
        case _:
            return f"in {unit}" if unit is not Unit.PER_10_000 else f"a rate {unit}"
