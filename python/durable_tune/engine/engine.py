"""
The engine of this process: one `dtune serve` and one connection a home, started when first needed, kept to the process's end. What waits
does so in a thread of its own, so that it can be used from anywhere: scripts, notebooks, other threads.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.worker import Worker

from ..client.loop import LoopThread
from ..connection import connect, home_of
from ..tuning.program import find_dtune
from .conversation import Conversation

_BEAT = timedelta(seconds=1)
# each costs the server something, also where it waits in vain
_POLLS = 5
# what a process that was forked from this one inherits is not its own
_engines: dict[tuple[int, Path], Engine] = {}
_starting = threading.Lock()


class Engine:
    """Use `Engine.of`."""

    def __init__(self, home: Path) -> None:
        """Starts it. Raises TuningError where that is not possible."""
        self.home = home
        self._loop = LoopThread()
        try:
            self._loop.run(self._open())
        except BaseException:
            self._loop.close()
            raise

    @staticmethod
    def of(home: str | os.PathLike[str] | None = None) -> Engine:
        """The engine of a home: what was given, else DTUNE_HOME, else ~/.dtune."""
        place = home_of(home)
        with _starting:
            key = (os.getpid(), place)
            found = _engines.get(key)
            if found is None or not found.is_alive:
                found = _engines[key] = Engine(place)
            return found

    @property
    def is_alive(self) -> bool:
        return self._conversation.is_alive

    def call(self, call: str, **fields: Any) -> Any:
        """What the engine answers (cli/serve/conversation.ts). Raises StudyError where it refuses, TuningError where it fails."""
        return self._loop.run(self._conversation.call(call, **fields))

    @contextlib.contextmanager
    def hosting(self, queue: str, activities: Sequence[Callable[..., Any]], *, at_once: int) -> Iterator[None]:
        """Activities are served on this task queue meanwhile, so many at once."""
        stopped = asyncio.Event()
        serving = asyncio.run_coroutine_threadsafe(self._serve(queue, activities, at_once, stopped), self._loop.loop)
        try:
            yield
        finally:
            self._loop.loop.call_soon_threadsafe(stopped.set)
            serving.result()

    def close(self) -> None:
        """Ends it. Studies stay."""
        self._loop.run(self._conversation.close())
        self._loop.close()

    async def _open(self) -> None:
        self._conversation = await Conversation.start([*find_dtune(), "serve", "--home", str(self.home)])
        place = await self._conversation.call("place")
        self._client = await connect(place["address"], namespace=place["namespace"], embedded=place["embedded"])

    async def _serve(self, queue: str, activities: Sequence[Callable[..., Any]], at_once: int, stopped: asyncio.Event) -> None:
        async with Worker(
            self._client,
            task_queue=queue,
            activities=activities,
            max_concurrent_activities=at_once,
            max_concurrent_activity_task_polls=min(at_once, _POLLS),
            max_heartbeat_throttle_interval=_BEAT,
            default_heartbeat_throttle_interval=_BEAT,
        ):
            await stopped.wait()


@atexit.register
def _close_all() -> None:
    for (pid, _), engine in _engines.items():
        if pid == os.getpid() and engine.is_alive:
            engine.close()
