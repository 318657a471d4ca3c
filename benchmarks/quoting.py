"""Times the quote stripper on hostile shapes: ``python benchmarks/quoting.py`` prints a table in milliseconds.

The whole-text limit is lifted for the second column, to show that time grows with the text and not with its square.
"""

import time

import domain.quoting
from domain.quoting import LONGEST, split_quoted

MEGABYTE = 1_000_000
SHAPES = {
    "marks without end on one line": ">",
    "marked lines": "> a\n",
    "'On' on every line": "On\n",
    "'On a@b' never closed": "On Mon a@b\n",
    "attributions": "On x@y wrote:\n",
    "From on every line": "From: a\n",
    "header blocks": "From: a\nDate: b\n\n",
    "signature marks": "--\n",
    "rules": "_____\n",
    "rules over From": "_____\n\nFrom: a\n",
    "blank lines": "\n",
    "spaces on one line": " ",
    "one long line": "word ",
    "dashes on one line": "-",
    "underscores on one line": "_",
    "answers between quotes": "> asked\nanswer\n",
    "ordinary prose": "The heating has been off since Friday and nobody has rung me back.\n",
    "legal footers": "hello\n\nif you are not the intended recipient\n\n",
    "sign-offs": "kind regards\n",
    "carriage returns": "\r",
}


def milliseconds(text: str) -> float:
    """The best of three runs."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        split_quoted(text)
        best = min(best, time.perf_counter() - began)
    return best * 1000


def main() -> None:
    """Print one line a shape."""
    print(f"{'shape':34} {'200 kB':>9} {'1 MB':>9} {'1 MB, no limit':>15}")
    for name, unit in SHAPES.items():
        megabyte = (unit * (MEGABYTE // len(unit) + 1))[:MEGABYTE]
        bounded, whole = milliseconds(megabyte[:LONGEST]), milliseconds(megabyte)
        domain.quoting.LONGEST = 10 * MEGABYTE
        unbounded = milliseconds(megabyte)
        domain.quoting.LONGEST = LONGEST
        print(f"{name:34} {bounded:9.1f} {whole:9.1f} {unbounded:15.1f}")


if __name__ == "__main__":
    main()
