"""Trials lent to others: asked for, granted for a while, told (client/lending.ts)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import StudyError
from ..nesting import nest
from .passing import is_passing
from .reader import StudyReader
from .updates import send_update


@dataclass(frozen=True)
class LeasedTrial:
    """A trial lent to whoever asked, until it is told or the lease runs out (`until`, ISO 8601)."""

    lease: str
    number: int
    params: dict[str, Any]
    """Parameter values; those with dotted names are nested."""
    seed: int
    until: str
    checkpoint: str | None
    """Of an earlier lease that ran out."""


async def borrow(
    reader: StudyReader, fixed: Mapping[str, Any] | None, who: str | None, lease: float, wait: float, request_id: str | None
) -> LeasedTrial | None:
    """None where there is none to give, within `wait` seconds."""
    given_id = request_id or str(uuid.uuid4())
    request: dict[str, Any] = {"requestId": given_id, "leaseMs": round(lease * 1000)}
    if who is not None:
        request["who"] = who
    if fixed:
        request["fixed"] = dict(fixed)
    view = await send_update(reader, "askTrial", f"ask {given_id}", request)
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + wait, 0.05
    while view["state"] == "waiting" and loop.time() < end:
        await asyncio.sleep(min(pause, max(0, end - loop.time())))
        pause = min(1, pause * 1.5)
        try:
            view = await reader.query("trialLease", given_id) or {"state": "unknown"}
        except Exception as error:
            if not is_passing(error):
                raise
    if view["state"] == "granted":
        params = nest(view["params"])
        return LeasedTrial(given_id, view["number"], params, view["seed"], view["until"], view.get("checkpoint"))
    if view["state"] == "waiting":
        # it may be granted at this very moment, and must then not be lost for an hour
        try:
            await tell(reader, given_id, {"kind": "give back"})
        except StudyError:
            # the study has ended, and its leases with it
            pass
    return None


async def tell(reader: StudyReader, lease: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """The study's status. Raises StudyError where it is refused."""
    kinds = {"renew": str(uuid.uuid4()), "give back": f"back {lease}"}
    # a lease ends once, but may be renewed many times
    update_id = kinds.get(outcome["kind"], f"tell {lease}")
    status: dict[str, Any] = await send_update(reader, "tellTrial", update_id, {"lease": lease, "outcome": outcome})
    return status
