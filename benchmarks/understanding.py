"""How long understanding takes on one core: in batches, one by one, by the words alone; memory; size of the model.

Run: python -m benchmarks.understanding. The messages are those of the corpus of 40 to 80 words (60 in the mean).
"""

import os
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parent.parent))

from app.configuration import ConfigurationFolder  # the path must be set first
from app.wiring import load_safety
from domain.understanding import Reading
from nlp.components import ENCODER, load_pipeline
from nlp.labelled import corpus_files, read_labelled
from nlp.understander import MODEL, Understander

BATCH = 50
ROUNDS = 5
SHORTEST, LONGEST = 40, 80


def _resident_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _pace(understander: Understander, readings: Sequence[Reading]) -> str:
    """Messages a second in batches, over whole rounds: the median, and the slowest and fastest round."""
    paces = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for start in range(0, len(readings), BATCH):
            understander.understand(readings[start : start + BATCH])
        paces.append(len(readings) / (time.perf_counter() - started))
    return f"{statistics.median(paces):.0f} messages a second ({min(paces):.0f} to {max(paces):.0f})"


def _single(understander: Understander, readings: Sequence[Reading]) -> str:
    times = []
    for reading in readings:
        started = time.perf_counter()
        understander.understand([reading])
        times.append(1000 * (time.perf_counter() - started))
    times.sort()
    return f"{statistics.median(times):.1f} ms, 99 of 100 within {times[len(times) * 99 // 100]:.1f} ms"


def main() -> None:
    """Print the figures."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    started = time.perf_counter()
    safety = load_safety(ConfigurationFolder(None))
    pipeline = load_pipeline(MODEL, safety)
    print(f"load {time.perf_counter() - started:.2f} s, {_resident_mb():.0f} MB resident")
    size = sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file())
    print(f"model {size / 1e6:.1f} MB: {', '.join(pipeline.pipe_names)}")
    rows = [row.reading for row in read_labelled(corpus_files())]
    chosen = [each for each in rows if SHORTEST <= len(each.new_text.split()) <= LONGEST]
    words = statistics.mean(len(each.new_text.split()) for each in chosen)
    print(f"{len(chosen)} messages of {words:.0f} words in the mean, batches of {BATCH}, one core")
    understander = Understander(pipeline)
    print("as shipped:", _pace(understander, chosen))
    print("one by one:", _single(understander, chosen))
    print("all messages of the corpus, as shipped:", _pace(understander, rows))
    print(f"{_resident_mb():.0f} MB resident after")
    if pipeline.has_pipe(ENCODER):
        pipeline.remove_pipe(ENCODER)
        print("words alone:", _pace(Understander(pipeline), chosen))


if __name__ == "__main__":
    main()
