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
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from temporalio.worker import Worker

from ..connection import connect, home_of
from .conversation import Conversation
from .program import dtune_command

Answer = TypeVar("Answer")

_BEAT = timedelta(seconds=1)
# what a process that was forked from this one inherits is not its own
_engines: dict[tuple[int, Path], Engine] = {}
_starting = threading.Lock()


class Engine:
    """Use `Engine.of`."""

    def __init__(self, home: Path) -> None:
        """Starts it. Raises TuningError where that is not possible."""
        self.home = home
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="durable-tune engine", daemon=True)
        self._thread.start()
        try:
            self._run(self._open())
        except BaseException:
            self._end_loop()
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
        return self._run(self._conversation.call(call, **fields))

    @contextlib.contextmanager
    def hosting(self, queue: str, activities: Sequence[Callable[..., Any]], *, at_once: int) -> Iterator[None]:
        """Activities are served on this task queue meanwhile, so many at once."""
        stopped = asyncio.Event()
        serving = asyncio.run_coroutine_threadsafe(self._serve(queue, activities, at_once, stopped), self._loop)
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(stopped.set)
            serving.result()

    def close(self) -> None:
        """Ends it. Studies stay."""
        self._run(self._conversation.close())
        self._end_loop()

    async def _open(self) -> None:
        self._conversation = await Conversation.start([*dtune_command(), "serve", "--home", str(self.home)])
        place = await self._conversation.call("place")
        self._client = await connect(place["address"], namespace=place["namespace"], embedded=place["embedded"])

    async def _serve(self, queue: str, activities: Sequence[Callable[..., Any]], at_once: int, stopped: asyncio.Event) -> None:
        async with Worker(
            self._client,
            task_queue=queue,
            activities=activities,
            max_concurrent_activities=at_once,
            max_heartbeat_throttle_interval=_BEAT,
            default_heartbeat_throttle_interval=_BEAT,
        ):
            await stopped.wait()

    def _run(self, doing: Coroutine[Any, Any, Answer]) -> Answer:
        future = asyncio.run_coroutine_threadsafe(doing, self._loop)
        try:
            return future.result()
        except BaseException:
            # Ctrl-C, where it is not its own failure
            future.cancel()
            raise

    def _end_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@atexit.register
def _close_all() -> None:
    for (pid, _), engine in _engines.items():
        if pid == os.getpid() and engine.is_alive:
            engine.close()
