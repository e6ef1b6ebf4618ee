"""The trial worker in the calling process: its own thread, and a process for each training."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle

from ..client.loop import LoopThread
from ..connection import connect
from ..worker.serve import serve
from ..worker.target import Target
from .place import Place


class Host:
    """Serves one function as trials from `start` to `close`."""

    def __init__(self, place: Place, queue: str, name: str, objective: Callable[..., Any], max_trials: int) -> None:
        self._place, self._queue, self._name, self._max_trials = place, queue, name, max_trials
        self._folder = tempfile.TemporaryDirectory(prefix="durable-tune-")
        pickled = Path(self._folder.name) / "objective.pickle"
        # by value where it is the script's own: neither its module nor its data has to be found by the process of a trial
        pickled.write_bytes(cloudpickle.dumps(objective))
        pickled.chmod(0o600)
        self._target = Target(pickled=str(pickled), path=sys.path)
        self._loop = LoopThread()
        self._stopped = self._loop.run(_event())
        self._serving: concurrent.futures.Future[None] | None = None

    def keep(self) -> None:
        """Sees to it that it serves. Raises what has ended it for good."""
        if self._serving is None or self._serving.done():
            if self._serving is not None:
                self._serving.result()
            self._serving = asyncio.run_coroutine_threadsafe(self._serve(), self._loop.loop)

    def close(self) -> None:
        """Ends it: trials in flight have 5 seconds, and go on from their checkpoints when the script is run again."""
        self._loop.loop.call_soon_threadsafe(self._stopped.set)
        if self._serving is not None:
            concurrent.futures.wait([self._serving])
        self._loop.close()
        self._folder.cleanup()

    async def _serve(self) -> None:
        client = await connect(home=self._place.home, embedded=self._place.embedded)
        await serve(client, self._queue, {self._name: self._target}, self._stopped, max_trials=self._max_trials)


async def _event() -> asyncio.Event:
    return asyncio.Event()
