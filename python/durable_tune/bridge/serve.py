"""The conversation with a worker: one line of JSON each way, the answers in the order asked.

    {"open": {...}}                                -> {"ready": "optuna 5.0.0, numpy 2.4.6"}
    {"ask": 7, "fixed": [...], "seed": 5}          -> {"x": [...]}
    {"is": 7, "x": [...]}                          -> {}     what was asked for just now became this
    {"recall": 7, "fixed": [...], "x": [...]}      -> {}     ask again for what was asked for before
    {"add": 8, "x": [...]}                         -> {}     a trial of somebody else
    {"tell": 7, "state": "complete", "y": [...]}   -> {}

What goes wrong is answered with {"error": "...", "kind": "..."} (library.BridgeError), and the process holds nothing of use any more.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
import warnings
from typing import IO, Any

from .library import BridgeError, Library, Outcome, Problem, need, versions
from .space import Point, Space

ADAPTERS = {
    "optuna": ("optuna_sampler", "OptunaSampler"),
    "hyperopt": ("hyperopt_sampler", "HyperoptSampler"),
    "skopt": ("skopt_sampler", "SkoptSampler"),
    "bayes_opt": ("bayes_opt_sampler", "BayesOptSampler"),
}


class Replay:
    """One library, asked and told all that was, in the order of the log."""

    def __init__(self, adapter: type[Library], problem: Problem, seed: int):
        self.library = adapter(problem, seed)

    def apply(self, message: dict[str, Any]) -> None:
        apply(self.library, message)

    def ask(self, number: int, fixed: Point, _seed: int) -> Point:
        return self.library.ask(number, fixed)


class Reseed:
    """A new library for each trial, told all rows, with the trial's own seed."""

    def __init__(self, adapter: type[Library], problem: Problem, seed: int):
        self.library = adapter(problem, seed)
        if not self.library.stateless:
            raise BridgeError(
                "refused",
                f"{problem.options.get('sampler', adapter.package)} keeps more than rows say, which no seed brings back: use exact: replay",
            )
        self.adapter = adapter
        self.problem = problem
        self.rows: list[dict[str, Any]] = []

    def apply(self, message: dict[str, Any]) -> None:
        self.rows.append(message)

    def ask(self, number: int, fixed: Point, seed: int) -> Point:
        library = self.adapter(self.problem, seed)
        for row in self.rows:
            apply(library, row)
        return library.ask(number, fixed)


def apply(library: Library, message: dict[str, Any]) -> None:
    """Does what was done, or has become known, to a library."""
    if "tell" in message:
        library.tell(message["tell"], outcome_of(message))
    elif "recall" in message:
        library.recall(message["recall"], message["fixed"], message["x"])
    elif "is" in message:
        library.settle(message["is"], message["x"])
    else:
        library.add(message["add"], message["x"])


def outcome_of(message: dict[str, Any]) -> Outcome:
    values, constraints = message.get("y"), message.get("c")
    return Outcome(
        state=message["state"],
        values=None if values is None else tuple(values),
        constraints=None if constraints is None else tuple(constraints),
        step=message.get("step"),
    )


def opened(spec: dict[str, Any]) -> Replay | Reseed:
    """The library that a worker asks for, ready to be asked."""
    what = spec["library"]
    module, name = ADAPTERS[what]
    # an adapter's module needs nothing but the standard library until its class is made
    adapter: type[Library] = getattr(importlib.import_module(f"{__package__}.{module}"), name)
    need(adapter.module, adapter.package, f"sampler {what}")
    problem = Problem(
        space=Space(spec["dimensions"]),
        goals=tuple(spec["goals"]),
        constraints=spec["constraints"],
        exact=spec["exact"],
        options=spec["options"],
        arguments=spec["arguments"],
    )
    kind = Replay if spec["exact"] == "replay" else Reseed
    return kind(adapter, problem, spec["seed"])


def answer(state: Replay | Reseed | None, message: dict[str, Any]) -> tuple[Replay | Reseed | None, dict[str, Any]]:
    """The next state and what to say."""
    if "open" in message:
        state = opened(message["open"])
        return state, {"ready": versions(state.library)}
    if state is None:
        raise BridgeError("refused", 'expected {"open": {...}} first')
    if "ask" not in message:
        state.apply(message)
        return state, {}
    x = state.ask(message["ask"], message["fixed"], message["seed"])
    if any(value is not None and not math.isfinite(value) for value in x):
        raise ValueError(f"the library suggests {x}, which are no finite numbers")
    return state, {"x": x}


def main() -> None:
    """Serves one worker until it goes away."""
    talk = lines_alone()
    warnings.simplefilter("ignore")
    state: Replay | Reseed | None = None
    for line in sys.stdin:
        try:
            state, said = answer(state, json.loads(line))
        except BridgeError as error:
            said = {"error": str(error), "kind": error.kind}
        except Exception as error:  # whatever a library raises is an answer
            said = {"error": f"{type(error).__name__}: {error}", "kind": "failed"}
        print(json.dumps(said, allow_nan=False), file=talk, flush=True)


def lines_alone() -> IO[str]:
    """What is printed by anybody else goes to standard error."""
    talk = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return talk
