"""`durable_tune.tune`: a durable study of a function, from a script."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from ..client.client import Client
from ..client.passing import is_passing
from ..client.study import Study
from ..errors import TuningError
from .host import Host
from .place import Place
from .progress import ProgressLine
from .result import TuneResult

Goal = Literal["minimize", "maximize"]


def tune(
    objective: Callable[..., Any],
    space: Mapping[str, Any] | None = None,
    *,
    trials: int | None = None,
    goal: Goal = "minimize",
    objectives: Mapping[str, Goal] | None = None,
    name: str | None = None,
    parallel: int = 1,
    sampler: str | Mapping[str, Any] | None = None,
    scheduler: str | Mapping[str, Any] | None = None,
    enqueue: Sequence[Mapping[str, Any]] = (),
    stop: Mapping[str, Any] | None = None,
    seed: int | None = None,
    order: Literal["completion", "trial"] | None = None,
    timeout: str | None = None,
    retries: int = 0,
    heartbeat: str = "10s",
    again: bool = False,
    progress: bool = True,
    home: str | os.PathLike[str] | None = None,
    artifacts: str | os.PathLike[str] | None = None,
    embedded: bool = False,
    temporal: str | None = None,
    **study: Any,
) -> TuneResult:
    """Tunes a function: starts a server, the study and what runs it, runs the trials from here, each in a process of its own, and waits.

    Run the script again after whatever killed it, and it goes on where it was; a study that has finished gives its result at once. That goes by
    `name` (default: of the script and the function) and the definition; `again` starts anew where one has closed or was defined otherwise.

    objective: takes parameters by keyword, or as one dataclass, pydantic model or dict, and a `Trial` if it likes; see `trial`. It may be a
        lambda or a closure: it is pickled by value.
    space: parameters by name, as in a study file, or by Float, Int, Choice, …; leave it out with `models`.
    trials: how many; `stop` has the other rules: `{"time": "10m", "target": 0.1, …}`.
    goal: of the one objective, called `value`; `objectives` has several: `{"loss": "minimize", "ms": "minimize"}`.
    parallel: trials at once, in as many processes. order: "trial" makes a parallel study independent of timing.
    timeout: of one attempt, "10m". retries: of a trial that has failed. heartbeat: how soon a script that was killed is known to be gone.
    home, artifacts, embedded, temporal: as of the command `dtune`. By default TEMPORAL_ADDRESS or a home's own server, in ~/.dtune.
    study: other keys of a study file (constraints, models, evaluate, replicates, …); paths in it absolute.

    Raises StudyError where the study is refused, in words; TuningError where there is no Node or no `dtune` (see `durable_tune.tuning.program`).
    KeyboardInterrupt (Ctrl-C) leaves it as it is: run it again to go on.
    """
    study_name = name or _name_of(objective)
    if objectives is None:
        measured: dict[str, Any] = {"objective": {"name": "value", "goal": goal}}
    else:
        measured = {"objectives": [{"name": each, "goal": of} for each, of in objectives.items()]}
    queue = f"python/{study_name}"
    function = _function_name(objective)
    optional = {"space": space, "sampler": sampler, "scheduler": scheduler, "seed": seed, "order": order, "enqueue": list(enqueue) or None}
    definition: dict[str, Any] = {
        "name": study_name,
        **{key: value for key, value in optional.items() if value is not None},
        **measured,
        "trial": {
            "activity": function,
            "queue": queue,
            "retries": retries,
            "heartbeat": heartbeat,
            **({} if timeout is None else {"timeout": timeout}),
        },
        "stop": {**({} if trials is None else {"trials": trials}), **(stop or {})},
        "parallel": parallel,
        **study,
    }
    place = Place(home, artifacts, embedded, temporal)
    place.start(definition, again=again)
    with Client.connect(home=place.home, artifacts=place.artifacts, embedded=embedded, patience=_PATIENCE) as client:
        found = client.study(study_name)
        status = _status(place, found)
        if "finishedAt" in status:
            if progress:
                print(f"study {study_name!r} has finished before: this is its result; again=True starts it anew", file=sys.stderr)
        else:
            host = Host(place, queue, function, objective, parallel)
            try:
                status = _wait(place, host, found, ProgressLine(study_name) if progress else None)
            finally:
                host.close()
        return TuneResult(study_name, status, found.trials())


# seconds between looks at the study: the first ones, and the later ones
_POLL, _MOST_POLL = 0.2, 2.0
# for which the server and the study's worker may be away before they are looked after
_PATIENCE = 3.0


def _wait(place: Place, host: Host, study: Study, line: ProgressLine | None) -> Mapping[str, Any]:
    """The study's last status."""
    pause = _POLL
    while True:
        host.keep()
        status = _status(place, study)
        if line is not None:
            line.show(status)
        if "finishedAt" in status:
            return status
        time.sleep(pause)
        pause = min(_MOST_POLL, pause * 1.2)


def _status(place: Place, study: Study) -> Mapping[str, Any]:
    """The study's status, once its server and its worker, which are started again where they have died, can say it."""
    while True:
        try:
            return study.status()
        except Exception as error:
            if not is_passing(error):
                raise
            place.care(study.name)


def _name_of(objective: Callable[..., Any]) -> str:
    """The script's and the function's: the same whenever the script is run again."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    script = Path(file).stem if file else "study"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", f"{script}-{_function_name(objective)}").strip("-")


def _function_name(objective: Callable[..., Any]) -> str:
    if not callable(objective):
        raise TuningError(f"objective is {objective!r}: expected a function")
    name = getattr(objective, "__name__", type(objective).__name__)
    return "objective" if name == "<lambda>" else str(name)
