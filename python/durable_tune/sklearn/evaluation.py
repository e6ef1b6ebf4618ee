"""What the candidates of a search have in common, and one fit of one of them, as scikit-learn's own searches do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn import config_context, get_config
from sklearn.base import clone
from sklearn.model_selection._validation import _fit_and_score

Fit = dict[str, Any]
"""What scikit-learn says of one fit: test_scores, train_scores, fit_time, score_time, n_test_samples, fit_error."""

SINGLE = ""
"""The model class of a search that has one estimator alone."""


@dataclass(frozen=True)
class Evaluation:
    """Data, splits and estimators of a search: they stay in this process, and in its children."""

    estimators: Mapping[str, Any]
    """By model class."""
    X: Any
    y: Any
    splits: Sequence[tuple[Any, Any]]
    options: Mapping[str, Any]
    """Of scikit-learn's `_fit_and_score`: scorer, fit_params, score_params, return_train_score, error_score, verbose."""
    config: Mapping[str, Any] = field(default_factory=get_config)
    """scikit-learn's, which is a thread's own."""

    def fit(self, model: str, params: Mapping[str, Any], fold: int) -> Fit:
        """Fits and scores one candidate on one fold. Raises what the estimator raises, where error_score is 'raise'."""
        train, test = self.splits[fold]
        with config_context(**self.config):
            fitted: Fit = _fit_and_score(
                clone(self.estimators[model]),
                self.X,
                self.y,
                train=train,
                test=test,
                parameters=dict(params),
                split_progress=(fold, len(self.splits)),
                return_n_test_samples=True,
                return_times=True,
                **self.options,
            )
        return fitted

    def unfitted(self, reason: str, metrics: Sequence[str] | None) -> list[Fit]:
        """The fits of a candidate that came to nothing, by fold."""
        scores: Any = np.nan if metrics is None else dict.fromkeys(metrics, np.nan)
        more = {"train_scores": scores} if self.options["return_train_score"] else {}
        times = {"fit_time": np.nan, "score_time": np.nan}
        return [{"test_scores": scores, **more, "n_test_samples": len(test), **times, "fit_error": reason} for _, test in self.splits]
