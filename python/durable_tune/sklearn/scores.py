"""A candidate's fits as the answer of a trial, and back again from the study's records: all that `cv_results_` is made of survives."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from ..errors import StudyError
from .evaluation import Fit

FAILED_FITS = "failed_fits"
"""The constraint that a candidate with fits that gave no finite score violates."""

# the study takes 16 KiB of a trial, and says itself what takes part of it
_MOST_BYTES = 8192
_MOST_FOLDS = 200
_METRIC = "score"


def metrics_of(fits: Sequence[Fit]) -> list[str] | None:
    """Names of the metrics; None of a search with a single one."""
    return next((list(fit["test_scores"]) for fit in fits if isinstance(fit["test_scores"], Mapping)), None)


def answer_of(fits: Sequence[Fit], objectives: Sequence[str], folder: Path) -> dict[str, Any]:
    """What the trial answers. What is too large for the study goes to a file in the folder.

    Raises StudyError where the scores lack an objective, as those of a scorer may that gives several.
    """
    columns = _columns(fits)
    test = columns["test"]
    by_objective = {name: _of_objective(test, name, columns["single"]) for name in objectives}
    values = {name: _mean([score for score in scores if math.isfinite(score)]) for name, scores in by_objective.items()}
    failed = sum(not all(math.isfinite(scores[fold]) for scores in by_objective.values()) for fold in range(len(fits)))
    first = by_objective[objectives[0]]
    return {
        "values": values,
        "constraints": {FAILED_FITS: failed},
        "cost": sum(fit["fit_time"] + fit["score_time"] for fit in fits),
        "attributes": _kept(_encoded(columns), folder),
        **({"folds": first} if failed == 0 and len(first) <= _MOST_FOLDS else {}),
    }


def fits_from(attributes: Mapping[str, Any], sizes: Sequence[int]) -> list[Fit]:
    """The fits of a recorded trial. `sizes` are the numbers of its test rows, by fold."""
    file = attributes.get("file")
    try:
        columns = attributes if file is None else json.loads(Path(file).read_text())
    except OSError as error:
        raise StudyError(f"the scores of a trial are gone ({error}): begin again with resume=False") from error
    errors = {fold: text for text, folds in columns["errors"] for fold in folds}
    return [
        {
            "fit_error": errors.get(fold),
            "test_scores": _at(columns["test"], fold, columns["single"]),
            **({"train_scores": _at(columns["train"], fold, columns["single"])} if columns["train"] else {}),
            "n_test_samples": size,
            "fit_time": columns["fit_time"][fold],
            "score_time": columns["score_time"][fold],
        }
        for fold, size in enumerate(sizes)
    ]


def _columns(fits: Sequence[Fit]) -> dict[str, Any]:
    metrics = metrics_of(fits)
    errors: dict[str, list[int]] = {}
    for fold, fit in enumerate(fits):
        if fit["fit_error"] is not None:
            errors.setdefault(fit["fit_error"], []).append(fold)
    return {
        "single": metrics is None,
        "test": _by_metric(fits, "test_scores", metrics),
        "train": _by_metric(fits, "train_scores", metrics) if "train_scores" in fits[0] else {},
        "fit_time": [float(fit["fit_time"]) for fit in fits],
        "score_time": [float(fit["score_time"]) for fit in fits],
        "errors": list(errors.items()),
    }


def _by_metric(fits: Sequence[Fit], key: str, metrics: Sequence[str] | None) -> dict[str, list[float]]:
    """A fit that failed has one number for all metrics, where a callable scorer gives them."""
    return {
        metric: [float(fit[key][metric] if isinstance(fit[key], Mapping) else fit[key]) for fit in fits] for metric in metrics or [_METRIC]
    }


def _of_objective(test: Mapping[str, list[float]], name: str, is_single: bool) -> list[float]:
    if is_single:
        return test[_METRIC]
    if name not in test:
        raise StudyError(f"the scorer gives {', '.join(test)}, but not {name!r}: expected the metric to tune by; name one of these as refit")
    return test[name]


def _mean(scores: Sequence[float]) -> float:
    # of a candidate without any score the constraint says all that there is to say
    return fmean(scores) if scores else 0.0


def _encoded(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers that JSON has not as text."""

    def encode(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: encode(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [encode(each) for each in value]
        return repr(value) if isinstance(value, float) and not math.isfinite(value) else value

    encoded: dict[str, Any] = encode(columns)
    return encoded


def _kept(attributes: dict[str, Any], folder: Path) -> dict[str, Any]:
    text = json.dumps(attributes)
    if len(text.encode()) <= _MOST_BYTES:
        return attributes
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{uuid.uuid4().hex}.json"
    unfinished = file.with_suffix(".new")
    unfinished.write_text(text)
    unfinished.rename(file)
    return {"file": str(file)}


def _at(columns: Mapping[str, Sequence[Any]], fold: int, is_single: bool) -> Any:
    scores = {metric: float(values[fold]) for metric, values in columns.items()}
    return scores[_METRIC] if is_single else scores
