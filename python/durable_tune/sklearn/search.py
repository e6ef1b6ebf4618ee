"""`TuneSearchCV`: a durable search over the parameters of scikit-learn's estimators, used as GridSearchCV is."""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.model_selection._validation import _insert_error_scores, _warn_or_raise_about_fit_failures
from sklearn.utils import indexable
from sklearn.utils.validation import _check_method_params

from ..engine.engine import Engine
from ..errors import StudyError
from .candidates import MODEL, Candidates
from .evaluation import SINGLE, Evaluation
from .fingerprint import fingerprint
from .scores import metrics_of
from .study import Found, Options, SearchStudy


class TuneSearchCV(BaseSearchCV):
    """Searches over an estimator's parameters by cross-validation, as a study that nothing can kill.

    Drop-in for GridSearchCV and BayesSearchCV. Each candidate is a trial of a durable study; data and fits stay in this process. Where the
    process, or the machine, dies, run the same script again: `fit` with the same data goes on, and repeats no finished candidate. Called with
    the same data, splits, estimator and options once it has ended, it answers from what was found and refits alone. Anything changed makes it
    another study.

    Parameters
    ----------
    estimator : estimator, or dict of str -> (estimator, space) or (estimator, space, trials)
        What is tuned: with a dict several model classes, each with its own space and, where it says so, its own number of trials. Their
        candidates have the parameter `model` beside their own.
    space : dict, default=None
        Domains by parameter: a list of choices, a tuple `(low, high)` or `(low, high, 'log-uniform')`, `scipy.stats`' uniform, loguniform or
        randint, or a study file's own, `{"float": [1e-4, 1], "scale": "log"}`. None with several estimators.
    trials : int, default=None
        Number of candidates. None with the sampler 'grid' (all there are), or where each model class says how many.
    sampler : str or dict, default=None
        'auto' (the default: chosen by rule), 'tpe', 'gp', 'forest', 'random', 'grid', …; `{"tpe": {"candidates": 24}}` with options.
    scoring, refit, cv, verbose, error_score, return_train_score
        As of GridSearchCV. A candidate with fits that fail is a trial of state `infeasible`. Splits are drawn once.
    n_jobs : int, default=None
        Fits at once. With more than one they run in processes of their own.
    parallel : int, default=None
        Candidates at once: default so many that their folds keep `n_jobs` busy. Beyond 1 the sampler knows less when it chooses.
    seed : int, default=0
        Of the sampler, and of splits that are drawn at random without a seed of their own.
    study : str, default=None
        Begins the study's name, which ends in a fingerprint of all that the result depends on. Default: the estimator's class.
    home : path, default=None
        Folder of the server, its database and what was found: DTUNE_HOME, or ~/.dtune.
    resume : bool, default=True
        False begins again, whatever there is of the same search.
    heartbeat : int, default=30
        Seconds after which a silent process is taken for dead and its trials begin again, here or in the next one. With `n_jobs=None`
        it has to be longer than a fit holds Python's interpreter lock.

    Attributes
    ----------
    cv_results_, best_estimator_, best_score_, best_params_, best_index_, scorer_, n_splits_, refit_time_, multimetric_, classes_,
    n_features_in_, feature_names_in_
        As of GridSearchCV; candidates by trial number.
    study_name_ : str
        For `dtune status`, `dtune plot` and the others.
    """

    def __init__(
        self,
        estimator: Any,
        space: Mapping[str, Any] | None = None,
        *,
        trials: int | None = None,
        sampler: Any = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        refit: Any = True,
        cv: Any = None,
        verbose: int = 0,
        error_score: Any = np.nan,
        return_train_score: bool = False,
        parallel: int | None = None,
        seed: int = 0,
        study: str | None = None,
        home: str | os.PathLike[str] | None = None,
        resume: bool = True,
        heartbeat: int = 30,
    ) -> None:
        super().__init__(
            estimator=estimator,
            scoring=scoring,
            n_jobs=n_jobs,
            refit=refit,
            cv=cv,
            verbose=verbose,
            error_score=error_score,
            return_train_score=return_train_score,
        )
        self.space = space
        self.trials = trials
        self.sampler = sampler
        self.parallel = parallel
        self.seed = seed
        self.study = study
        self.home = home
        self.resume = resume
        self.heartbeat = heartbeat

    def fit(self, X: Any, y: Any = None, **params: Any) -> TuneSearchCV:
        """Searches, and fits the best candidate to all of the data.

        `params` go to the estimator's `fit`, to the scorer and, `groups`, to the splitter, as in GridSearchCV.

        Raises StudyError where a space or an option is refused, ValueError where all fits failed, and with `error_score='raise'` what the
        estimator raised.
        """
        candidates = Candidates(self.estimator, self.space)
        scorers, refit_metric = self._get_scorers()
        X, y = indexable(X, y)
        params = _check_method_params(X, params=params)
        routed = self._get_routed_params_for_fit(params)
        splits = list(self._splitter(y, candidates.first).split(X, y, **routed.splitter.split))
        if not splits:
            raise ValueError("No fits were performed. Was the CV iterator empty?")
        self.n_splits_ = len(splits)
        evaluation = Evaluation(
            candidates.estimators,
            X,
            y,
            splits,
            {
                "scorer": scorers,
                "fit_params": routed.estimator.fit,
                "score_params": routed.scorer.score,
                "return_train_score": self.return_train_score,
                "error_score": self.error_score,
                "verbose": self.verbose,
            },
        )
        found = self._search(candidates, evaluation)
        self._keep(found, scorers, refit_metric)
        if self.refit:
            self._refit(found[self.best_index_], candidates, X, y, routed.estimator.fit)
        return self

    def __sklearn_tags__(self) -> Any:
        return super().__sklearn_tags__() if not self._is_several else self._as_one().__sklearn_tags__()

    def get_metadata_routing(self) -> Any:
        return super().get_metadata_routing() if not self._is_several else self._as_one().get_metadata_routing()

    def _get_scorers(self) -> Any:
        return super()._get_scorers() if not self._is_several else self._as_one()._get_scorers()

    @property
    def _is_several(self) -> bool:
        return isinstance(self.estimator, Mapping)

    def _as_one(self) -> TuneSearchCV:
        """This one with the first of its estimators."""
        one = copy.copy(self)
        one.estimator = Candidates(self.estimator, None).first
        return one

    def _run_search(self, evaluate_candidates: Any) -> None:
        """Of BaseSearchCV, whose `fit` is not used: the study calls for candidates, not the search."""
        raise NotImplementedError

    def _splitter(self, y: Any, estimator: Any) -> Any:
        """The same splits in every process."""
        splitter = check_cv(self.cv, y, classifier=is_classifier(estimator))
        if getattr(splitter, "random_state", 0) is None:
            splitter = copy.copy(splitter)
            if getattr(splitter, "shuffle", True):
                splitter.random_state = self.seed
        return splitter

    def _search(self, candidates: Candidates, evaluation: Evaluation) -> list[Found]:
        jobs = joblib.effective_n_jobs(self.n_jobs)
        options = Options(
            name="",
            objectives=self._objectives(evaluation.options["scorer"]),
            trials=self.trials,
            sampler=self.sampler,
            seed=self.seed,
            parallel=self.parallel or -(-jobs // len(evaluation.splits)),
            heartbeat=self.heartbeat,
            fails_at_once=isinstance(self.error_score, str),
        )
        self.study_name_ = self._name(options, candidates, evaluation)
        options = replace(options, name=self.study_name_)
        found = SearchStudy(Engine.of(self.home), options, candidates, evaluation).run(jobs, resume=self.resume)
        if not found:
            raise StudyError(f"study {options.name!r} was stopped before its first trial ended: begin again with resume=False")
        return found

    def _objectives(self, scorers: Any) -> list[str]:
        """A metric that decides is the only one to tune by; else the study has as many objectives as there are metrics."""
        if isinstance(self.refit, str):
            return [self.refit]
        return list(getattr(scorers, "_scorers", ["score"]))

    def _name(self, options: Options, candidates: Candidates, evaluation: Evaluation) -> str:
        # where trials run and how much is printed changes no result
        searched = {key: value for key, value in options.definition(candidates.written).items() if key not in ("name", "trial")}
        evaluated = {key: value for key, value in evaluation.options.items() if key != "verbose"}
        # the space as it was written, too: labels of choices do not tell all of them
        spaces = [each[1] for each in self.estimator.values()] if self._is_several else self.space
        data = (evaluation.X, evaluation.y, evaluation.splits)
        mark = fingerprint(json.dumps(searched, default=repr), spaces, evaluation.estimators, evaluated, *data)
        return f"{self.study or type(candidates.first).__name__}-{mark}"

    def _keep(self, found: list[Found], scorers: Any, refit_metric: str) -> None:
        """What a search knows when all candidates are evaluated."""
        fits = [fit for each in found for fit in each.fits]
        _warn_or_raise_about_fit_failures(fits, self.error_score)
        if callable(self.scoring):
            _insert_error_scores(fits, self.error_score)
        params = [each.params if each.model == SINGLE else {MODEL: each.model, **each.params} for each in found]
        results = self._format_results(params, self.n_splits_, fits)
        metrics = metrics_of(fits)
        self.multimetric_ = metrics is not None
        if callable(self.scoring) and metrics is not None:
            self._check_refit_for_multimetric(metrics)
            refit_metric = self.refit
        if self.refit or not self.multimetric_:
            self.best_index_ = self._select_best_index(self.refit, refit_metric, results)
            if not callable(self.refit):
                self.best_score_ = results[f"mean_test_{refit_metric}"][self.best_index_]
            self.best_params_ = results["params"][self.best_index_]
        self.scorer_ = getattr(scorers, "_scorers", scorers)
        self.cv_results_ = results

    def _refit(self, best: Found, candidates: Candidates, X: Any, y: Any, fit_params: Mapping[str, Any]) -> None:
        # parameters may be estimators, and would be fitted
        self.best_estimator_ = clone(candidates.estimators[best.model]).set_params(**clone(best.params, safe=False))
        start = time.time()
        if y is None:
            self.best_estimator_.fit(X, **fit_params)
        else:
            self.best_estimator_.fit(X, y, **fit_params)
        self.refit_time_ = time.time() - start
        if hasattr(self.best_estimator_, "feature_names_in_"):
            self.feature_names_in_ = self.best_estimator_.feature_names_in_
