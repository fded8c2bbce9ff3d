"""What the words of a scorecard's row say beside its numbers: the target's direction, the unit, the scale."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from db.models import TargetType, Unit, ValueStatus

_AT_LEAST = re.compile(
    r"^(?:at least|minimum(?: of)?|min|over|above|more than|≥|>=?)\s*(?P<a>.+)$"
    r"|^(?P<b>.+?)\s*(?:or (?:more|above|higher|over|greater)|and (?:above|over)|\+|minimum|min)$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"^(?:at most|no more than|not more than|maximum(?: of)?|max|under|below|less than|fewer than|up to"
    r"|≤|<=?)\s*(?P<a>.+)$"
    r"|^(?P<b>.+?)\s*(?:or (?:less|fewer|below|lower|under)|and (?:below|under)|maximum|max)$",
    re.IGNORECASE,
)


def target_kind(text: str) -> tuple[TargetType | None, str]:
    """What kind of target the words around a figure say (`20% or less`), and the figure without them."""
    text = " ".join(text.split())
    for kind, form in ((TargetType.AT_MOST, _AT_MOST), (TargetType.AT_LEAST, _AT_LEAST)):
        found = form.match(text)
        if found:
            return kind, (found["a"] or found["b"]).strip()
    return None, text


# The direction of travel, in the cell of a figure.
ARROW = re.compile(r"(?<=[\d%])\s*[↑↓→←↔↗↘▲▼►◄⬆⬇]+$|^[↑↓→←↔↗↘▲▼►◄⬆⬇]+\s*(?=\d)")
_AND_MORE = re.compile(
    r"(?P<figure>[\d.,]+\s?%?)\s*(?:\((?:stretch|aspiration\w*)[^)]*\)|by (?:end |the )?.*\b20\d\d.*)",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"(?:between )?(?P<first>[\d.,]+\s?%?)\s*(?:-|–|to|and)\s*(?P<last>[\d.,]+\s?%?)(?:\s*[a-z]+)?",
    re.IGNORECASE,
)


def target_range(text: str) -> tuple[str, str] | None:
    """The two ends of a target such as `280-310` or `10 to 12 weeks`."""
    found = _FROM_TO.fullmatch(text)
    return (found["first"], found["last"]) if found else None


_NO_TARGET = re.compile(
    r"(?:no|not? set|none|n/?a|nil|[-–—]+|monitor(?:ing)?(?: only)?|for information(?: only)?|contextual)"
    r"(?: target(?: set)?)?",
    re.IGNORECASE,
)


def is_no_target(text: str) -> bool:
    """Whether a target's cell says that there is none."""
    return _NO_TARGET.fullmatch(text.strip(" .")) is not None


_CHANGE = re.compile(
    r"[+±-]\s?\d.*|(?:reduc|increas|decreas|improv|rais|cut|lower|fewer|more)\w*\b(?! than\b).*\d.*"
    r"|\d+(?:\.\d+)?\s?%\s+(?:reduction|increase|decrease|improvement|fewer|more|less|drop|rise|cut)\b.*",
    re.IGNORECASE,
)


def is_change(text: str) -> bool:
    """Whether a target says by how much a figure is to change: `+5%`, `Reduce by 5%`, and no figure."""
    return _CHANGE.fullmatch(text.strip()) is not None


def plain_target(text: str) -> str:
    """A target without its stretch and without by when: `85 (stretch 90)`, `15% by March 2027`."""
    found = _AND_MORE.fullmatch(text)
    return found["figure"].strip() if found else text


_BEYOND = re.compile(r"(?:[<>](?!=)|under|below|less than|fewer than|over|above|more than)", re.IGNORECASE)


def excludes_itself(text: str) -> bool:
    """Whether a target such as `<5` is not met by its own number."""
    return _BEYOND.match(" ".join(text.split())) is not None


_UNITS_IN_NAMES = (
    (Unit.PERCENT, re.compile(r"%|\b(?:percentage|per ?cent|proportion|share) of\b", re.IGNORECASE)),
    (Unit.PER_10_000, re.compile(r"\bper (?:10,?000|10k)\b", re.IGNORECASE)),
    (Unit.POUNDS, re.compile(r"\(\s*£[^)]*\)")),
    (
        Unit.DAYS,
        re.compile(
            r"^(?:the )?(?:average|mean|median) (?:number of )?(?:working |calendar )?days\b", re.IGNORECASE
        ),
    ),
    *(
        (unit, re.compile(rf"\((?:in |average |working |calendar )*{unit}\)", re.IGNORECASE))
        for unit in (Unit.DAYS, Unit.WEEKS, Unit.MONTHS)
    ),
)


_COUNTS = re.compile(r"\s*(?:the )?(?:number|no\.?|count|total|volume)\b", re.IGNORECASE)


def unit_in_name(name: str, figures: Iterable[str] = ()) -> Unit | None:
    """The unit that an indicator's name gives: `% of visits in time`, `Time to adoption (days)`.

    Not `%` where the name is of a number too (`Number and % of …`) or a figure is more than 100.
    """
    found = next((unit for unit, form in _UNITS_IN_NAMES if form.search(name)), None)
    if found is Unit.PERCENT and (_COUNTS.match(name) or any(map(_is_over_100, figures))):
        return None
    return found


# A rate for which there is no unit.
_OTHER_RATE = re.compile(r"\bper (?:100,?000|100k|1,?000|1k|million|head)\b", re.IGNORECASE)
_IN_TIME = re.compile(r"\b(?:within|in time|on time|timely|timeliness|up to date)\b", re.IGNORECASE)


def why_unit_is_unsure(name: str, figures: Iterable[str]) -> str | None:
    """Why numbers without a unit may be no plain numbers; None where they may well be."""
    if (rate := _OTHER_RATE.search(name)) is not None:
        return f"is a rate {rate[0]}, for which there is no unit"
    plain = [float(text) for text in figures if re.fullmatch(r"\d+(?:\.\d+)?", text.strip())]
    if len(plain) > 1 and all(0 <= value <= 1 for value in plain) and not all(map(float.is_integer, plain)):
        return "has figures between 0 and 1, which may be shares"
    if len(plain) > 1 and _IN_TIME.search(name) and all(20 <= value <= 100 for value in plain):
        return "may be in per cent, which nothing says"
    return None


def _is_over_100(text: str) -> bool:
    plain = text.replace(",", "")
    return re.fullmatch(r"\d+(?:\.\d+)?", plain) is not None and float(plain) > 100


_SCALES = (
    (1_000, re.compile(r"£\s?(?:'?000s?|,?000s?|k)\b|\bthousands? of pounds\b", re.IGNORECASE)),
    (1_000_000, re.compile(r"£\s?(?:m|million)\b|\bmillions? of pounds\b", re.IGNORECASE)),
)


def scale_of(words: str) -> int:
    """What the numbers are multiplied by: 1,000 where a name or a unit says `£000`."""
    return next((scale for scale, form in _SCALES if form.search(words)), 1)


_STATUS = re.compile(
    r"(?P<value>.*\d.*?)\s*[(\[]\s*(?P<mark>p|prov(?:isional)?|e|est(?:imated?)?|r|rev(?:ised)?)\s*[)\]]"
    r"|(?P<bare>[\d.,]+\s?%?)\s?(?P<letter>[per])",
    re.IGNORECASE,
)


def without_status(text: str) -> tuple[str, ValueStatus]:
    """A figure, or a column's heading, without the mark that it is provisional or revised, and that status.

    The mark is a word or a letter behind it: `17.2% (p)`, `15.9r`, `2024/25 (prov)`.
    """
    found = _STATUS.fullmatch(text.strip())
    if found is None:
        return text, ValueStatus.FINAL
    # What is estimated is not final either.
    is_provisional = (found["mark"] or found["letter"]).lower().startswith(("p", "e"))
    return found["value"] or found["bare"], ValueStatus.PROVISIONAL if is_provisional else ValueStatus.REVISED


_COUNT = r"\d{1,3}(?:,\d{3})+|\d+"
_PAIR = rf"(?P<numerator>{_COUNT})\s*(?:/|of|out of)\s*(?P<denominator>{_COUNT})"
_SHARE = r"(?P<share>\d+(?:\.\d+)?\s?%)"
# "16.8 (n=112)": of how many.
_OF_HOW_MANY = re.compile(
    rf"(?P<value>\d+(?:\.\d+)?\s?%?)\s*\(\s*n\s*=\s*(?P<denominator>{_COUNT})\s*\)", re.IGNORECASE
)
_WITH_COUNTS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (rf"{_PAIR}(?:\s*[,;=(–-]?\s*{_SHARE}\s*\)?)?", rf"{_SHARE}\s*[,;=(–-]?\s*{_PAIR}\s*\)?")
)


class Counts(NamedTuple):
    """A percentage with the counts that it is of. `value` is as it is written, else worked out."""

    value: str
    numerator: int | None
    denominator: int


def counts_of(text: str) -> Counts | None:
    """The counts that a cell gives with a percentage, or in place of it: `12/15 (80%)`, `12 of 15`."""
    of_how_many = _OF_HOW_MANY.fullmatch(text.strip())
    if of_how_many:
        return Counts(of_how_many["value"], None, int(of_how_many["denominator"].replace(",", "")))
    found = next((match for form in _WITH_COUNTS if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        return None
    numerator, denominator = (int(found[name].replace(",", "")) for name in ("numerator", "denominator"))
    if not numerator <= denominator or not denominator:
        return None
    return Counts(found["share"] or f"{100 * numerator / denominator:.1f}%", numerator, denominator)


def unit_in_cells(written: Iterable[str], target: str) -> Unit | None:
    """The unit that figures and their target are written with, if any is."""
    texts = [text for text in (*written, target) if text]
    for mark, unit in (("%", Unit.PERCENT), ("£", Unit.POUNDS)):
        if any(mark in text for text in texts):
            return unit
    spoken = re.search(r"\b(days|weeks|months)\b", target, re.IGNORECASE)
    return Unit(spoken[1].lower()) if spoken else None


def cell_at(cells: Sequence[str], at: int | None) -> str:
    """The text of a row's cell; empty where the row is shorter, or no column is meant."""
    return cells[at] if at is not None and at < len(cells) else ""
