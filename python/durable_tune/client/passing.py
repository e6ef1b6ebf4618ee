"""What says that the server, or the worker that has to answer, is just not there: the same question may do later (client/history.ts)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.client import WorkflowQueryFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

Answer = TypeVar("Answer")

_PAUSE = 0.25
_PASSING = (
    RPCStatusCode.CANCELLED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    # a step is being repeated
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.UNAVAILABLE,
)


def is_passing(error: BaseException) -> bool:
    if isinstance(error, WorkflowUpdateRPCTimeoutOrCancelledError):
        return True
    if isinstance(error, WorkflowQueryFailedError) and isinstance(error.__cause__, RPCError):
        return is_passing(error.__cause__)
    return isinstance(error, RPCError) and error.status in _PASSING


async def persistently(ask: Callable[[], Awaitable[Answer]], patience: float) -> Answer:
    """What it gives, once somebody can say; the last error after so many seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        try:
            return await ask()
        except Exception as error:
            if not is_passing(error) or loop.time() >= end:
                raise
        await asyncio.sleep(_PAUSE)
