"""Trainings whose value shows whether they went on where they were: five steps, each from the checkpoint before it."""

import os
import subprocess
import time
from pathlib import Path

from durable_tune import Trial, trial


@trial
def train(x: float, depth: int, trial: Trial) -> dict[str, object]:
    return _train(x, depth, trial, wait=False)


@trial
def judged(x: float, depth: int, trial: Trial) -> dict[str, object]:
    """Goes on only when the study has said that it may."""
    return _train(x, depth, trial, wait=True)


def _train(x: float, depth: int, trial: Trial, *, wait: bool) -> dict[str, object]:
    folder = Path(os.environ["TEST_FOLDER"])
    state, done = 0.0, 0
    if trial.checkpoint:
        done, state = (float(part) for part in Path(trial.checkpoint).read_text().split())
    # what it starts ends with it: the folder's name in its command shows whether it has
    (folder / "began").touch()
    subprocess.Popen(["tail", "-f", str(folder / "began")])
    for step in range(int(done), 5):
        state = state * 0.5 + (x - trial.seed / 2**32) ** 2 + step / depth
        time.sleep(0.06)
        trial.report(step + 1, state, wait=wait)
        saved = folder / f"{trial.study}-{trial.number}-{trial.attempt}-{step + 1}"
        saved.write_text(f"{step + 1} {state!r}")
        trial.save_checkpoint(saved)
    return {"value": state, "attributes": {"attempt": trial.attempt}}
