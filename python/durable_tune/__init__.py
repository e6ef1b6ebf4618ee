"""Hyperparameter studies that nothing can kill: trials in Python, durable studies in Temporal."""

from typing import TYPE_CHECKING, Any

from .context import LocalTrial, Trial, current_trial
from .decorator import trial
from .errors import StudyError, TransientError, TrialFailedError, TrialPruned, TrialStopped, TuningError
from .space import Array, Bool, Choice, Fixed, Float, Int, Ordinal, Permutation

if TYPE_CHECKING:
    from .client import Client, LeasedTrial, Study
    from .tuning.result import TuneResult
    from .tuning.run import tune

__all__ = [
    "Array",
    "Bool",
    "Choice",
    "Client",
    "Fixed",
    "Float",
    "Int",
    "LeasedTrial",
    "LocalTrial",
    "Ordinal",
    "Permutation",
    "Study",
    "StudyError",
    "TransientError",
    "Trial",
    "TrialFailedError",
    "TrialPruned",
    "TrialStopped",
    "TuneResult",
    "TuningError",
    "current_trial",
    "trial",
    "tune",
]

# the processes of trials have no use for Temporal's library, which takes long to import
_LATER = {
    "Client": "durable_tune.client",
    "LeasedTrial": "durable_tune.client",
    "Study": "durable_tune.client",
    "TuneResult": "durable_tune.tuning.result",
    "tune": "durable_tune.tuning.run",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_LATER[name]), name)
    return value
