"""What one attempt asks its study for while it runs (activities/by-run): the study answers at once, for now perhaps only that it is to be asked again."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from ..wire import SUGGEST_UPDATE, WireTrial
from .delivery import Address, is_open, was_between

# seconds before it is asked again: twice as long each time
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
_UPDATE = timedelta(seconds=30)


async def suggest(client: Client, facts: WireTrial, name: str, parameter: dict[str, Any], step: float | None) -> dict[str, Any]:
    """{"value": …}, {"refused": reason} or {"ended": true}. It asks until there is one of them."""
    if facts.suggested is None:
        return {"refused": f"{name}: trials of this study ask for no parameters, expected defineByRun: true in its definition"}
    if facts.phase == "test":
        known = {each["name"]: each["value"] for each in facts.suggested}
        if name in known:
            return {"value": known[name]}
        return {"refused": f"{name} was never asked for in the trial that is tested: expected the same parameters as in tuning"}
    ask = {"number": facts.number, "name": name, "parameter": parameter} | ({} if step is None else {"step": step})
    address, pause = Address(facts.workflow, facts.first_run_id), _FIRST_PAUSE
    while True:
        answer = await _asked(client, address, ask)
        if answer is not None and "wait" not in answer:
            return answer
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _asked(client: Client, address: Address, ask: dict[str, Any]) -> dict[str, Any] | None:
    """Tries once; None where it may be answered later."""
    message = {"firstRunId": address.first_run_id, "asks": [ask]}
    handle = client.get_workflow_handle(address.workflow)
    try:
        answers: Any = await handle.execute_update(SUGGEST_UPDATE, message, id=str(uuid.uuid4()), rpc_timeout=_UPDATE)
        return answers[0] if isinstance(answers, list) and answers and isinstance(answers[0], dict) else None
    except WorkflowUpdateRPCTimeoutOrCancelledError:
        return None
    except WorkflowUpdateFailedError as error:
        return None if was_between(error.cause) else {"refused": str(error.cause or error)}
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND or await is_open(client, address):
            return None
        return {"ended": True}
