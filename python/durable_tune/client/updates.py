"""Updates of an open study, repeated until the study has answered: what was asked twice happens once (client/updates.ts)."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from ..errors import StudyError
from ..wire import DEFINITION_FAILURE
from .passing import is_passing
from .reader import StudyReader

_PAUSE = 0.25
# the server's own refusals: the run ended between taking it in and answering, or a step that it came with was lost with its worker
_BETWEEN = ("AcceptedUpdateCompletedWorkflow", "UnprocessedUpdate")


async def send_update(reader: StudyReader, update: str, update_id: str, request: Any) -> Any:
    """The study's answer. `update_id` is the same for the same update: a run that has answered it answers so again.

    Raises StudyError where the study refuses it, or there is no open study of this name.
    """
    while True:
        try:
            return await reader.client.get_workflow_handle(reader.workflow).execute_update(update, request, id=update_id)
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                raise _closed(reader) from error
            if not is_passing(error):
                raise
        except WorkflowUpdateFailedError as error:
            refusal = error.cause
            if isinstance(refusal, ApplicationError) and refusal.type == DEFINITION_FAILURE:
                raise StudyError(refusal.message) from error
            if not isinstance(refusal, ApplicationError) or refusal.type not in _BETWEEN:
                raise
            run = await reader.run()
            if run is None or not run.is_open:
                raise _closed(reader) from error
        # a run that continued as new, a worker or a server that is away: the request's own id makes repeating safe
        await asyncio.sleep(_PAUSE)


def _closed(reader: StudyReader) -> StudyError:
    if reader.store().archive(reader.name) is None:
        return reader.unknown()
    return StudyError(f"study {reader.name!r} has closed: it takes nothing more")
