"""A running `dtune serve`: calls and answers as JSON lines (cli/serve/conversation.ts)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Sequence
from typing import Any

from ..errors import StudyError, TuningError

# the trials of a study come as one line
_MAX_LINE = 1 << 30
_LAST_WORDS = 20
_REFUSALS = ("StudyDefinitionError",)


class Conversation:
    """Belongs to the event loop it was started in. Where the engine ends, calls that wait for it fail."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._said: deque[str] = deque(maxlen=_LAST_WORDS)
        self._id = 0
        self._listening = [asyncio.create_task(self._listen()), asyncio.create_task(self._hear())]

    @staticmethod
    async def start(command: Sequence[str]) -> Conversation:
        """Raises TuningError where the program cannot be started."""
        pipe = asyncio.subprocess.PIPE
        try:
            # a session of its own: Ctrl-C is this process's to hear, and a notebook's is no end
            process = await asyncio.create_subprocess_exec(
                *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=_MAX_LINE, start_new_session=True
            )
        except OSError as error:
            raise TuningError(f"{command[0]} cannot be started: {error}; expected the program dtune, which needs Node 20.19 or newer") from error
        return Conversation(process)

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def call(self, call: str, **fields: Any) -> Any:
        """The answer. Raises StudyError where the engine refuses the call, TuningError where it failed, or has ended."""
        if not self.is_alive:
            raise self._ended()
        self._id = number = self._id + 1
        line = json.dumps({"id": number, "call": call, **fields}, allow_nan=False)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(f"{line}\n".encode())  # type: ignore[union-attr]
        try:
            return await answer
        finally:
            del self._waiting[number]

    async def close(self) -> None:
        """Ends it; studies go on in the background, if somebody serves their trials."""
        with contextlib.suppress(ConnectionError):
            self._process.stdin.close()  # type: ignore[union-attr]
        await self._process.wait()
        await asyncio.wait(self._listening)

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            message = json.loads(line)
            answer = self._waiting.get(message["id"])
            if answer is None or answer.done():
                continue
            if "error" in message:
                answer.set_exception(_error(**message["error"]))
            else:
                answer.set_result(message["answer"])
        await self._process.wait()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(self._ended())

    async def _hear(self) -> None:
        assert self._process.stderr is not None
        while line := await self._process.stderr.readline():
            self._said.append(line.decode(errors="replace").rstrip())

    def _ended(self) -> TuningError:
        words = "\n".join(self._said)
        return TuningError(f"the engine has ended with exit code {self._process.returncode}:\n{words}" if words else "the engine has ended")


def _error(name: str, message: str) -> TuningError:
    return (StudyError if name in _REFUSALS else TuningError)(message)
