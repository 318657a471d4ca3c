"""A node in a process of its own, for tests that kill it: ``python -m tests.e2e.node CONFIG DATA PORT``.

As ``tenantline serve``, with short leases and waits, and without the model, so that it is back soon after a kill.
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from app.logs import set_up_logs
from app.serving import engine_running, listen, until_stopped, web_served
from app.wiring import SystemClock, open_node
from scheduler.node import ROLES, Timing

LEASE = timedelta(seconds=1)
TIMING = Timing(
    reading_lease=LEASE,
    sending_lease=LEASE,
    polling_lease=LEASE,
    retry_waits=(timedelta(0),) * 30,
    most_attempts_to_read=30,
)
READY = "ready"


async def run(config: Path, data: Path, port: int) -> None:
    """Serve until killed; say so on standard output once everything has started."""
    clock = SystemClock()
    listener = listen("127.0.0.1", port)
    public = f"http://127.0.0.1:{port}"
    async with (
        open_node(config=config, data=data, public_url=public, with_model=False, timing=TIMING) as node,
        web_served(node, listener, clock),
        engine_running(node, clock, ROLES),
    ):
        sys.stdout.write(f"{READY}\n")
        sys.stdout.flush()
        await until_stopped()


if __name__ == "__main__":
    set_up_logs()
    asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
