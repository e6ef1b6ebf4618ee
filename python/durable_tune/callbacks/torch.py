"""For PyTorch's plain training loops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from ..context import Trial
from ..measurement import Number
from .randomness import random_states, restore_random_states
from .steps import Folder, Steps


def epochs(
    trial: Trial,
    total: int,
    *,
    score: Callable[[], Number],
    folder: Folder = None,
    every: int = 1,
    wait: bool = True,
    **parts: Any,
) -> Iterator[int]:
    """The epochs that are left of `total`, from 1 on: goes on from the trial's checkpoint, reports `score()` after each, saves one.

        for epoch in epochs(trial, 20, score=lambda: accuracy(model), model=model, optimizer=optimizer):
            train_one_epoch(model, optimizer)

    `parts`: whatever has a state, by any name: modules, optimizers, schedules of learning rates, generators. The generators that PyTorch,
    NumPy and Python share are brought back, too, so that data loaders shuffle as they would have. A scheduler's budget takes the place of
    `total`. `folder`, `every`, `wait`: where checkpoints are, after how many epochs, and whether to wait for the pruner.

    Raises TrialPruned where the study wants no more of the trial, TrialStopped where it is to end: let both pass.
    """
    steps = Steps(trial, folder=folder, every=every, wait=wait)
    done = 0
    if trial.checkpoint is not None:
        # written here: it holds more than tensors
        state = torch.load(trial.checkpoint, map_location="cpu", weights_only=False)
        done = state["epoch"]
        for name, part in parts.items():
            _restore(part, state["parts"][name])
        restore_random_states(state["random"])

    def write(path: Path, epoch: int) -> None:
        states = {name: _state(part) for name, part in parts.items()}
        torch.save({"epoch": epoch, "parts": states, "random": random_states()}, path)

    yield from steps.epochs(total, done, score, write)


def _state(part: Any) -> Any:
    return part.get_state() if isinstance(part, torch.Generator) else part.state_dict()


def _restore(part: Any, state: Any) -> None:
    if isinstance(part, torch.Generator):
        part.set_state(state)
    else:
        part.load_state_dict(state)
