"""For Keras, with any backend."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import keras

from ..context import Trial
from .randomness import random_states, restore_random_states
from .steps import Folder, Steps


class TrialCallback(keras.callbacks.Callback):
    """Goes on from the trial's checkpoint, reports a metric after each epoch, and saves one.

        callback = TrialCallback(trial, "val_accuracy", epochs=20)
        model.fit(X, y, validation_data=(X_valid, y_valid), epochs=callback.epochs, callbacks=[callback])

    Weights, optimizer, seeds of layers and the generators that Python and NumPy share are brought back. The model has to be built before
    `fit` (with an `Input`, say). Raises TrialPruned and TrialStopped through `fit`: let both pass.
    """

    def __init__(self, trial: Trial, metric: str, *, epochs: int, folder: Folder = None, every: int = 1, wait: bool = True) -> None:
        """`metric`: as `fit` logs it. `epochs`: in all; a scheduler's budget takes its place. `folder`, `every`, `wait`: where checkpoints are, after
        how many epochs, and whether to wait for the pruner."""
        super().__init__()
        self._trial, self._metric = trial, metric
        self._steps = Steps(trial, folder=folder, every=every, wait=wait)
        self.epochs = self._steps.total(epochs)
        """For `fit`."""

    def on_train_begin(self, logs: Any = None) -> None:
        if self._trial.checkpoint is None:
            return
        state = pickle.loads(Path(self._trial.checkpoint).read_bytes())
        self.model.optimizer.build(self.model.trainable_variables)
        for variable, value in zip(self._variables(), state["variables"], strict=True):
            variable.assign(value)
        # as Keras' own BackupAndRestore goes on
        self.model._initial_epoch = state["epoch"]
        restore_random_states(state["random"])

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if self._metric not in (logs or {}):
            raise KeyError(f"{self._metric!r} is none of the metrics of this epoch: expected one of {', '.join(logs or {})}")

        def write(path: Path) -> None:
            variables = [keras.ops.convert_to_numpy(each) for each in self._variables()]
            path.write_bytes(pickle.dumps({"epoch": epoch + 1, "variables": variables, "random": random_states()}))

        self._steps.ended(epoch + 1, logs[self._metric], write, is_last=epoch + 1 == self.epochs)

    def _variables(self) -> list[Any]:
        """Weights, states of metrics, seeds of layers (which no weights file holds), and the optimizer's."""
        return [*self.model.variables, *self.model.optimizer.variables]
