"""What says that the server, or the worker that has to answer, is just not there: the same question may do later (client/history.ts)."""

from __future__ import annotations

from temporalio.client import WorkflowQueryFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

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
