"""Trial functions that the worker's tests run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from durable_tune import TransientError, Trial, TrialPruned, trial


@trial
def good(lr: float, trial: Trial) -> dict[str, Any]:
    for step in range(1, 4):
        trial.report(step, lr * step)
        trial.save_checkpoint(f"step {step}")
    print("what a training prints reaches nobody's protocol")
    return {"value": lr, "attributes": {"attempt": trial.attempt, "seed": trial.seed, "from": trial.checkpoint}}


@trial
def raising(lr: float, trial: Trial) -> float:
    trial.report(1, lr)
    trial.save_checkpoint("before")
    raise ZeroDivisionError("the learning rate exploded \ud800")


@trial
def away(trial: Trial) -> float:
    trial.save_checkpoint("before")
    raise TransientError("no disk")


@trial
def only_training(trial: Trial) -> None:
    trial.save_checkpoint(f"trained in stage {trial.stage}")


@trial
def leaving() -> float:
    sys.exit("done for today")


@trial
def dying(trial: Trial) -> float:
    trial.save_checkpoint("before")
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@trial
def busy(seconds: float) -> float:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(100_000))
    return 1


@trial
def obedient(folder: str, trial: Trial) -> float:
    """Ends when it is told to, with what it has."""
    Path(folder, "started").touch()
    while not trial.should_stop:
        time.sleep(0.01)
    trial.save_checkpoint("at the end")
    return 0.5


@trial
def stubborn(folder: str, trial: Trial) -> float:
    """Goes on whatever it is told, and so does what it has started."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(folder, "pids").write_text(f"{os.getpid()} {child.pid}")
    time.sleep(600)
    return 0


@trial
def chatty(folder: str, trial: Trial) -> float:
    """Says something all the time."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(folder, "pids").write_text(f"{os.getpid()} {child.pid}")
    for step in range(1_000_000):
        trial.report(step, 0.5)
        time.sleep(0.0001)
    return 0


@trial
def forking(folder: str) -> float:
    """Dies, and leaves a copy of itself behind."""
    copy = os.fork()
    if copy == 0:
        time.sleep(600)
    Path(folder, "pids").write_text(f"{os.getpid()} {copy}")
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@trial
def lingering() -> float:
    """Leaves a thread behind that never ends."""
    threading.Thread(target=time.sleep, args=(600,)).start()
    return 1


@trial
def pruned(folder: str, trial: Trial) -> float:
    """Asks after each step, and notes the one at which it was pruned."""
    for step in range(1, 100):
        try:
            trial.report(step, step, wait=True)
        except TrialPruned:
            Path(folder, "pruned").write_text(str(step))
            raise
    return 0


@trial
def pid_of() -> dict[str, Any]:
    return {"value": 0, "attributes": {"pid": os.getpid()}}


@trial
def asking(trial: Trial) -> dict[str, Any]:
    trial.report(2, 0.5)
    lr = trial.suggest_float("lr", 1e-5, 0.1, log=True)
    depth = trial.suggest_int("model.depth", 1, 8)
    kind = trial.suggest_categorical("kind", ["a", None], ordered=True)
    return {"value": lr, "attributes": {"depth": depth, "kind": kind}}


@trial
def asking_badly(trial: Trial) -> float:
    return trial.suggest_float("bad", 0, 1)
