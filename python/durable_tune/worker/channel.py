"""
The way of reports from one worker to one study (activities/reports/channel.ts): one message at a time, in the order in which the reports
were made, however many trials make them. What comes while a message is on its way goes with the next. A message is an update where
somebody waits for a verdict of it, and else a signal. It is repeated until it has arrived: the study takes a report that it knows already for
what it was.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable

from temporalio.client import Client

from .delivery import Address, Arrival, Report, deliver

_MOST = 1000
# seconds between messages: where somebody waits, and where nobody does, since each costs the study's history some events
_GAP, _IDLE_GAP = 0.1, 1.0
_BACKOFF, _MAX_BACKOFF = 0.1, 5.0


class Posted:
    """A report on its way."""

    def __init__(self, report: Report, asked: bool) -> None:
        self.report = report
        self.asked = asked
        self.hurried = False
        self.dropped = False
        self.arrival: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()

    def settle(self, arrival: Arrival) -> None:
        if not self.arrival.done():
            self.arrival.set_result(arrival)


class Channel:
    """To one study."""

    def __init__(self, client: Client, address: Address) -> None:
        self._client, self._address = client, address
        self._queue: list[Posted] = []
        self._sender: asyncio.Task[None] | None = None
        self._sent_at = float("-inf")
        self._woken = asyncio.Event()

    @property
    def is_idle(self) -> bool:
        """Whether it has nothing to send and might send at once: another one would do as well."""
        return self._sender is None and asyncio.get_running_loop().time() - self._sent_at > _IDLE_GAP

    def post(self, report: Report, asked: bool = False) -> Posted:
        """Takes a report on its way."""
        posted = Posted(report, asked)
        self._queue.append(posted)
        self._woken.set()
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())
        return posted

    async def flush(self, posted: Iterable[Posted], within: float) -> None:
        """Waits until all of these have arrived, or so many seconds: what has not been sent then is given up."""
        mine = list(posted)
        if not mine:
            return
        for each in mine:
            each.hurried = True
        self._woken.set()
        await asyncio.wait([each.arrival for each in mine], timeout=within)
        for each in mine:
            each.dropped = True
            each.settle("lost")
        self._queue = [each for each in self._queue if not each.dropped]

    async def _send_all(self) -> None:
        loop = asyncio.get_running_loop()
        # what is reported, or asked for, in the same breath goes together
        await asyncio.sleep(0)
        while self._queue:
            self._woken.clear()
            left = self._sent_at + self._gap() - loop.time()
            if left > 0:
                try:
                    await asyncio.wait_for(self._woken.wait(), left)
                except asyncio.TimeoutError:
                    pass
                continue
            batch, self._queue = self._queue[:_MOST], self._queue[_MOST:]
            await self._send(batch)
            self._sent_at = loop.time()
        self._sender = None

    def _gap(self) -> float:
        hurry = len(self._queue) >= _MOST or any(each.asked or each.hurried for each in self._queue)
        return _GAP if hurry else _IDLE_GAP

    async def _send(self, entries: list[Posted]) -> None:
        """Sends these until they have arrived, or nobody wants it any more."""
        update_id, pause = str(uuid.uuid4()), _BACKOFF
        while entries:
            asked = any(each.asked for each in entries)
            arrivals = await deliver(self._client, self._address, [each.report for each in entries], update_id if asked else None)
            if arrivals is not None:
                for each, arrival in zip(entries, arrivals):
                    each.settle(arrival)
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, _MAX_BACKOFF)
            wanted = [each for each in entries if not each.dropped]
            if len(wanted) < len(entries):
                # the server takes an update of one id once: the same reports may still be answered, others are another update
                update_id = str(uuid.uuid4())
            entries = wanted
