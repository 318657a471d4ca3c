"""Scores the shipped model again and writes ``metrics.json``: ``python -m app.score_again``.

For a developer, after a change of rules or of what is measured; the weights stay. ``train`` does it by itself.
"""

import json

from app.configuration import ConfigurationFolder
from app.wiring import load_safety
from app.write_model_card import FILE, card, read_metrics
from nlp.labelled import corpus_files, read_labelled
from nlp.train import quality_of
from nlp.understander import MODEL, load


def main() -> None:
    """Write both files."""
    metrics = read_metrics()
    held_out = [row for row in read_labelled(corpus_files()) if row.held_out]
    metrics |= quality_of(load(MODEL, load_safety(ConfigurationFolder(None))), held_out)
    text = json.dumps(metrics, indent=1, ensure_ascii=False, sort_keys=True)
    (MODEL / "metrics.json").write_text(text + "\n", encoding="utf-8")
    FILE.write_text(card(metrics), encoding="utf-8")


if __name__ == "__main__":
    main()
