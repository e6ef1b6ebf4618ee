"""The process of a trial, as the worker has it: started ahead with the function imported, given one trial, ended with its whole group."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from typing import Any

from .messages import MAX_LINE, decode, encode
from .target import Target

_POSIX = hasattr(os, "killpg")
_LOOK = 0.02


class TrialProcess:
    """One process for one trial."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @staticmethod
    async def start(target: Target) -> TrialProcess:
        """Starts it: it imports the function while nobody waits."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "durable_tune.worker.child",
            json.dumps(target.as_json()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=MAX_LINE,
            # a group of its own: what the training starts ends with it, and Ctrl-C does not reach it
            start_new_session=_POSIX,
            env=_environment(),
        )
        return TrialProcess(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    def send(self, message: dict[str, Any]) -> None:
        """Says something to it; to one that has ended, nothing."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(encode(message))  # type: ignore[union-attr]

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """What it says, until its end."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            yield decode(line)

    async def ended(self, within: float | None) -> bool:
        """Waits for its end, for so many seconds; None: for ever."""
        end = None if within is None else asyncio.get_running_loop().time() + within
        # asyncio's own wait() also waits for its pipes, which a process that it has forked may hold
        while self.is_alive:
            if end is not None and asyncio.get_running_loop().time() >= end:
                return False
            await asyncio.sleep(_LOOK)
        return True

    async def kill(self) -> None:
        """Ends it and whatever it has started, and waits for it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if _POSIX:
                # also once it has ended itself: its children are of its group
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        await self._process.wait()

    @property
    def death(self) -> str:
        """How it ended, in words."""
        code = self._process.returncode
        if code is not None and code < 0:
            perhaps = " (out of memory, perhaps)" if -code == signal.SIGKILL else ""
            return f"signal {-code}, {signal.strsignal(-code)}{perhaps}"
        return f"exit code {code}"


def _environment() -> Mapping[str, str]:
    # credentials of the server are the worker's: a training has no use for them
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
