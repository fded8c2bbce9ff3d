"""What the style of an Excel cell says: its colour, also of the theme, and text that is struck out."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from functools import cached_property
from typing import Any


def without_struck_text(cell: Any) -> tuple[Any, bool]:
    """A cell's value without what is struck out of it, and whether anything was."""
    # openpyxl takes long to import, and most commands open no workbook.
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    value = cell.value
    if cell.has_style and cell.font.strike:
        return None, True
    if not isinstance(value, CellRichText):
        return value, False
    kept = [
        one for one in value if not (isinstance(one, TextBlock) and one.font is not None and one.font.strike)
    ]
    return "".join(str(one) for one in kept).strip() or None, len(kept) < len(value)


def fill_colour(cell: Any, theme: "ThemeColours") -> str | None:
    fill = cell.fill
    # openpyxl takes long to import, and most commands open no workbook.
    from openpyxl.styles.colors import COLOR_INDEX

    if fill is None or fill.fill_type != "solid":
        return None
    colour = fill.fgColor
    if colour.type == "rgb" and isinstance(colour.rgb, str):
        return colour.rgb[-6:]
    if colour.type == "theme":
        return theme.colour(colour.theme, colour.tint)
    if colour.type == "indexed" and 0 <= colour.indexed < len(COLOR_INDEX):
        return str(COLOR_INDEX[colour.indexed])[-6:]
    return None


# A fill names its theme colour by this order, which is not that of the file.
_THEME_ORDER = [
    "lt1",
    "dk1",
    "lt2",
    "dk2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
]


class ThemeColours:
    """The colours of a workbook's theme. A tint makes one lighter (up to 1) or darker (down to -1)."""

    def __init__(self, theme: bytes | None) -> None:
        self._theme = theme

    @cached_property
    def _colours(self) -> dict[str, str]:
        text = (self._theme or b"").decode("utf-8", "replace")
        found = re.findall(
            r"<a:(dk1|lt1|dk2|lt2|accent[1-6]|hlink|folHlink)>\s*<a:\w+ [^>]*?(?:lastClr"
            r"|val)=\"([0-9A-Fa-f]{6})\"",
            text,
        )
        return dict(found)

    def colour(self, index: int, tint: float) -> str | None:
        name = _THEME_ORDER[index] if 0 <= index < len(_THEME_ORDER) else ""
        rgb = self._colours.get(name)
        if rgb is None:
            return None
        hue, light, saturation = rgb_to_hls(*(int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)))
        light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
        channels = hls_to_rgb(hue, min(max(light, 0), 1), saturation)
        return "".join(f"{round(channel * 255):02X}" for channel in channels)
