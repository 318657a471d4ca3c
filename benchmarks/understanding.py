"""How long understanding takes: batches of fifty mails on one core, and the memory of an idle process with the model.

Run: OPENBLAS_NUM_THREADS=1 python benchmarks/understanding.py.
"""

import os
import resource
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

from nlp.labelled import corpus_files, read_labelled  # the path must be set first
from nlp.understander import load

BATCH = 50
ROUNDS = 5


def _resident_mb() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    started = time.perf_counter()
    understander = load()
    print(f"load {time.perf_counter() - started:.2f} s, {_resident_mb():.0f} MB resident")
    rows = read_labelled(corpus_files())
    mails = [row.reading for row in rows if row.reading.channel == "email"]
    texts = [row.reading for row in rows if row.reading.channel == "sms"]
    for name, readings in (("email", mails), ("sms", texts)):
        batches = [readings[start : start + BATCH] for start in range(0, len(readings) - BATCH, BATCH)]
        cold = time.perf_counter()
        for batch in batches:
            understander.understand(batch)
        cold = 1000 * (time.perf_counter() - cold) / (len(batches) * BATCH)
        times = []
        for _ in range(ROUNDS):
            for batch in batches:
                started = time.perf_counter()
                understander.understand(batch)
                times.append(1000 * (time.perf_counter() - started) / BATCH)
        print(
            f"{name:6} first pass {cold:.2f} ms, then {statistics.median(times):.2f} ms a message in batches of {BATCH}"
        )
    print(f"{_resident_mb():.0f} MB resident after")


if __name__ == "__main__":
    main()
