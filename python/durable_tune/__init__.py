"""Hyperparameter studies that nothing can kill: trials in Python, durable studies in Temporal."""

from .decorator import trial
from .errors import StudyError, TransientError, TrialFailedError, TrialPruned, TrialStopped, TuningError
from .context import LocalTrial, Trial, current_trial

__all__ = [
    "LocalTrial",
    "StudyError",
    "TransientError",
    "Trial",
    "TrialFailedError",
    "TrialPruned",
    "TrialStopped",
    "TuningError",
    "current_trial",
    "trial",
]
