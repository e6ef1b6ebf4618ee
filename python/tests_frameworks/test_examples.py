"""A program of examples/python on the engine, from end to end."""

from __future__ import annotations

from pathlib import Path

from durable_tune import Float, tune

from .killing import example


def test_epochs_are_reported_and_saved_in_a_study(home: Path) -> None:
    space = {"alpha": Float(1e-6, 1e-1, log=True), "eta0": Float(1e-5, 1e-1, log=True)}
    found = tune(example("partial_fit").train, space, goal="maximize", trials=1, seed=0, scheduler="median", name="partial-fit", progress=False)
    assert [trial["state"] for trial in found.trials] == ["complete"]
    for trial in found.trials:
        assert [step for step, _ in trial["reports"]] == list(range(1, 11))
        assert trial["reports"][-1][1] == trial["values"]["value"]
        assert Path(trial["checkpoint"]).parent == home / "checkpoints" / "partial-fit" / str(trial["number"])
    assert found.best_value > 0.5
