"""Hyperopt: tpe, atpe, anneal and rand.

Its suggestions follow from the trials and one seed each, the next of the study's generator. So nothing has to be asked for again: what was
suggested is put in its place, and the generator steps on. Not so atpe, which ignores its seed and draws from the generators that a process
shares: they are its own here, seeded once, and everything is asked for again.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import random
from datetime import datetime
from typing import Any

from .library import Library, Outcome, Problem, arguments_for, need
from .hyperopt_space import Tree
from .space import Dimension, Point


NO_TIME = datetime(2000, 1, 1)


class HyperoptSampler(Library):
    """Trials as `fmin` keeps them."""

    module = "hyperopt"
    package = "hyperopt"

    def __init__(self, problem: Problem, seed: int):
        hyperopt: Any = importlib.import_module("hyperopt")
        numpy: Any = importlib.import_module("numpy")
        self.hyperopt, self.numpy = hyperopt, numpy
        self.problem = problem
        self.documents: dict[int, dict[str, Any]] = {}
        self.generator = numpy.random.default_rng(seed)
        self.tree = Tree(problem.space.dimensions, rounds=problem.options["algo"] == "atpe")
        self.domain = hyperopt.base.Domain(lambda _: 0.0, self.tree.expression(hyperopt.hp))
        self.trials = hyperopt.Trials()
        self.suggest = self._algorithm()
        random.seed(seed)
        numpy.random.seed(seed)
        self.shared = self._shared()

    def _algorithm(self) -> Any:
        name = self.problem.options["algo"]
        if name == "atpe":
            # it reads its models with lightgbm
            need("lightgbm", "lightgbm", "hyperopt's atpe")
            need("sklearn", "scikit-learn", "hyperopt's atpe")
        suggest = importlib.import_module(f"hyperopt.{name}").suggest
        if self.problem.arguments:
            arguments_for(
                f"sampler.hyperopt.options of {name}",
                functools.partial(inspect.signature(suggest).bind, [0], None, None, 0),
                self.problem.arguments,
            )
        return functools.partial(suggest, **self.problem.arguments)

    def ask(self, number: int, fixed: Point) -> Point:
        (tid,) = self.trials.new_trial_ids(1)
        self.trials.refresh()
        document = self._draw(tid) if self._shares() else self.suggest([tid], self.domain, self.trials, self._seed())[0]
        values = document["misc"]["vals"]

        def value_of(i: int, dimension: Dimension) -> float | int | None:
            if fixed[i] is not None:
                return fixed[i]
            # a parent that is fixed may have brought it in
            return self.tree.taken(i, values[dimension.name][0]) if values.get(dimension.name) else None

        x = self.problem.space.walk(value_of)
        self._insert(number, document)
        return x

    def settle(self, number: int, x: Point) -> None:
        misc = self.documents[number]["misc"]
        active = {
            dimension.name: self.tree.given(i, value)
            for i, (dimension, value) in enumerate(zip(self.problem.space.dimensions, x))
            if value is not None and not dimension.is_constant
        }
        for name in self.domain.params:
            misc["idxs"][name] = [misc["tid"]] if name in active else []
            misc["vals"][name] = [active[name]] if name in active else []

    def recall(self, number: int, fixed: Point, x: Point) -> None:
        if self._shares():
            super().recall(number, fixed, x)
            return
        self._seed()
        self.add(number, x)

    def add(self, number: int, x: Point) -> None:
        (tid,) = self.trials.new_trial_ids(1)
        misc = {"tid": tid, "cmd": self.domain.cmd, "workdir": self.domain.workdir, "idxs": {}, "vals": {}}
        (document,) = self.trials.new_trial_docs([tid], [None], [self.domain.new_result()], [misc])
        self._insert(number, document)
        self.settle(number, x)

    def tell(self, number: int, outcome: Outcome) -> None:
        document = self.documents[number]
        document["state"] = self.hyperopt.JOB_STATE_DONE
        # atpe reads how long it took, which is of no log
        document["book_time"] = document["refresh_time"] = NO_TIME
        # a trial that was pruned is worth what it had reached; without a value, or infeasible, it has failed
        if outcome.values is not None and outcome.state in ("complete", "pruned"):
            document["result"] = {"status": self.hyperopt.STATUS_OK, "loss": outcome.values[0]}
        else:
            document["result"] = {"status": self.hyperopt.STATUS_FAIL}
        self.trials.refresh()

    def _seed(self) -> int:
        return int(self.generator.integers(2**31 - 1))

    def _shares(self) -> bool:
        return bool(self.problem.options["algo"] == "atpe")

    def _shared(self) -> tuple[Any, Any]:
        return random.getstate(), self.numpy.random.get_state()

    def _draw(self, tid: int) -> dict[str, Any]:
        """What atpe says with the generators as it left them. It fails on trials without a loss: those that run, and failed ones."""
        known = [each for each in self.trials.trials if "loss" in each["result"]]
        ours, numpys = self.shared
        random.setstate(ours)
        self.numpy.random.set_state(numpys)
        (document,) = self.suggest([tid], self.domain, self.hyperopt.trials_from_docs(known, validate=False), 0)
        self.shared = self._shared()
        return dict(document)

    def _insert(self, number: int, document: dict[str, Any]) -> None:
        self.trials.insert_trial_docs([document])
        self.trials.refresh()
        self.documents[number] = self.trials._dynamic_trials[-1]
