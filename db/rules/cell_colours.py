"""The colours of a status cell: their names, letters and marks, told apart from its words."""

import re

# In what a plan says of its ratings.
COLOUR_LETTERS = {"b": "blue", "r": "red", "a": "amber", "g": "green", "y": "amber"}
_COLOUR = r"blue|green|amber|yellow|orange|red|grey|gray|purple|black|white"
_FIRST = re.compile(
    rf"^(?:b?rag[\s:=-]+)?(?:(?P<name>{_COLOUR})\b|(?P<letter>[brag])(?!/\s?[^bragy\s])(?=$|\s*[-–—:(/]))[\s:–—(/-]*(?P<rest>.*?)\)?$",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"^(?P<rest>.+?)[\s,–—-]*(?:\((?:rag[\s:]*)?(?P<name>{_COLOUR}|[brag])\)|[–—/-]\s*(?P<last>{_COLOUR}))$",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"[\s,]*\(?\b(?:was|previously|formerly|from)\b(?:(?!\bnow\b)[^)])*\)?(?:now\b\s*)?", re.IGNORECASE
)
# "✔ done" says it twice.
_SAID_TWICE = re.compile(
    r"\bcomplete (?=(?:complete[d]?|done|finished|closed|achieved|implemented|delivered)\b)"
    r"|(?:(?<=completed)|(?<=complete)|(?<=finished)|(?<=closed)|(?<=done)) complete\b",
    re.IGNORECASE,
)
# "AMBER/GREEN", "Red to Amber".
_TWO_COLOURS = re.compile(rf"({_COLOUR}|[brag])\s*(?:/|-|–|to|and|&)\s*({_COLOUR}|[brag])", re.IGNORECASE)
_BEST_FIRST = ("blue", "green", "amber", "red")


def worse_of_two(bare: str) -> str | None:
    """Of a cell with two colours and nothing else the worse one: "AMBER/GREEN" is amber."""
    found = _TWO_COLOURS.fullmatch(bare)
    both = [usual_colour(one.lower()) for one in found.groups()] if found else []
    if len(set(both)) < 2 or not set(both) <= set(_BEST_FIRST):
        return None
    return max(both, key=_BEST_FIRST.index)


# The colours that circles stand for, in a status and in a plan's key.
CIRCLES = {
    "🟢": "green",
    "🔴": "red",
    "🟡": "amber",
    "🟠": "amber",
    "🔵": "blue",
    "⚪": "white",
    "⚫": "black",
}
# What stands for a colour or a word.
_MARKS = {
    **{circle: f"{colour} " for circle, colour in CIRCLES.items()},
    "✅": "complete ",
    "✔": "complete ",
    "✓": "complete ",
    "☑": "complete ",
    "✗": "not done ",
    "✘": "not done ",
    "❌": "not done ",
    "↑": " ",
    "↓": " ",
    "↔": " ",
    "\ufe0f": "",
}


# Of boxes to tick, the ones that are.
_TICKED = re.compile(r"[☒☑✓✔🗹]\s*(?P<words>[^☐☒☑✓✔🗹]+)")


def without_marks(written: str) -> str:
    """A cell with the words that its circles, ticks and boxes stand for."""
    if written.isascii():
        return written
    if "☐" in written:
        written = " ".join(found["words"].strip() for found in _TICKED.finditer(written))
    for mark, word in _MARKS.items():
        written = written.replace(mark, word)
    written = " ".join(written.split() if written.isascii() else dict.fromkeys(written.split()))
    return _SAID_TWICE.sub("", written)


COLOURS = frozenset(_COLOUR.split("|"))


def split_colour(bare: str) -> tuple[str | None, str]:
    """The colour as a usual name, and the other words."""
    was = _WAS.sub("", bare).strip()
    for form in (_FIRST, _LAST):
        found = form.match(was or bare)
        if found:
            names = found.groupdict()
            colour = (names.get("name") or names.get("letter") or names.get("last") or "").lower()
            return usual_colour(colour), found["rest"].strip(" -–—:()")
    return None, bare


def usual_colour(colour: str) -> str:
    """The usual name of a colour in small letters, or of its letter: `y`, `yellow` and `orange` are amber."""
    colour = COLOUR_LETTERS.get(colour, colour)
    return {"yellow": "amber", "orange": "amber", "gray": "grey"}.get(colour, colour)
