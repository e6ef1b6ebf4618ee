"""A worker on a real server, called as a study calls it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from durable_tune.worker.command import main
from durable_tune.worker.serve import serve
from durable_tune.worker.target import Target

from .conftest import fixture, temporal_program
from .study import Study
from .test_attempt import TRAININGS, ended, there, until

# the workflow that calls the trial says itself which it is
WIRE = {name: value for name, value in fixture("requests")[0]["wire"].items() if name not in ("workflow", "firstRunId")}


class Place:
    """A server, and a worker that runs `Study`."""

    def __init__(self, client: Client, queue: str) -> None:
        self.client, self.queue = client, queue

    async def start(self, name: str, params: dict[str, Any], heartbeat: float = 5, **changes: Any) -> WorkflowHandle[Any, Any]:
        wire = WIRE | {"params": params} | changes
        return await self.client.start_workflow(
            "study", args=[name, self.queue, wire, heartbeat], id=str(uuid.uuid4()), task_queue="studies"
        )

    async def run(self, name: str, params: dict[str, Any], **changes: Any) -> dict[str, Any]:
        handle = await self.start(name, params, **changes)
        ending: dict[str, Any] = await handle.result()
        return ending


@pytest.fixture(scope="module")
def server() -> Any:
    """The address of one."""
    loop = asyncio.new_event_loop()
    options = {"dev_server_existing_path": temporal_program(), "ip": "127.0.0.1"}
    environment = loop.run_until_complete(WorkflowEnvironment.start_local(**options))  # type: ignore[arg-type]
    yield environment.client.service_client.config.target_host
    loop.run_until_complete(environment.shutdown())
    loop.close()


@asynccontextmanager
async def place(server: str, *names: str) -> AsyncIterator[tuple[Place, asyncio.Event]]:
    """With trials served; the event ends their worker."""
    client = await Client.connect(server)
    found, stopped = Place(client, str(uuid.uuid4())), asyncio.Event()
    async with Worker(client, task_queue="studies", workflows=[Study], workflow_runner=UnsandboxedWorkflowRunner()):
        targets = {name: Target(module=TRAININGS, name=name) for name in names}
        serving = asyncio.create_task(serve(client, found.queue, targets, stopped, max_trials=4)) if names else None
        yield found, stopped
        stopped.set()
        if serving:
            await serving


def test_answers_and_failures_reach_the_study(server: str) -> None:
    async def body() -> list[dict[str, Any]]:
        async with place(server, "good", "raising", "away") as (here, _):
            return list(await asyncio.gather(*(here.run(name, params) for name, params in calls)))

    calls: list[tuple[str, dict[str, Any]]] = [("good", {"lr": 0.5}), ("raising", {"lr": 0.5}), ("away", {}), ("good", {"lr": "fast"})]
    good, raising, away, wrong = asyncio.run(body())
    assert good["answer"]["value"] == 0.5
    assert good["answer"]["reports"] == [[1, 0.5], [2, 1], [3, 1.5]]
    assert (raising["type"], raising["reason"]) == ("TrialFailedError", "ZeroDivisionError: the learning rate exploded ?")
    assert raising["left"] == {"checkpoint": "before", "steps": 1, "reports": [[1, 0.5]]}
    assert (away["type"], away["reason"], away["left"]["checkpoint"]) == ("TransientError", "no disk", "before")
    assert wrong["type"] == "TrialFailedError"


def test_a_version_that_it_does_not_know_is_refused(server: str) -> None:
    async def body() -> dict[str, Any]:
        async with place(server, "good") as (here, _):
            return await here.run("good", {}, wire=2)

    assert asyncio.run(body())["reason"].startswith("the trial is of wire version 2")


def test_training_does_not_hold_up_heartbeats(server: str) -> None:
    async def body() -> dict[str, Any]:
        async with place(server, "busy") as (here, _):
            return await here.run("busy", {"seconds": 2.5}, heartbeat=1)

    assert asyncio.run(body())["answer"]["value"] == 1


def test_what_a_trial_returns_when_its_study_tells_it_to_end_counts(server: str, tmp_path: Path) -> None:
    async def body() -> dict[str, Any]:
        async with place(server, "obedient") as (here, _):
            handle = await here.start("obedient", {"folder": str(tmp_path)})
            await there(tmp_path / "started")
            await handle.signal("cancel")
            ending: dict[str, Any] = await handle.result()
            return ending

    assert asyncio.run(body())["answer"] == {"value": 0.5, "reports": [], "checkpoint": "at the end"}


def test_a_worker_that_shuts_down_leaves_its_trials_at_their_checkpoints(server: str, tmp_path: Path) -> None:
    async def body() -> dict[str, Any]:
        async with place(server, "obedient") as (here, stopped):
            handle = await here.start("obedient", {"folder": str(tmp_path)})
            await there(tmp_path / "started")
            stopped.set()
            ending: dict[str, Any] = await handle.result()
            return ending

    ending = asyncio.run(body())
    assert (ending["type"], ending["left"]["checkpoint"]) == ("TransientError", "at the end")


def test_a_later_attempt_ends_the_earlier_one_first(server: str, tmp_path: Path) -> None:
    async def body() -> tuple[dict[str, Any], dict[str, Any]]:
        async with place(server, "obedient", "good") as (here, _):
            first = await here.start("obedient", {"folder": str(tmp_path)}, number=1)
            await there(tmp_path / "started")
            as_one = {"workflow": first.id, "firstRunId": first.first_execution_run_id}
            second = await here.start("good", {"lr": 0.5}, number=1, attempt=2, **as_one)
            return await first.result(), await second.result()

    first, second = asyncio.run(body())
    assert (first["type"], first["reason"]) == ("TransientError", "ended, since a later attempt of the same trial starts here")
    assert second["answer"]["attributes"]["attempt"] == 2


def test_reports_that_cross_reach_the_study_once_each_in_order(server: str) -> None:
    async def body() -> tuple[Any, str]:
        async with place(server, "good") as (here, _):
            handle = await here.start("good", {"lr": 0.5}, crossings={"from": 1, "every": 2, "most": 8}, attempt=2, crossed=[[0.5, 9]])
            assert (await handle.result())["answer"]["crossed"] == [[0.5, 9], [1, 0.5], [3, 1.5]]
            return await handle.query("heard"), handle.first_execution_run_id or ""

    heard, run_id = asyncio.run(body())
    reports = [each for message in heard["signals"] for each in message["reports"]]
    assert reports == [{"number": 7, "attempt": 2, "step": step, "value": value} for step, value in ((0.5, 9), (1, 0.5), (3, 1.5))]
    assert {message["firstRunId"] for message in heard["signals"]} == {run_id}
    assert heard["updates"] == []


def test_a_trial_that_waits_is_pruned_by_the_studys_word(server: str, tmp_path: Path) -> None:
    async def body() -> Any:
        async with place(server, "pruned") as (here, _):
            handle = await here.start("pruned", {"folder": str(tmp_path)}, crossings={"from": 1, "every": 2, "most": 80})
            return await handle.result(), await handle.query("heard")

    ending, heard = asyncio.run(body())
    # every second step is asked about, and the first of them from 5 on is 5
    assert (tmp_path / "pruned").read_text() == "5"
    assert [each["step"] for message in heard["updates"] for each in message["reports"]] == [1, 3, 5]
    assert (ending["reason"], ending["left"]["crossed"]) == ("trial 7 is pruned at step 5", [[1, 1], [3, 3], [5, 5]])


def test_a_trial_is_given_what_it_asks_for(server: str) -> None:
    async def body() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]:
        async with place(server, "asking", "asking_badly") as (here, _):
            handle = await here.start("asking", {}, suggested=[])
            ending = await handle.result()
            tested = {"phase": "test", "suggested": [{"name": "lr", "value": 0.5}]}
            return (
                {"ending": ending, "heard": await handle.query("heard")},
                await here.run("asking_badly", {}, suggested=[]),
                await here.run("asking", {}),
                await here.run("asking", {}, **tested),
            )

    good, refused, plain, tested = asyncio.run(body())
    assert good["ending"]["answer"] | {"reports": []} == {"value": 1e-5, "attributes": {"depth": 1, "kind": "a"}, "reports": []}
    assert good["heard"]["asks"] == [
        {"number": 7, "name": "lr", "parameter": {"float": [1e-5, 0.1], "scale": "log"}, "step": 2},
        {"number": 7, "name": "model.depth", "parameter": {"int": [1, 8]}, "step": 2},
        {"number": 7, "name": "kind", "parameter": {"ordinal": ["a", None]}, "step": 2},
    ]
    assert (refused["type"], refused["reason"]) == ("TrialFailedError", "bad cannot be")
    assert plain["reason"] == "lr: trials of this study ask for no parameters, expected defineByRun: true in its definition"
    assert tested["reason"].startswith("model.depth was never asked for in the trial that is tested")


@pytest.mark.parametrize("name", ["stubborn", "chatty"])
def test_a_worker_that_is_killed_takes_its_trials_and_their_children_with_it(name: str, server: str, tmp_path: Path) -> None:
    async def body() -> dict[str, Any]:
        async with place(server) as (here, _):
            command = [sys.executable, "-m", "durable_tune.worker.command", TRAININGS, "--queue", here.queue, "--address", server]
            worker = subprocess.Popen(command)
            try:
                handle = await here.start(name, {"folder": str(tmp_path)}, heartbeat=2)
                await there(tmp_path / "pids")
            finally:
                worker.send_signal(signal.SIGKILL)
                worker.wait()
            ending: dict[str, Any] = await handle.result()
            return ending

    assert asyncio.run(body())["type"] == "timeout"
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: ended(int(pid)))  # type: ignore[misc]


def test_the_command_serves_until_it_is_told_to_end(server: str) -> None:
    async def body() -> dict[str, Any]:
        async with place(server) as (here, _):
            command = [sys.executable, "-m", "durable_tune.worker.command", TRAININGS, "--queue", here.queue]
            worker = subprocess.Popen(command, env=os.environ | {"TEMPORAL_ADDRESS": server}, stderr=subprocess.PIPE)
            try:
                return await here.run("good", {"lr": 0.25})
            finally:
                worker.send_signal(signal.SIGTERM)
                _, said = worker.communicate()
                assert worker.returncode == 0
                assert b"serves good, raising" in said

    assert asyncio.run(body())["answer"]["value"] == 0.25


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no_such_module_at_all"], "No module named 'no_such_module_at_all'"),
        ([TRAININGS.replace("trainings", "conftest")], "has no trials: expected functions with @durable_tune.trial"),
        ([TRAININGS, "--max-trials", "0"], "expected a whole number, 1 or more"),
        ([TRAININGS, "--home", "/nowhere"], "there is no address of a Temporal server"),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
