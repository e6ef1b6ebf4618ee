"""A workflow that calls one trial as a study does, and hears of its reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError


@workflow.defn(name="study")
class Study:
    def __init__(self) -> None:
        self.signals: list[Any] = []
        self.updates: list[Any] = []
        self.asks: list[Any] = []
        self.cancelled = False

    @workflow.run
    async def run(self, name: str, queue: str, wire: dict[str, Any], heartbeat: float) -> dict[str, Any]:
        info = workflow.info()
        task = workflow.start_activity(
            name,
            {"workflow": info.workflow_id, "firstRunId": info.first_execution_run_id, **wire},
            task_queue=queue,
            heartbeat_timeout=timedelta(seconds=heartbeat),
            start_to_close_timeout=timedelta(minutes=5),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        await workflow.wait_condition(lambda: self.cancelled or task.done())
        if self.cancelled:
            task.cancel()
        return await _ending(task)

    @workflow.signal(name="trialReports")
    def hear(self, reports: Any) -> None:
        self.signals.append(reports)

    @workflow.update(name="judgeReports")
    def judge(self, reports: Any) -> list[str]:
        self.updates.append(reports)
        return ["prune" if each["step"] >= 5 else "go on" for each in reports["reports"]]

    @workflow.update(name="suggestParameter")
    def suggest(self, message: Any) -> list[Any]:
        """Answers the second time; refuses what is called bad."""
        answers: list[Any] = []
        for ask in message["asks"]:
            if ask["name"] == "bad":
                answers.append({"refused": "bad cannot be"})
            elif ask in self.asks:
                answers.append({"value": next(iter(ask["parameter"].values()))[0]})
            else:
                self.asks.append(ask)
                answers.append({"wait": True})
        return answers

    @workflow.signal
    def cancel(self) -> None:
        self.cancelled = True

    @workflow.query
    def heard(self) -> dict[str, Any]:
        return {"signals": self.signals, "updates": self.updates, "asks": self.asks}


async def _ending(task: workflow.ActivityHandle[Any]) -> dict[str, Any]:
    try:
        return {"answer": await task}
    except ActivityError as error:
        cause = error.cause
        if isinstance(cause, ApplicationError):
            return {"type": cause.type, "reason": cause.message, "left": cause.details[0] if cause.details else None}
        if isinstance(cause, TimeoutError):
            return {"type": "timeout", "left": next(iter(cause.last_heartbeat_details), None)}
        return {"type": type(cause).__name__, "reason": str(cause)}
