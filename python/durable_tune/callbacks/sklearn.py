"""For scikit-learn's `partial_fit`."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..context import Trial
from ..measurement import Number
from .randomness import random_states, restore_random_states
from .steps import Folder, Steps


def epochs(
    trial: Trial,
    model: Any,
    total: int,
    *,
    score: Callable[[], Number],
    folder: Folder = None,
    every: int = 1,
    wait: bool = True,
) -> Iterator[int]:
    """The epochs that are left of `total`, from 1 on: goes on from the trial's checkpoint, reports `score()` after each, saves one.

        for epoch in epochs(trial, model, 20, score=lambda: model.score(X_valid, y_valid)):
            model.partial_fit(X, y, classes=classes)

    A scheduler's budget takes the place of `total`. The estimator itself is brought back to where it was, and so are the generators that
    Python and NumPy share. `folder`, `every`, `wait`: where checkpoints are, after how many epochs, and whether to wait for the pruner.

    Raises TrialPruned where the study wants no more of the trial, TrialStopped where it is to end: let both pass.
    """
    steps = Steps(trial, folder=folder, every=every, wait=wait)
    done = 0
    if trial.checkpoint is not None:
        state = pickle.loads(Path(trial.checkpoint).read_bytes())
        done = state["epoch"]
        vars(model).clear()
        vars(model).update(vars(state["model"]))
        restore_random_states(state["random"])

    def write(path: Path, epoch: int) -> None:
        path.write_bytes(pickle.dumps({"epoch": epoch, "model": model, "random": random_states()}))

    yield from steps.epochs(total, done, score, write)
