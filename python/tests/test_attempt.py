"""One attempt at a trial in a process of its own, without a server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from durable_tune.wire import WireTrial
from durable_tune.worker import attempt as attempts
from durable_tune.worker.attempt import Attempt, Ending
from durable_tune.worker.pool import ProcessPool
from durable_tune.worker.target import Target

from .conftest import fixture

TRAININGS = str(Path(__file__).parent / "trainings.py")


def a_trial(params: dict[str, Any] | None = None, **changes: Any) -> WireTrial:
    return WireTrial.read(fixture("requests")[0]["wire"] | {"params": params or {}} | changes)


async def run(
    name: str, params: dict[str, Any] | None = None, then: Callable[[Attempt], Any] | None = None, **changes: Any
) -> tuple[Ending, Attempt]:
    """How it ended; `then` is called a moment after it has started."""
    pool = ProcessPool(Target(module=TRAININGS, name=name))
    attempt = Attempt(pool, a_trial(params, **changes), None, beat=lambda: None)
    task = asyncio.create_task(attempt.run())
    try:
        if then is not None:
            await then(attempt)
        return await task, attempt
    finally:
        await pool.close()


def ended(pid: int) -> bool:
    """Whether a process of `stubborn` has: by its command, since its id may be another's by now."""
    command = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
    return "worker.child" not in command and "sleep(600)" not in command


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


async def there(path: Path) -> None:
    while not path.exists():
        await asyncio.sleep(0.01)


def test_a_result_comes_with_what_was_reported_and_saved() -> None:
    ending, _ = asyncio.run(run("good", {"lr": 0.5}))
    assert json.loads(json.dumps(ending.answer)) == {
        "value": 0.5,
        "attributes": {"attempt": 1, "seed": 4294967295, "from": None},
        "reports": [[1, 0.5], [2, 1], [3, 1.5]],
        "checkpoint": "step 3",
    }


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("raising", "failed", "ZeroDivisionError: the learning rate exploded"),
        ("leaving", "failed", "SystemExit: done for today"),
        ("dying", "failed", "signal 9, Killed (out of memory, perhaps)"),
        ("away", "transient", "no disk"),
        ("missing", "failed", "the trial function cannot be loaded: KeyError: 'missing'"),
    ],
)
def test_a_failure_says_what_happened(name: str, kind: str, words: str) -> None:
    ending, attempt = asyncio.run(run(name, {"lr": 0.5} if name == "raising" else {}))
    assert (ending.kind, ending.answer) == (kind, None)
    assert words in ending.reason
    assert attempt.progress.left().get("checkpoint") == ("before" if name in ("raising", "dying", "away") else None)


@pytest.mark.parametrize("stage", ["train", None])
def test_a_training_that_another_step_measures_returns_nothing(stage: str | None) -> None:
    changes = {} if stage is None else {"stage": stage}
    ending, _ = asyncio.run(run("only_training", **changes))
    left = f"trained in stage {stage}"
    if stage is None:
        assert (ending.kind, ending.reason[:18]) == ("failed", "there is no result")
    else:
        assert json.loads(json.dumps(ending.answer)) == {"reports": [], "checkpoint": left}


def test_parameters_that_do_not_fit_are_the_trials_own_failure() -> None:
    ending, _ = asyncio.run(run("good", {"layers": 3}))
    assert (ending.kind, ending.reason[:17]) == ("failed", "good() needs 'lr'")


def test_each_trial_has_a_process_of_its_own() -> None:
    async def several() -> set[int]:
        pool = ProcessPool(Target(module=TRAININGS, name="pid_of"))
        try:
            endings = [await Attempt(pool, a_trial(), None, beat=lambda: None).run() for _ in range(3)]
        finally:
            await pool.close()
        return {ending.answer["attributes"]["pid"] for ending in endings if ending.answer}

    assert len(asyncio.run(several())) == 3


def test_one_that_is_told_to_end_may_still_answer(tmp_path: Path) -> None:
    async def tell(attempt: Attempt) -> None:
        await there(tmp_path / "started")
        attempt.stop()

    ending, _ = asyncio.run(run("obedient", {"folder": str(tmp_path)}, tell))
    assert ending.answer is not None
    assert (ending.answer["value"], ending.answer["checkpoint"]) == (0.5, "at the end")


def test_one_that_does_not_listen_is_killed_after_the_grace_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "GRACE", 0.2)

    async def tell(attempt: Attempt) -> None:
        await there(tmp_path / "pids")
        attempt.stop()

    ending, _ = asyncio.run(run("stubborn", {"folder": str(tmp_path)}, tell))
    assert ending.kind == "failed"
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: ended(int(pid)))  # type: ignore[misc]


def test_a_death_is_noticed_whatever_the_process_has_forked(tmp_path: Path) -> None:
    ending, _ = asyncio.run(run("forking", {"folder": str(tmp_path)}))
    assert "signal 9" in ending.reason
    for pid in (tmp_path / "pids").read_text().split():
        until(lambda pid=pid: ended(int(pid)))  # type: ignore[misc]


def test_a_thread_that_is_left_behind_does_not_keep_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "GRACE", 0.2)
    ending, _ = asyncio.run(run("lingering"))
    assert ending.answer == {"value": 1, "reports": []}
