"""One attempt at a trial: its process started, watched and ended, its progress kept."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from ..wire import WireTrial
from .pool import ProcessPool
from .process import TrialProcess
from .progress import Progress
from .reports import AttemptReports

GRACE = 5.0
"""Seconds that a trial which was told to end may still take."""


Suggest = Callable[[str, "dict[str, Any]", "float | None"], Awaitable["dict[str, Any]"]]
"""Of a name, what it may be, and the last step: what the process is told (parameters.py)."""


_LAST_WORDS = 1.0


@dataclass(frozen=True)
class Ending:
    """How the process of an attempt ended: with an answer, by a failure of its own, or by one that is not its own."""

    kind: Literal["answer", "failed", "transient"]
    answer: dict[str, Any] | None = None
    reason: str = ""


class Attempt:
    """`run` it once, in a task; `stop` it before its end where need be."""

    def __init__(
        self, pool: ProcessPool, facts: WireTrial, reports: AttemptReports | None, beat: Callable[[], None], suggest: Suggest | None = None
    ) -> None:
        """`beat` is called when there is a new checkpoint; `suggest` asks the study for a parameter, after the last step that was reported."""
        self.progress = Progress(facts)
        self.told_to_stop = False
        self._pool, self._facts, self._reports, self._beat = pool, facts, reports, beat
        self._process: TrialProcess | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._suggest = suggest
        self._step: float | None = None
        # verdicts and parameters that the process waits for
        self._asked: set[asyncio.Task[None]] = set()
        self._asking: asyncio.Task[None] | None = None

    async def run(self) -> Ending:
        try:
            process = await self._pool.take()
        except OSError as error:
            return Ending("transient", reason=f"cannot start a process for the trial: {error}")
        self._process = process
        process.send({"trial": self._facts.raw})
        if self.told_to_stop:
            self._tell(process)
        try:
            ending = await self._ending(process)
            # what its libraries do at exit is done within the grace
            await process.ended(GRACE)
        finally:
            await process.kill()
            for task in (self._stopping, *self._asked):
                if task is not None:
                    task.cancel()
        if ending is None:
            death = process.death
            ending = Ending("failed", reason=f"the process of the trial ended before it gave a result ({death}): its output says more")
        if self._reports is not None:
            # the study hears of the last report before the end
            await self._reports.close()
        return ending

    def stop(self) -> None:
        """Tells the trial to end; after the grace it is ended. Returns at once."""
        if self.told_to_stop:
            return
        self.told_to_stop = True
        if self._process is not None:
            self._tell(self._process)

    def _tell(self, process: TrialProcess) -> None:
        async def end() -> None:
            process.send({"stop": True})
            if self._asking is not None:
                self._asking.cancel()
            if not await process.ended(GRACE):
                await process.kill()

        self._stopping = asyncio.create_task(end())

    async def _ending(self, process: TrialProcess) -> Ending | None:
        """How it ended; None where it has just ended: what it forked may hold its end of the pipe open."""
        watching, ended = asyncio.create_task(self._watch(process)), asyncio.create_task(process.ended(None))
        try:
            await asyncio.wait([watching, ended], return_when=asyncio.FIRST_COMPLETED)
            # its last words may still be on their way
            await asyncio.wait([watching], timeout=_LAST_WORDS)
            return watching.result() if watching.done() else None
        finally:
            watching.cancel()
            ended.cancel()

    async def _watch(self, process: TrialProcess) -> Ending | None:
        """Until it has said how it ended; None where it has just ended."""
        with contextlib.suppress(ValueError):
            async for message in process.messages():
                if "report" in message:
                    step, value = message["report"]
                    self._step = step
                    self._reported(process, (step, value), wait=message["wait"])
                elif "suggest" in message:
                    self._asking = self._answer(process, self._suggested(*message["suggest"]))
                elif "checkpoint" in message:
                    self.progress.checkpoint = message["checkpoint"]
                    self._beat()
                elif "restored" in message:
                    self.progress.restored = message["restored"]
                elif "answer" in message:
                    return Ending("answer", answer=self.progress.answer(message["answer"]))
                elif "failed" in message:
                    return Ending("failed", reason=message["failed"])
                elif "transient" in message:
                    return Ending("transient", reason=message["transient"])
        return None

    def _reported(self, process: TrialProcess, reported: tuple[float, float], wait: bool) -> None:
        crosses = self.progress.report(reported) and self._reports is not None
        if not wait:
            if crosses and self._reports is not None:
                self._reports.post(reported)
            return
        if not crosses or self._reports is None:
            process.send({"verdict": "go on"})
            return
        reports = self._reports

        async def verdict() -> dict[str, Any]:
            return {"verdict": await reports.verdict(reported)}

        self._answer(process, verdict())

    async def _suggested(self, name: str, parameter: dict[str, Any]) -> dict[str, Any]:
        if self._suggest is None:
            return {"suggested": {"refused": f"{name}: there is no study to ask"}}
        try:
            return {"suggested": await self._suggest(name, parameter, self._step)}
        except asyncio.CancelledError:
            # who is told to end does not wait for a value
            return {"suggested": {"ended": True}}

    def _answer(self, process: TrialProcess, answer: Coroutine[Any, Any, dict[str, Any]]) -> asyncio.Task[None]:
        """Tells the process, once there is an answer."""

        async def tell() -> None:
            process.send(await answer)

        task = asyncio.create_task(tell())
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)
        return task
