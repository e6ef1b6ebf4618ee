"""One message with reports to a study, and what its failure means (activities/reports/delivery.ts)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from ..wire import JUDGE_UPDATE, REPORTS_SIGNAL

Arrival = Literal["go on", "prune", "sent", "lost"]
"""What became of a report: a verdict, or that it was sent without asking for one, or given up."""

_SIGNAL = timedelta(seconds=10)
# an update waits until a worker of the study has answered
_UPDATE = timedelta(seconds=30)

# the server's own refusals of an update: the run ended before it answered, or a step was lost with its worker
BETWEEN = ("AcceptedUpdateCompletedWorkflow", "UnprocessedUpdate")


@dataclass(frozen=True)
class Address:
    """A study: its workflow id, and its first run, since another study may have the name by now."""

    workflow: str
    first_run_id: str


@dataclass(frozen=True)
class Report:
    number: int
    attempt: int
    step: float
    value: float

    def as_json(self) -> dict[str, Any]:
        return {"number": self.number, "attempt": self.attempt, "step": self.step, "value": self.value}


async def deliver(client: Client, address: Address, reports: Sequence[Report], update_id: str | None) -> list[Arrival] | None:
    """Tries once. What became of each report, or None where the same message may arrive later.

    `update_id` asks for verdicts; None: nobody waits for any.
    """
    handle = client.get_workflow_handle(address.workflow)
    message = {"firstRunId": address.first_run_id, "reports": [each.as_json() for each in reports]}
    lost: list[Arrival] = ["lost" for _ in reports]
    try:
        if update_id is None:
            await handle.signal(REPORTS_SIGNAL, message, rpc_timeout=_SIGNAL)
            return ["sent" for _ in reports]
        verdicts: Any = await handle.execute_update(JUDGE_UPDATE, message, id=update_id, rpc_timeout=_UPDATE)
        told = verdicts if isinstance(verdicts, list) else []
        return ["prune" if i < len(told) and told[i] == "prune" else "go on" for i in range(len(reports))]
    except WorkflowUpdateRPCTimeoutOrCancelledError:
        return None
    except WorkflowUpdateFailedError as error:
        return None if was_between(error.cause) else lost
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            return None
        # an update may be unknown where its study is not: its run has continued as new, or its worker has died
        return lost if update_id is None or not await is_open(client, address) else None


def was_between(cause: BaseException | None) -> bool:
    """An update that no workflow has refused: the run there is now, if there is one, may be asked."""
    return isinstance(cause, ApplicationError) and cause.type in BETWEEN


async def is_open(client: Client, address: Address) -> bool:
    """True where nobody can say."""
    try:
        found = await client.get_workflow_handle(address.workflow).describe(rpc_timeout=_SIGNAL)
    except RPCError as error:
        return error.status != RPCStatusCode.NOT_FOUND
    first = found.raw_description.workflow_execution_info.first_run_id
    return found.status == WorkflowExecutionStatus.RUNNING and first == address.first_run_id
