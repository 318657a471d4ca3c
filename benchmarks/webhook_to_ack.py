"""How long it takes from a tenant's text, posted as a webhook, to our acknowledgement in the provider's hands.

    python -m benchmarks.webhook_to_ack [--a-second 20] [--seconds 60]

A whole node with the shipped model in a process of its own; the stand-in of Twilio posts at a steady pace, each text
from another number, and notes when the node hands it the answer. A text whose answer is none (spam, say) is counted
and left out.
"""

import argparse
import asyncio
import statistics
from datetime import datetime, timedelta

from app.lookalikes.loopback import wall_clock
from app.lookalikes.twilio import TwilioLookalike
from benchmarks._nodes import order_with_texts, running
from benchmarks._places import scratch
from nlp.labelled import corpus_files, read_labelled
from tests.e2e.house import NUMBER

TARGET_MEDIAN, TARGET_P99 = 1.0, 3.0
SETTLING_SECONDS = 10.0


async def post_at_pace(twilio: TwilioLookalike, pace: int, seconds: int) -> dict[str, datetime]:
    """Texts at a steady pace, whatever the node does; when each number wrote."""
    words = [row.reading.text for row in read_labelled(corpus_files()) if row.reading.channel == "sms"]
    wrote: dict[str, datetime] = {}
    posting = set()
    begin = wall_clock()
    for number in range(pace * seconds):
        wait = (begin + timedelta(seconds=number / pace) - wall_clock()).total_seconds()
        await asyncio.sleep(max(wait, 0))
        sender = f"+4477{number:08}"
        wrote[sender] = wall_clock()
        posting.add(asyncio.create_task(twilio.tenant_texts(sender, words[number % len(words)])))
    await asyncio.gather(*posting)
    return wrote


async def measure(pace: int, seconds: int) -> tuple[int, list[float]]:
    """How many wrote, and the seconds until each first answer, in rising order."""
    async with TwilioLookalike() as twilio:
        with scratch() as folder:
            order = order_with_texts(folder, twilio)
            with running(order) as node:
                twilio.numbers[NUMBER] = f"{node.base_url}/in/cestria/texts"
                wrote = await post_at_pace(twilio, pace, seconds)
                await asyncio.sleep(SETTLING_SECONDS)
        answered: dict[str, datetime] = {}
        for text in twilio.sent:
            if text.to in wrote:
                answered.setdefault(text.to, text.sent_at)
        return len(wrote), sorted((at - wrote[sender]).total_seconds() for sender, at in answered.items())


def main() -> None:
    """Print the spread."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--a-second", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    wrote, waits = asyncio.run(measure(given.a_second, given.seconds))
    cuts = statistics.quantiles(waits, n=100)
    print(f"{wrote} texts at {given.a_second} a second, {len(waits)} answered")
    print(
        f"median {cuts[49]:.3f} s (under {TARGET_MEDIAN}), p90 {cuts[89]:.3f} s, "
        f"p99 {cuts[98]:.3f} s (under {TARGET_P99}), longest {waits[-1]:.3f} s"
    )
    if cuts[49] >= TARGET_MEDIAN or cuts[98] >= TARGET_P99:
        raise SystemExit("the target is missed")


if __name__ == "__main__":
    main()
