"""A search as a study: begun, or gone on with where it is there already; its trials run in this process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..engine.engine import Engine
from ..errors import StudyError, TrialStopped, TuningError
from ..wire import WireTrial
from .candidates import Candidates
from .evaluation import Evaluation, Fit
from .fits import Fits, fits_of
from .hosting import hosted
from .scores import FAILED_FITS, answer_of, fits_from, metrics_of

_ACTIVITY = "search"


@dataclass(frozen=True)
class Options:
    """Of a study, beside what it searches."""

    name: str
    objectives: Sequence[str]
    """All of them scores, to be maximised."""
    trials: int | None
    sampler: Any
    seed: int
    parallel: int
    heartbeat: int
    """Seconds that a silent process is waited for."""
    fails_at_once: bool
    """The first trial that raises ends the study."""

    def definition(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """As a study file has it."""
        objectives = [{"name": name, "goal": "maximize"} for name in self.objectives]
        return {
            "name": self.name,
            **written,
            "objectives": objectives,
            "constraints": {FAILED_FITS: {"below": 0}},
            "trial": {"activity": _ACTIVITY, "queue": f"dtune-search/{self.name}", "heartbeat": f"{self.heartbeat}s"},
            **({} if self.sampler is None else {"sampler": self.sampler}),
            "stop": {
                **({} if self.trials is None else {"trials": self.trials}),
                **({"maxFailures": 1} if self.fails_at_once else {}),
            },
            "parallel": self.parallel,
            # the same search has the same result, however long its trials take
            "order": "trial",
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Found:
    """A candidate and its fits."""

    model: str
    params: dict[str, Any]
    fits: list[Fit]


class SearchStudy:
    def __init__(self, engine: Engine, options: Options, candidates: Candidates, evaluation: Evaluation) -> None:
        self._engine, self._options, self._candidates, self._evaluation = engine, options, candidates, evaluation
        self._raised: BaseException | None = None

    def run(self, jobs: int, *, resume: bool) -> list[Found]:
        """Waits for its end. Its candidates by trial number.

        Raises what an estimator raised, where that ends the search, and TuningError where the study failed for another reason.
        """
        name, parallel = self._options.name, self._options.parallel
        definition = self._options.definition(self._candidates.written)
        with fits_of(self._evaluation, jobs) as fits, ThreadPoolExecutor(parallel, "durable-tune trial") as threads:
            activity = hosted(_ACTIVITY, lambda facts, stopped: self._evaluate(fits, facts, stopped), threads)
            with self._engine.hosting(definition["trial"]["queue"], [activity], at_once=parallel):
                self._begin(definition, resume)
                status = self._engine.call("result", name=name)
        if self._raised is not None:
            raise self._raised
        if status["status"] == "failed":
            raise TuningError(f"study {name!r} failed: {status['reason']}; `dtune trials {name}` shows its trials")
        return self._found()

    def _begin(self, definition: Mapping[str, Any], resume: bool) -> None:
        call, name = self._engine.call, self._options.name
        if resume:
            standing = call("start", study=definition)["standing"]
            if standing != "closed" or call("status", name=name)["status"] != "failed":
                return
        else:
            # there may be none
            with contextlib.suppress(StudyError):
                call("stop", name=name, now=True)
                call("result", name=name)
        call("start", study=definition, again=True)

    def _evaluate(self, fits: Fits, facts: WireTrial, stopped: threading.Event) -> Any:
        model, params = self._candidates.of_trial(facts.params)
        try:
            return answer_of(fits.all(model, params, stopped), facts.objectives, self._engine.home / "search" / facts.study)
        except TrialStopped:
            raise
        except Exception as error:
            self._raised = self._raised or (error if self._options.fails_at_once else None)
            raise

    def _found(self) -> list[Found]:
        sizes = [len(test) for _, test in self._evaluation.splits]
        records = self._engine.call("trials", name=self._options.name)
        fits = {each["number"]: fits_from(each["attributes"], sizes) for each in records if each["state"] in ("complete", "infeasible")}
        metrics = next((metrics_of(each) for each in fits.values()), None)
        found = []
        for record in records:
            model, params = self._candidates.of_record(record)
            if record["number"] in fits:
                found.append(Found(model, params, fits[record["number"]]))
            elif record["state"] == "failed":
                found.append(Found(model, params, self._evaluation.unfitted(record["reason"], metrics)))
        return found
