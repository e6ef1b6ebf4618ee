"""Updates of an open study, repeated until the study has answered: what was asked twice happens once (client/updates.ts)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from ..errors import StudyError
from ..wire import DEFINITION_FAILURE
from .passing import is_passing
from .reader import StudyReader

_PAUSE, _POLL = 0.25, 0.1
# edits that a worker still has to say of whether the samplers can serve them (study/ledger/apply.ts, `isChecked`)
_CHECKED = ("sampler", "space", "parallel")
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


async def send_edit(reader: StudyReader, request_id: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The study's status, once it has taken the edit in. Raises StudyError where it is refused: nothing has changed then."""
    status: dict[str, Any] = await send_update(reader, "editStudy", f"edit {request_id}", request)
    # what no worker has to check has its answer
    while request["edit"]["kind"] in _CHECKED:
        log = (await reader.edits())["edits"]
        entry: dict[str, Any] = next((each for each in log if each["requestId"] == request_id), {})
        if "refused" in entry:
            raise StudyError(entry["refused"])
        if not entry.get("checking"):
            break
        await asyncio.sleep(_POLL)
    return status


def _closed(reader: StudyReader) -> StudyError:
    if reader.store().archive(reader.name) is None:
        return reader.unknown()
    return StudyError(f"study {reader.name!r} has closed: it takes nothing more")
