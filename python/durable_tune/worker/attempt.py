"""One attempt at a trial, as an activity: its process started, watched and ended, its progress heartbeaten."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory, CancelledError

from ..wire import TRANSIENT_FAILURE, TRIAL_FAILURE, WireTrial
from .delivery import Address
from .pool import ProcessPool
from .process import TrialProcess
from .progress import Progress
from .reports import AttemptReports, Channels

GRACE = 5.0
"""Seconds that a trial which was told to end may still take."""

_BEAT = 1.0
_MAX_REASON = 2000


class Attempts:
    """Those of one worker. A later attempt of a trial ends the earlier one first: two would write the same files."""

    def __init__(self) -> None:
        self._channels = Channels()
        self._running: dict[tuple[object, ...], tuple[int, asyncio.Task[Any]]] = {}

    async def run(self, pool: ProcessPool, facts: WireTrial) -> dict[str, Any]:
        """Within an activity: the answer. Raises what the wire contract says of failures."""
        attempt = _Attempt(pool, facts, self._channels)
        task = asyncio.create_task(attempt.run())
        _, earlier = self._running.get(facts.key, (0, None))
        self._running[facts.key] = (facts.attempt, task)
        try:
            if earlier is not None:
                attempt.after = earlier
                earlier.cancel("later")
            return await _to_its_end(task, attempt)
        finally:
            if self._running.get(facts.key) == (facts.attempt, task):
                del self._running[facts.key]


async def _to_its_end(task: asyncio.Task[dict[str, Any]], attempt: _Attempt) -> dict[str, Any]:
    """Waits for the task; cancelled, tells the trial, and waits for it all the same."""
    while True:
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise ApplicationError("ended, since a later attempt of the same trial starts here", type=TRANSIENT_FAILURE) from None
            attempt.stop()
