"""Optuna, by its ask and tell. Define-by-run serves conditions: only what is active is asked for, parents first."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from .library import BridgeError, Library, Outcome, Problem, arguments_for, same
from .space import Dimension, Point, whole

# those whose suggestion follows from trials and generator alone
STATELESS = ("TPESampler", "GPSampler", "RandomSampler")


class OptunaSampler(Library):
    """A study in memory. Trials are numbered by Optuna itself, so `trials` translates."""

    module = "optuna"
    package = "optuna"

    def __init__(self, problem: Problem, seed: int):
        optuna: Any = importlib.import_module("optuna")
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.optuna = optuna
        self.problem = problem
        self.trials: dict[int, int] = {}
        self.points: dict[int, Point] = {}
        self.broken: dict[int, tuple[float, ...]] = {}
        self.study = optuna.create_study(sampler=self._sampler(seed), directions=list(problem.goals))

    def _sampler(self, seed: int) -> Any:
        name = self.problem.options["sampler"]
        make = getattr(self.optuna.samplers, name)
        accepted = inspect.signature(make.__init__).parameters
        arguments = {**self.problem.arguments, "seed": seed}
        if self.problem.constraints:
            if "constraints_func" not in accepted:
                raise BridgeError("refused", f"{name} knows no constraints: use TPESampler, or leave them out")
            arguments["constraints_func"] = lambda trial: self.broken[trial.number]
        self.stateless = name in STATELESS
        return arguments_for(f"sampler.optuna.options of {name}", make, arguments)

    def ask(self, number: int, fixed: Point) -> Point:
        dimensions = self.problem.space.dimensions
        wanted = {
            dimensions[i].name: whole(dimensions[i], value)
            for i, value in enumerate(fixed)
            if value is not None and not dimensions[i].is_constant
        }
        if wanted:
            self.study.enqueue_trial(wanted)
        trial = self.study.ask()
        self.trials[number] = trial.number
        self.points[number] = self.problem.space.walk(lambda _, dimension: suggested(trial, dimension))
        return self.points[number]

    def settle(self, number: int, x: Point) -> None:
        if same(x, self.points.pop(number)):
            return
        # what it ran with in the end is another trial to Optuna
        self.study.tell(self.trials[number], state=self.optuna.trial.TrialState.FAIL)
        self.add(number, x)

    def add(self, number: int, x: Point) -> None:
        distributions = self.optuna.distributions
        active = [
            (dimension, value)
            for dimension, value in zip(self.problem.space.dimensions, x)
            if value is not None and not dimension.is_constant
        ]
        self.trials[number] = len(self.study.get_trials(deepcopy=False))
        self.study.add_trial(
            self.optuna.trial.create_trial(
                state=self.optuna.trial.TrialState.RUNNING,
                params={dimension.name: whole(dimension, value) for dimension, value in active},
                distributions={dimension.name: distribution(distributions, dimension) for dimension, _ in active},
            )
        )

    def tell(self, number: int, outcome: Outcome) -> None:
        states = self.optuna.trial.TrialState
        trial = self.trials[number]
        self.broken[trial] = outcome.constraints or (0.0,) * self.problem.constraints
        if outcome.state in ("complete", "infeasible"):
            self.study.tell(trial, [outcome.value_for(goal, i) for i, goal in enumerate(self.problem.goals)])
        elif outcome.state == "pruned" and len(self.problem.goals) == 1:
            if outcome.values is not None:
                storage, study_id = self.study._storage, self.study._study_id
                trial_id = storage.get_trial_id_from_study_id_trial_number(study_id, trial)
                value = outcome.value_for(self.problem.goals[0])
                self.optuna.trial.Trial(self.study, trial_id).report(value, outcome.step or 0)
            self.study.tell(trial, state=states.PRUNED)
        else:
            self.study.tell(trial, state=states.FAIL)


def suggested(trial: Any, dimension: Dimension) -> float | int:
    """What the trial has for an active dimension."""
    name, low, high = dimension.name, dimension.low, dimension.high
    if dimension.kind == "float":
        return float(trial.suggest_float(name, low, high, log=dimension.log, step=dimension.step or None))
    if dimension.kind == "categorical":
        return int(trial.suggest_categorical(name, range(int(dimension.size or 0))))
    return int(trial.suggest_int(name, int(low), int(high), step=int(dimension.step), log=dimension.log))


def distribution(distributions: Any, dimension: Dimension) -> Any:
    """The same, as data."""
    low, high = dimension.low, dimension.high
    if dimension.kind == "float":
        return distributions.FloatDistribution(low, high, log=dimension.log, step=dimension.step or None)
    if dimension.kind == "categorical":
        return distributions.CategoricalDistribution(range(int(dimension.size or 0)))
    return distributions.IntDistribution(int(low), int(high), log=dimension.log, step=int(dimension.step))
