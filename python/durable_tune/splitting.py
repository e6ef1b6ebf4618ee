"""
The folds that a study asks for (`evaluate` in the study file), made by `dtune split`: the same for trials in every language. Needs the program
`dtune` where the trial runs (tuning/program.py says where it is looked for).
"""

from __future__ import annotations

import csv
import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import TrialFailedError


@dataclass(frozen=True)
class Fold:
    """Row numbers, from 0."""

    train: list[int]
    test: list[int]


def split_rows(
    phase: str,
    evaluation: Mapping[str, Any] | None,
    rows: int | None,
    labels: Sequence[Any] | None,
    groups: Sequence[Any] | None,
) -> list[Fold]:
    """Raises TrialFailedError in words where the study has no `evaluate`, or the data cannot be divided so."""
    if evaluation is None:
        raise TrialFailedError(
            "this study does not say how rows are divided: expected evaluate in the study file, such as "
            "evaluate: { split: { kFold: 5 }, test: { holdOut: 0.2 } }"
        )
    columns = {name: list(column) for name, column in (("label", labels), ("group", groups)) if column is not None}
    lengths = {len(column) for column in columns.values()} | ({rows} if rows is not None else set())
    if len(lengths) != 1:
        raise TrialFailedError(f"what is to be divided has {sorted(lengths)} rows: expected one number of rows, by rows, labels or groups")
    # not for trials that divide nothing, each of whose processes would pay for it
    from .tuning.program import find_dtune

    with tempfile.TemporaryDirectory(prefix="durable-tune-") as folder:
        what = ["--rows", str(lengths.pop())]
        if columns:
            file = Path(folder) / "rows.csv"
            with file.open("w", newline="", encoding="utf-8") as opened:
                csv.writer(opened).writerows([list(columns), *zip(*columns.values())])
            what = ["--data", str(file)]
        trial = json.dumps({"phase": phase, "evaluation": evaluation})
        ended = subprocess.run([*find_dtune(), "split", *what, "--trial", "-"], input=trial, capture_output=True, text=True)
    if ended.returncode != 0:
        raise TrialFailedError(f"the rows cannot be divided: {ended.stderr.strip()}")
    return [Fold(fold["train"], fold["test"]) for fold in json.loads(ended.stdout)]
