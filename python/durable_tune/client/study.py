"""One study, by its name: asked, edited, lent trials from."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..answer import answer_of
from ..errors import StudyError
from ..nesting import flatten, nest
from .lending import LeasedTrial, borrow, tell
from .loop import LoopThread
from .passing import is_passing
from .reader import StudyReader
from .samplers import sampler_of
from .table import dataframe
from .updates import send_edit

if TYPE_CHECKING:
    from pandas import DataFrame


class Study:
    """What `Client.study(name)` gives. Every method that reads asks the study anew."""

    def __init__(self, loop: LoopThread, reader: StudyReader) -> None:
        self._loop, self._reader = loop, reader

    @property
    def name(self) -> str:
        return self._reader.name

    def status(self) -> dict[str, Any]:
        """What the study says of itself now, as `dtune status --json`: status, counts, best, …

        Raises StudyError where there is none of this name.
        """
        return self._loop.run(self._reader.status())

    @property
    def best_params(self) -> dict[str, Any]:
        """Parameters of the best trial so far, nested. Raises StudyError where none is complete yet."""
        return nest(self._best()["params"])

    @property
    def best_value(self) -> float:
        """Its value: of the first objective, where there are several. Raises StudyError where no trial is complete yet."""
        return float(next(iter(self._best()["values"].values())))

    def trials(self, start: int = 0) -> list[dict[str, Any]]:
        """All trials from a number on, as `dtune trials --json`: number, state, params (by dotted name), values, reports, …"""

        async def collect() -> list[dict[str, Any]]:
            return [record async for record in self._reader.trials(start)]

        return self._loop.run(collect())

    def trials_dataframe(self) -> DataFrame:
        """All trials, a row each: number, state, a column `params.NAME` a parameter, `values.NAME` an objective, … Needs pandas."""
        return dataframe(self.trials())

    def front(self) -> list[dict[str, Any]]:
        """Trials so far that no other one is better than in all objectives; of one objective, the best."""
        return list(self.status()["front"])

    def curve(self, number: int) -> list[tuple[float, float]]:
        """All measurements of a trial, by step: of a long curve more than its record has. Raises StudyError where there is no such trial."""
        return self._loop.run(self._reader.curve(number))

    def predictions(self, number: int) -> Any:
        """What a trial predicted; None where it has left nothing. Raises StudyError where there is no such trial."""
        return self._loop.run(self._reader.predictions(number))

    def definition(self) -> dict[str, Any]:
        """The definition as it now stands."""
        definition: dict[str, Any] = self._loop.run(self._reader.edits())["definition"]
        return definition

    def edits(self) -> list[dict[str, Any]]:
        """The log of all edits, as `dtune log --json`: edit, who, why, time, …; `refused` says why one had no effect."""
        log: list[dict[str, Any]] = self._loop.run(self._reader.edits())["edits"]
        return log

    def wait(self, timeout: float | None = None) -> dict[str, Any]:
        """Waits until the study has closed. Its last status. Raises TimeoutError after so many seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        pause = 0.2
        while True:
            try:
                status = self.status()
                if "finishedAt" in status:
                    return status
            except Exception as error:
                # a server or a worker that restarts does not touch the study
                if not is_passing(error):
                    raise
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"study {self.name!r} has not closed within {timeout} seconds")
            time.sleep(pause)
            pause = min(2, pause * 1.3)

    def pause(self, *, now: bool = False, **by: Any) -> dict[str, Any]:
        """No trial starts any more; those in flight finish, or with `now` end with their checkpoints and go on from there afterwards.

        As of every edit: `who`, `why`, `at` (order trial: number of the first trial that sees it) and `request_id` (the same id again is the same
        edit) may be given; the status comes back; StudyError is raised where it is refused: nothing has changed then.
        """
        return self._edit({"kind": "pause", "now": now}, **by)

    def resume(self, **by: Any) -> dict[str, Any]:
        """Trials start again."""
        return self._edit({"kind": "resume"}, **by)

    def stop(self, *, now: bool = False, **by: Any) -> dict[str, Any]:
        """Ends the study: trials in flight finish, or with `now` are recorded as paused. A study that has closed stays as it is."""
        try:
            return self._edit({"kind": "stop", "now": now}, **by)
        except StudyError:
            status = self.status()
            if "finishedAt" not in status:
                raise
            return status

    def set_budget(self, stop: Mapping[str, Any], **by: Any) -> dict[str, Any]:
        """Changes stopping rules, `{"trials": 200}`, say; those not named stay, None takes one away."""
        return self._edit({"kind": "budget", "stop": dict(stop)}, **by)

    def set_parallel(self, parallel: int, **by: Any) -> dict[str, Any]:
        """Trials in flight together, 1 to 1,000."""
        return self._edit({"kind": "parallel", "parallel": parallel}, **by)

    def set_sampler(self, sampler: str | Mapping[str, Any], **by: Any) -> dict[str, Any]:
        """Changes the sampler: its name, or as in a study file, `{"tpe": {"candidates": 48}}`. It learns from all trials so far."""
        named = sampler_of(sampler)
        if named["name"] == "auto":
            raise StudyError(
                f"auto chooses a sampler by a rule of the program's: expected a name; or use `dtune set {self.name} --sampler auto`"
            )
        return self._edit({"kind": "sampler", "sampler": named}, **by)

    def enqueue(self, *trials: Mapping[str, Any], **by: Any) -> dict[str, Any]:
        """Trials to be tried next, in this order; parameters that are missing are sampled."""
        queued = [{"params": self._flat(params), "baseline": False} for params in trials]
        return self._edit({"kind": "enqueue", "trials": queued}, **by)

    def add(self, params: Mapping[str, Any], result: Any, **by: Any) -> dict[str, Any]:
        """A result from outside, of a point that this study did not ask for: the sampler learns from it, the budget does not count it."""
        return self._edit({"kind": "tell", "params": self._flat(params), "result": answer_of(result)}, **by)

    def cancel_trial(self, number: int, **by: Any) -> dict[str, Any]:
        """Ends an open trial as failed; it does not count against maxFailures."""
        return self._edit({"kind": "cancel", "number": number}, **by)

    def fail_trial(self, number: int, **by: Any) -> dict[str, Any]:
        """Ends an open trial as failed; it counts against maxFailures."""
        return self._edit({"kind": "fail", "number": number}, **by)

    def retry_trial(self, number: int, **by: Any) -> dict[str, Any]:
        """A failed trial's parameters once more, as a new trial, the next one to be tried; it goes on from the failed one's checkpoint."""
        return self._edit({"kind": "retry", "number": number}, **by)

    def approve(self, **by: Any) -> dict[str, Any]:
        """Lets a promotion that waits for a person's word be carried out."""
        return self._edit({"kind": "approve"}, **by)

    def reject(self, **by: Any) -> dict[str, Any]:
        """Has a promotion that waits for a person's word not be carried out."""
        return self._edit({"kind": "reject"}, **by)

    def note(self, text: str, number: int | None = None, **by: Any) -> dict[str, Any]:
        """A remark in the log, on the study or on one trial."""
        return self._edit({"kind": "note", "text": text} | ({} if number is None else {"number": number}), **by)

    def tag(self, tags: Mapping[str, str | None], **by: Any) -> dict[str, Any]:
        """Sets tags; None takes one away."""
        return self._edit({"kind": "tag", "tags": dict(tags)}, **by)

    def ask(
        self,
        fixed: Mapping[str, Any] | None = None,
        *,
        who: str | None = None,
        lease: float = 3600,
        wait: float = 10,
        request_id: str | None = None,
    ) -> LeasedTrial | None:
        """Borrows a trial for `lease` seconds: its parameters, to be run by the caller and told. `fixed` has values that it is to have.

        None where there is none to give within `wait` seconds. The same `request_id` again is the same lease.
        """
        return self._loop.run(borrow(self._reader, fixed and self._flat(fixed), who, lease, wait, request_id))

    def tell(self, trial: LeasedTrial | str, result: Any) -> dict[str, Any]:
        """A borrowed trial's result, as a trial function returns it. `trial`: what `ask` gave, or its lease."""
        return self._tell(trial, {"kind": "result", "result": answer_of(result)})

    def tell_failed(self, trial: LeasedTrial | str, reason: str) -> dict[str, Any]:
        """A borrowed trial has failed."""
        return self._tell(trial, {"kind": "failed", "reason": reason})

    def give_back(self, trial: LeasedTrial | str) -> dict[str, Any]:
        """A borrowed trial waits for somebody else."""
        return self._tell(trial, {"kind": "give back"})

    def renew(self, trial: LeasedTrial | str) -> dict[str, Any]:
        """Another lease from now on."""
        return self._tell(trial, {"kind": "renew"})

    def _tell(self, trial: LeasedTrial | str, outcome: Mapping[str, Any]) -> dict[str, Any]:
        lease = trial if isinstance(trial, str) else trial.lease
        return self._loop.run(tell(self._reader, lease, outcome))

    def _best(self) -> Mapping[str, Any]:
        status = self.status()
        best: Mapping[str, Any] | None = status["best"]
        if best is None:
            raise StudyError(f"study {self.name!r} ({status['status']}) has no complete trial: there is no best one")
        return best

    def _flat(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """By dotted name; a value of the space that is itself an object stays one."""
        names = {parameter["name"] for parameter in self.definition()["space"]["parameters"]}
        flat = flatten(params)
        return flat | {name: params[name] for name in names & params.keys()}

    def _edit(
        self,
        edit: Mapping[str, Any],
        *,
        who: str | None = None,
        why: str | None = None,
        at: int | None = None,
        request_id: str | None = None,
    ) -> dict[str, Any]:
        given_id = request_id or str(uuid.uuid4())
        optional = {"who": who, "why": why, "at": at}
        request = {"requestId": given_id, "edit": edit} | {key: value for key, value in optional.items() if value is not None}
        return self._loop.run(send_edit(self._reader, given_id, request))
