"""
Processes for the trials of one function. One is kept ahead, with the function imported: so that a trial does not wait for the import of its
libraries. None runs two trials: what one leaves behind in its process must not reach another.
"""

from __future__ import annotations

import asyncio

from .process import TrialProcess
from .target import Target


class ProcessPool:
    def __init__(self, target: Target) -> None:
        self._target = target
        self._ahead: asyncio.Task[TrialProcess] | None = None
        self._closed = False

    async def take(self) -> TrialProcess:
        """A process for one trial: the caller ends it."""
        ahead, self._ahead = self._ahead, None
        process = await ahead if ahead is not None else None
        if process is None or not process.is_alive:
            process = await TrialProcess.start(self._target)
        if not self._closed:
            self._ahead = asyncio.create_task(TrialProcess.start(self._target))
        return process

    async def close(self) -> None:
        """Ends the one that was kept ahead."""
        self._closed = True
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            await (await ahead).kill()
