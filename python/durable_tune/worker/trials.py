"""Trial functions as activities of a worker: what the wire contract (study/trial/wire.ts) says of calls, heartbeats and failures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from ..errors import TrialFailedError
from ..wire import TRANSIENT_FAILURE, TRIAL_FAILURE, WireTrial
from .attempt import Attempt, Ending
from .delivery import Address
from .parameters import suggest
from .pool import ProcessPool
from .reports import AttemptReports, Channels
from .target import Target

# heartbeats carry cancellation
_BEAT = 1.0
_MAX_REASON = 2000


class Trials:
    """The trials that one worker runs. A later attempt of a trial ends the earlier one first: two would write the same files."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._channels = Channels()
        self._running: dict[tuple[object, ...], tuple[Attempt, asyncio.Task[Ending]]] = {}
        self._pools: list[ProcessPool] = []

    def activity(self, name: str, target: Target) -> Callable[[Any], Coroutine[Any, Any, Any]]:
        """The function as an activity of this name."""
        pool = ProcessPool(target)
        self._pools.append(pool)

        @activity.defn(name=name)
        async def run_trial(raw: Any) -> Any:
            try:
                facts = WireTrial.read(raw)
            except TrialFailedError as error:
                raise ApplicationError(str(error), type=TRIAL_FAILURE, non_retryable=True) from error
            return await self._run(pool, facts)

        return run_trial

    async def close(self) -> None:
        """Ends the processes that were kept ahead; the worker has ended."""
        for pool in self._pools:
            await pool.close()

    async def _run(self, pool: ProcessPool, facts: WireTrial) -> Any:
        reports = None
        if facts.crossings is not None:
            reports = AttemptReports(self._channels.to(self._client, Address(facts.workflow, facts.first_run_id)), facts)
        attempt = Attempt(
            pool,
            facts,
            reports,
            beat=lambda: activity.heartbeat(attempt.progress.heartbeat()),
            suggest=lambda name, parameter, step: suggest(self._client, facts, name, parameter, step),
        )
        while (earlier := self._running.get(facts.key)) is not None:
            earlier[0].stop()
            await asyncio.wait([earlier[1]])
            # its own activity takes it out
            await asyncio.sleep(0)
        task = asyncio.create_task(attempt.run())
        self._running[facts.key] = (attempt, task)
        beating = asyncio.create_task(_beating(attempt))
        try:
            return _outcome(attempt, await _to_its_end(attempt, task))
        finally:
            beating.cancel()
            del self._running[facts.key]


async def _to_its_end(attempt: Attempt, task: asyncio.Task[Ending]) -> Ending:
    """How it ended. When the activity is cancelled, the trial is told, and waited for all the same."""
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            return await asyncio.shield(task)
        attempt.stop()


async def _beating(attempt: Attempt) -> None:
    timeout = activity.info().heartbeat_timeout
    pause = _BEAT if timeout is None else min(timeout.total_seconds() / 3, _BEAT)
    while True:
        activity.heartbeat(attempt.progress.heartbeat())
        await asyncio.sleep(pause)


def _outcome(attempt: Attempt, ending: Ending) -> Any:
    """What the study reads. Raises its failure: a trial that was ended from outside goes on from its last checkpoint, or is paused there."""
    progress = attempt.progress
    details = activity.cancellation_details()
    # what it returns when the study tells it to end counts; else that would depend on when the worker was shut down
    if ending.kind == "answer" and (not attempt.told_to_stop or (details is not None and details.cancel_requested)):
        return ending.answer
    if attempt.told_to_stop:
        raise _failure(_why_ended(details), TRANSIENT_FAILURE, progress.left())
    kind = TRANSIENT_FAILURE if ending.kind == "transient" else TRIAL_FAILURE
    raise _failure(ending.reason, kind, progress.left())


def _why_ended(details: activity.ActivityCancellationDetails | None) -> str:
    if details is None:
        return "ended, since a later attempt of the same trial starts here"
    if details.worker_shutdown:
        return "the worker is shutting down: the trial goes on from its last checkpoint"
    return "the trial was cancelled" if details.cancel_requested else "the server no longer waits for this attempt"


def _failure(reason: str, kind: str, trace: dict[str, Any]) -> ApplicationError:
    # ordinary, in a study: the worker's log is not the place where it is told
    return ApplicationError(_shortened(reason), trace, type=kind, non_retryable=True, category=ApplicationErrorCategory.BENIGN)


def _shortened(text: str) -> str:
    """Its beginning and its end, as Unicode that every wire carries."""
    half = _MAX_REASON // 2
    cut = text if len(text) <= _MAX_REASON else f"{text[: half - 2]} … {text[1 - half :]}"
    return cut.encode(errors="replace").decode()
