"""Reads one study by its name: an open one by queries, a closed one in the artifact store, blocks of either there (client/study-reader.ts)."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from temporalio.client import Client, WorkflowExecutionStatus, WorkflowQueryFailedError, WorkflowQueryRejectedError
from temporalio.common import QueryRejectCondition
from temporalio.service import RPCError, RPCStatusCode

from ..errors import StudyError
from ..measurement import Measurement
from .blocks import decode_rows
from .passing import persistently
from .records import Records
from .store import Store

_PAGE_ROWS = 1000
_QUERY = timedelta(seconds=10)
# what a workflow says of a step that it gives back (study/errors.ts, GIVEN_BACK)
_GIVEN_BACK = "the step is given back"


@dataclass(frozen=True)
class Run:
    """The last run of a study on the server. `first_run_id` is the same over all runs of one study: continue-as-new makes new ones."""

    run_id: str
    first_run_id: str
    is_open: bool


class StudyReader:
    """`store` is asked for only where the study does not say it all by itself; `patience`: seconds that a server or a worker may be away."""

    def __init__(self, client: Client, name: str, store: Callable[[], Store], patience: float) -> None:
        self.client, self.name, self.store, self._patience = client, name, store, patience
        self.workflow = f"dtune/{name}"

    async def run(self) -> Run | None:
        """None where the server knows none."""
        return await persistently(self._run, self._patience)

    async def _run(self) -> Run | None:
        try:
            found = await self.client.get_workflow_handle(self.workflow).describe()
        except RPCError as error:
            if error.status == RPCStatusCode.NOT_FOUND:
                return None
            raise
        first = found.raw_description.workflow_execution_info.first_run_id
        return Run(found.run_id, first or found.run_id, found.status == WorkflowExecutionStatus.RUNNING)

    async def query(self, query: str, *args: Any) -> Any:
        """The open study's answer, or None where none is open."""
        while True:
            run = await self.run()
            if run is None or not run.is_open:
                return None
            # a run that has closed would have to be replayed whole to answer
            ask = partial(
                self.client.get_workflow_handle(self.workflow).query,
                query,
                args=args,
                reject_condition=QueryRejectCondition.NOT_OPEN,
                rpc_timeout=_QUERY,
            )
            try:
                return await persistently(ask, self._patience)
            except WorkflowQueryRejectedError:
                # it has just continued as new: the next run answers
                continue
            except (RPCError, WorkflowQueryFailedError) as error:
                # it begins anew from history, and answers then
                if _GIVEN_BACK not in str(error):
                    raise

    async def status(self) -> dict[str, Any]:
        """What the study says of itself now. Raises StudyError where there is none of this name, or it ended without a result."""
        status: dict[str, Any] | None = await self.query("studyStatus")
        if status is not None:
            return status
        run = await self.run()
        archive = self.store().archive(self.name)
        if run is not None and (archive is None or archive["firstRunId"] != run.first_run_id):
            # the last run may have ended without a result: refused by its worker, or terminated
            raise StudyError(f"study {self.name!r} ended without a result: `dtune status {self.name}` says more")
        if archive is None:
            raise self.unknown()
        closed: dict[str, Any] = archive["status"]
        return closed

    async def edits(self) -> dict[str, Any]:
        """The definition as it now stands, and the audit log of its edits."""
        edits: dict[str, Any] | None = await self.query("studyEdits")
        if edits is not None:
            return edits
        archive = self.archived()
        last = archive["epochs"][-1]
        definition = archive["definition"] | {key: last[key] for key in ("space", "sampler", "parallel")}
        return {"definition": definition, "epochs": archive["epochs"], "edits": archive["edits"], "next": archive["status"]["asked"]}

    async def trials(self, start: int = 0) -> AsyncIterator[dict[str, Any]]:
        """Records from a number on, in number order, as they are now."""
        definition = (await self.edits())["definition"]
        following = start
        while True:
            page = await self.query("studyTrials", {"from": following, "limit": _PAGE_ROWS})
            is_open = page is not None
            if not is_open:
                page = self.archived()
            records = Records(definition, page["epochs"])
            blocks = [block for block in page["blocks"] if block["first"] + block["rows"] > following]
            parts = [self.store().blob(block["sha256"]) for block in blocks]
            if is_open:
                parts.append(base64.b64decode(page["rows"]))
            before = following
            for row in (row for part in parts for row in decode_rows(part)):
                if row.number >= following:
                    yield records.read(row)
                    following = row.number + 1
            if not is_open or following >= page["total"] or following == before:
                return

    async def trial(self, number: int) -> dict[str, Any]:
        """One record. Raises StudyError where there is no such trial."""
        async for record in self.trials(number):
            if record["number"] == number:
                return record
            break
        raise StudyError(f"study {self.name!r} has no trial {number}")

    async def curve(self, number: int) -> list[Measurement]:
        """All measurements of a trial."""
        record = await self.trial(number)
        curve = json.loads(self.store().blob(record["curve"])) if "curve" in record else record["reports"]
        return [(step, value) for step, value in curve]

    async def predictions(self, number: int) -> Any:
        """What a trial predicted, or None."""
        digest = re.fullmatch("sha256:([0-9a-f]{64})", (await self.trial(number)).get("predictions", ""))
        return json.loads(self.store().blob(digest[1])) if digest else None

    def archived(self) -> dict[str, Any]:
        archive = self.store().archive(self.name)
        if archive is None:
            raise self.unknown()
        return archive

    def unknown(self) -> StudyError:
        """There is no study of this name."""
        names = ", ".join(self.store().names())
        return StudyError(
            f"there is no study named {self.name!r}; {f'closed studies here are {names}' if names else 'none has closed here yet'}"
        )
