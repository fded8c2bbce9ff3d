"""Ticks, crosses and boxes that are letters of a font of symbols, as Word and Excel keep them."""

from collections.abc import Mapping

# What the letters of Wingdings and Wingdings 2 look like, as far as a plan uses them.
_WINGDINGS: Mapping[str, str] = {"ü": "✓", "û": "✗", "þ": "☑", "ý": "☒", "¨": "☐", "o": "☐", "q": "☐"}
_WINGDINGS_2: Mapping[str, str] = {"P": "✓", "O": "✗", "R": "☑", "Q": "☒", "T": "☒", "S": "☑", "£": "☐"}
# Word writes a letter of such a font as a code point of its private area.
_PRIVATE = 0xF000


def as_shown(text: str, font: str | None) -> str:
    """A text as it is shown in its font: in Wingdings ü is a tick."""
    name = (font or "").strip().lower()
    if not name.startswith("wingdings"):
        return text
    shown = _WINGDINGS_2 if name.endswith("2") else _WINGDINGS
    return "".join(shown.get(letter, letter) for letter in text)


def symbol(code: str, font: str | None) -> str:
    """The symbol that Word keeps as the hexadecimal code of a letter in a font; nothing for another one."""
    try:
        letter = chr(int(code, 16) & ~_PRIVATE)
    except ValueError:
        return ""
    shown = as_shown(letter, font)
    return shown if shown != letter else ""
