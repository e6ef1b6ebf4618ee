"""Trainings of examples/python in PyTorch and Lightning, killed and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests_frameworks.killing import example, resumes_exactly


@pytest.mark.parametrize("name", ["torch_digits", "lightning_digits"])
@pytest.mark.filterwarnings("ignore")
def test_a_training_that_was_killed_ends_as_the_undisturbed_one(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DTUNE_HOME", str(tmp_path))
    resumes_exactly(example(name).train, {"units": 16, "dropout": 0.3, "lr": 0.01}, 3)
