"""The numbers that Word gives paragraphs by itself: they stand in no text, and a reader sees them.

"No." with the list 1, 2, 3 below it is a plan's references. No library gives a paragraph's number: those that
know numbering turn whole documents into text.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LEVELS = 9


@dataclass(frozen=True)
class _Level:
    """A level of a list: its first number, the form of its numbers, and the text around them (`%1.%2`)."""

    start: int
    form: str
    text: str


@dataclass
class _List:
    """A list definition: its levels and the numbers that it has reached, which all its lists go on with."""

    levels: Mapping[int, _Level]
    reached: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)

    def next_label(self, at: int) -> str:
        level = self.levels.get(at)
        if level is None:
            return ""
        before = self.reached[at]
        self.reached[at] = level.start if before is None else before + 1
        self.reached[at + 1 :] = [None] * (_LEVELS - at - 1)
        if level.form in ("bullet", "none"):
            return ""
        label = level.text
        for upper in range(at + 1):
            shown = self.levels.get(upper, level)
            number = self.reached[upper]
            label = label.replace(
                f"%{upper + 1}", _in_form(shown.start if number is None else number, shown.form)
            )
        return label.strip()


def write_numbers(document: Any) -> None:
    """Write each paragraph's own number into its text, in an opened document that is never saved."""
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        # A document without lists lacks the part that describes them, and python-docx cannot make one.
        return
    labels = _Labels(numbering, document.styles.element)
    for paragraph in document.element.body.iter(f"{_W}p"):
        label = labels.of(paragraph)
        if label and _shows_number(paragraph):
            _write(paragraph, label)


def _shows_number(paragraph: Any) -> bool:
    """Whether the number of a paragraph says something: not where all its words were deleted or struck out,
    nor in an empty line below or above others of its cell.
    """
    if _has_words(paragraph):
        return True
    if any(True for _ in paragraph.iter(f"{_W}t", f"{_W}delText")):
        return False
    cell = paragraph.getparent()
    return cell.tag == f"{_W}tc" and not any(map(_has_words, cell.iterchildren(f"{_W}p")))


def _has_words(paragraph: Any) -> bool:
    return any((node.text or "").strip() for node in paragraph.iter(f"{_W}t"))


def _write(paragraph: Any, label: str) -> None:
    run = paragraph.makeelement(f"{_W}r", {})
    first = next(paragraph.iter(f"{_W}r"), None)
    looks = first.find(f"{_W}rPr") if first is not None else None
    if looks is not None:
        # A title in bold is one with its number too.
        run.append(deepcopy(looks))
    text = run.makeelement(f"{_W}t", {})
    text.text = f"{label} "
    run.append(text)
    properties = paragraph.find(f"{_W}pPr")
    paragraph.insert(0 if properties is None else 1, run)


class _Labels:
    """The labels of a document's paragraphs, which have to be asked for in their order."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        definitions = {
            _value(one, "abstractNumId", own=True): _List(dict(_levels(one)))
            for one in numbering.iterchildren(f"{_W}abstractNum")
        }
        self._lists: dict[str, _List] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        for one in numbering.iterchildren(f"{_W}num"):
            number = _value(one, "numId", own=True)
            definition = definitions.get(_value(one, "abstractNumId"))
            if definition is not None:
                self._lists[number] = definition
                self._restarts[number] = dict(_restarts(one))
        self._styles = {_value(one, "styleId", own=True): one for one in styles.iterchildren(f"{_W}style")}

    def of(self, paragraph: Any) -> str:
        """The number of the next paragraph, as it is printed; empty for one without."""
        number, level = self._place(paragraph)
        found = self._lists.get(number)
        if found is None:
            return ""
        # A list that begins anew does so at its first paragraph alone.
        for at, start in self._restarts.pop(number, {}).items():
            found.reached[at] = start - 1
        return found.next_label(level)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and the level of a paragraph, its own or its style's."""
        properties = paragraph.find(f"{_W}pPr")
        number, level = _list_of(properties)
        style = _value(properties, "pStyle")
        seen = set()
        while not (number and level) and style in self._styles and style not in seen:
            seen.add(style)
            of_style = _list_of(self._styles[style].find(f"{_W}pPr"))
            number, level = number or of_style[0], level or of_style[1]
            style = _value(self._styles[style], "basedOn")
        return number, min(int(level or 0), _LEVELS - 1)


def _list_of(properties: Any) -> tuple[str, str]:
    found = properties.find(f"{_W}numPr") if properties is not None else None
    return (_value(found, "numId"), _value(found, "ilvl")) if found is not None else ("", "")


def _levels(definition: Any) -> Iterator[tuple[int, _Level]]:
    for one in definition.iterchildren(f"{_W}lvl"):
        start = _value(one, "start")
        level = _Level(int(start or 1), _value(one, "numFmt") or "decimal", _value(one, "lvlText"))
        yield int(_value(one, "ilvl", own=True) or 0), level


def _restarts(number: Any) -> Iterator[tuple[int, int]]:
    for one in number.iterchildren(f"{_W}lvlOverride"):
        start = _value(one, "startOverride")
        if start:
            yield int(_value(one, "ilvl", own=True) or 0), int(start)


def _value(element: Any, name: str, *, own: bool = False) -> str:
    """The value of a child element of that name, or of the element's `own` attribute; empty without one."""
    if element is None:
        return ""
    found = element if own else element.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}{name if own else 'val'}") or ""


def _in_form(number: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
            return letter.upper() if form == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02d}"
        case _:
            return str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        written += letters * times
    return written
