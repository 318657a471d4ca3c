"""Contrast by day and by night, computed from the stylesheet (WCAG 2.2 AA: 1.4.3 for words, 1.4.11 for controls)."""

import re
import tomllib
from itertools import product

import pytest

from app.configuration import SHIPPED, Branding
from console.brand import contrast, is_colour
from console.templating import STATIC

WORDS = ("ink", "quiet", "link", "wrong")
GROUNDS = ("paper", "pale", "wrong-pale")
LIGHT, DARK = "light", "dark"


def palettes() -> dict[str, dict[str, str]]:
    """The colours of each mode by name; by night what is not named is as by day."""
    css = (STATIC / "tenantline.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([a-z-]+): ([^;]+);", each)) for each in re.findall(r":root \{([^}]+)\}", css))
    return {LIGHT: light, DARK: light | dark}


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize(("mode", "word", "ground"), [*product((LIGHT, DARK), WORDS, GROUNDS)])
def test_words_can_be_read_on_every_ground(mode: str, word: str, ground: str) -> None:
    colours = palettes()[mode]
    assert contrast(colours[word], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", [LIGHT, DARK])
def test_boxes_and_the_mark_of_focus_stand_out(mode: str) -> None:
    colours = palettes()[mode]
    assert contrast(colours["line"], colours["paper"]) >= 3
    assert contrast(colours["line"], colours["pale"]) >= 3
    assert contrast(colours["ink"], colours["paper"]) >= 3
    assert contrast(colours["on-focus"], colours["focus"]) >= 4.5
    assert contrast(colours["on-brand"], colours["brand"]) >= 4.5


def shipped_colours() -> list[str]:
    sites = sorted((SHIPPED / "sites").glob("*.toml"))
    return [tomllib.loads(site.read_text(encoding="utf-8"))["branding"]["colour"] for site in sites]


@pytest.mark.parametrize("colour", [*shipped_colours(), Branding().colour, "#000"])
def test_white_words_can_be_read_on_a_landlord_s_colour(colour: str) -> None:
    assert Branding(colour=colour).colour == colour
    assert contrast(colour, "#fff") >= 4.5
    # The ring around what has the focus in the banner, and on the banner's ground.
    assert contrast(palettes()[LIGHT]["focus"], colour) >= 3


@pytest.mark.parametrize("colour", ["#ffdf2b", "#888888", "red", "#12345", "#1d4f91; } body { display: none"])
def test_a_colour_that_is_none_or_too_light_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match=r"too light|is no colour"):
        Branding(colour=colour)


def test_a_colour_is_written_with_three_or_six_digits() -> None:
    assert [is_colour(words) for words in ("#fff", "#1D4F91", "#ffff", "1d4f91", "#1d4f91\n")] == [
        *(True, True),
        *(False, False, False),
    ]
