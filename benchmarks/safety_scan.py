"""How long the danger scan takes: an SMS, a mail, a megabyte of hostile text. Run: python benchmarks/safety_scan.py."""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from nlp.hazards import SafetyScanner, load_rules  # the path must be set first

ROOT = Path(__file__).parent.parent
ROUNDS = 7
MEGABYTE = 1_000_000

HOSTILE = {
    "gas gas gas": "gas ",
    "no gas leak": "there is no gas leak here ",
    "smell without gas": "smell the water light baby fire door he ",
    "one long word": "a",
    "dots": ".",
    "zero width": "g\u200ba\u200bs ",
    "brackets": "((((",
    "lines": "\n",
    "accents": "\u0301",
    "mixed scripts": "\u0433\u0430\u0437 \u063a\u0627\u0632 \u0997\u09cd\u09af\u09be\u09b8 ",
}


def main() -> None:
    """Print the table."""
    started = time.perf_counter()
    scanner = SafetyScanner(load_rules((ROOT / "config" / "hazards.toml").read_text("utf-8")))
    print(f"load {1000 * (time.perf_counter() - started):.0f} ms")
    rows = [
        json.loads(line)
        for path in sorted((ROOT / "nlp" / "corpus").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    for channel in ("sms", "email"):
        texts = [row["text"] for row in rows if row["channel"] == channel]
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            for text in texts:
                scanner.scan(text)
            times.append(1000 * (time.perf_counter() - started) / len(texts))
        mean = sum(map(len, texts)) / len(texts)
        print(f"{channel:20} {statistics.median(times):8.3f} ms a message (mean {mean:.0f} characters)")
    for name, piece in HOSTILE.items():
        text = (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]
        started = time.perf_counter()
        found = scanner.scan(text)
        print(f"{name:20} {1000 * (time.perf_counter() - started):8.0f} ms a megabyte, {len(found)} findings")


if __name__ == "__main__":
    main()
