"""How much memory an idle node takes, with and without the model: ``python -m benchmarks.memory``.

VmRSS of the whole node (web, engine, database at its newest migration, and the process that understands), some seconds
after it said that it is ready; with the model after it understood one batch.
"""

import argparse
import time

from benchmarks._nodes import order_with_texts, running
from benchmarks._places import family_mb, scratch

TARGETS = {False: 200.0, True: 450.0}
"""MB without and with the model."""


def idle_mb(seconds: float, *, with_model: bool) -> float:
    """Memory of one idle node after so many seconds."""
    with scratch() as folder:
        order = order_with_texts(folder, with_model=with_model, warm=with_model)
        with running(order) as node:
            time.sleep(seconds)
            return family_mb(node.pid)


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    given = parser.parse_args()
    missed = False
    for with_model, target in TARGETS.items():
        found = idle_mb(given.seconds, with_model=with_model)
        print(f"{'with' if with_model else 'without'} the model {found:.0f} MB (at most {target:.0f})", flush=True)
        missed |= found > target
    if missed:
        raise SystemExit("the target is missed")


if __name__ == "__main__":
    main()
