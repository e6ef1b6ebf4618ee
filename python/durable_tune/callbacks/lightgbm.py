"""For LightGBM's `train`, with boosting `gbdt`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightgbm

from ..context import Trial
from .steps import Folder, Steps


class TrialCallbacks(list[Any]):
    """Go on from the trial's checkpoint, report a metric after each round, and save the model.

        callbacks = TrialCallbacks(trial, "valid", "binary_logloss", rounds=100)
        lightgbm.train(params, rows, callbacks.rounds, valid_sets=[held_out], valid_names=["valid"],
                       init_model=callbacks.model, callbacks=callbacks)

    Each round has seeds of its own, of the trial's seed and its number: a model that goes on draws the rows and columns that it would have
    drawn. Raise TrialPruned and TrialStopped through `train`: let both pass.
    """

    def __init__(
        self, trial: Trial, data: str, metric: str, *, rounds: int, folder: Folder = None, every: int = 10, wait: bool = True
    ) -> None:
        """`data`, `metric`: names in `valid_names` and of an evaluation metric. `rounds`: in all; a scheduler's budget takes its place. `folder`,
        `every`, `wait`: where checkpoints are, after how many rounds, and whether to wait for the pruner."""
        super().__init__([_Seeds(trial.seed), self._ended])
        self._data, self._metric = data, metric
        self._steps = Steps(trial, folder=folder, every=every, wait=wait, suffix=".txt")
        self.model: lightgbm.Booster | None = None
        """What to go on from."""
        done, last = 0, self._steps.total(rounds)
        if trial.checkpoint is not None:
            self.model = lightgbm.Booster(model_file=trial.checkpoint)
            # `train` takes no model that is done: its last round is trained again
            done = min(self.model.current_iteration(), last - 1)
            self.model = lightgbm.Booster(model_str=self.model.model_to_string(num_iteration=done))
        self.rounds = last - done
        """For `train`: how many are left."""

    def _ended(self, env: Any) -> None:
        results = {(data, metric): value for data, metric, value, *_ in env.evaluation_result_list or []}
        if (self._data, self._metric) not in results:
            known = ", ".join(f"{data} {metric}" for data, metric in results)
            raise KeyError(f"there is no {self._metric!r} of {self._data!r}: expected one of {known or 'what valid_names names'}")

        def write(path: Path) -> None:
            env.model.save_model(path, num_iteration=-1)

        done = env.iteration + 1
        self._steps.ended(done, results[self._data, self._metric], write, is_last=done == env.end_iteration)


_FRACTION = ("bagging_fraction", "sub_row", "subsample", "bagging")


class _Seeds:
    """Before each round, seeds that follow from its number."""

    before_iteration = True

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, env: Any) -> None:
        seed = (self._seed + env.iteration) % (1 << 31)
        seeds: dict[str, Any] = {"bagging_seed": seed, "feature_fraction_seed": seed, "extra_seed": seed}
        fraction = next((env.params[name] for name in _FRACTION if name in env.params), 1.0)
        if fraction < 1:
            # LightGBM takes up another seed of the rows with another fraction alone: this is another, and takes as many rows
            seeds["bagging_fraction"] = fraction - (1 + env.iteration % 2) * 1e-9
        env.model.reset_parameter(seeds)
