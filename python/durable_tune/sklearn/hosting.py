"""Trials that run in threads of this process, as an activity of the wire contract: data that is only here never leaves it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from ..answer import answer_of
from ..errors import TrialStopped
from ..wire import TRANSIENT_FAILURE, TRIAL_FAILURE, WireTrial

Run = Callable[[WireTrial, threading.Event], Any]
"""Runs a trial, to its answer; the event is set where it is to end before."""

_BEAT = 1.0
_MOST_WORDS = 2000


def hosted(name: str, run: Run, threads: ThreadPoolExecutor) -> Callable[[Any], Coroutine[Any, Any, Any]]:
    """An activity of this name."""

    @activity.defn(name=name)
    async def run_trial(raw: Any) -> Any:
        stopped = threading.Event()
        running = asyncio.get_running_loop().run_in_executor(threads, lambda: answer_of(run(WireTrial.read(raw), stopped)))
        beating = asyncio.create_task(_beating())
        try:
            while True:
                # a thread cannot be ended from outside: cancelled, it is told, and waited for
                with contextlib.suppress(asyncio.CancelledError):
                    return await asyncio.shield(running)
                stopped.set()
        except TrialStopped as error:
            raise _failure(str(error), TRANSIENT_FAILURE) from error
        except Exception as error:
            raise _failure(f"{type(error).__name__}: {error}", TRIAL_FAILURE) from error
        finally:
            beating.cancel()

    return run_trial


async def _beating() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(_BEAT)


def _failure(reason: str, kind: str) -> ApplicationError:
    # whoever searches is told: the worker's log need not
    return ApplicationError(reason[-_MOST_WORDS:], type=kind, non_retryable=True, category=ApplicationErrorCategory.BENIGN)
