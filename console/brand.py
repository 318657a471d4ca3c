"""A landlord's own colour on the public pages: what it looks like, and whether white words on it can be read."""

import re
from typing import Final

LEAST_CONTRAST: Final = 4.5
"""Of text on its ground (WCAG 2.2, 1.4.3)."""
_COLOUR: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


def is_colour(words: str) -> bool:
    """Whether it is written as ``#1d4f91`` or ``#fff``."""
    return _COLOUR.fullmatch(words) is not None


def contrast(one: str, other: str) -> float:
    """Between two colours: 1 for the same, 21 for black and white (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def brand_stylesheet(colour: str) -> str:
    """What a landlord's pages load after the common stylesheet."""
    return f":root {{ --brand: {colour}; }}\n"


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:  # noqa: PLR2004 - #abc is short for #aabbcc
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = (_linear(int(digits[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - as WCAG gives it
