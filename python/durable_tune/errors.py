"""What may go wrong, by what happens next."""

from __future__ import annotations


class TuningError(Exception):
    """Any error of this package: it says what happened, the value, what was expected and what to do."""


class StudyError(TuningError):
    """The study refuses it, or there is no such study: nothing has changed."""


class TrialFailedError(TuningError):
    """The trial has failed; the study goes on. Any other exception of a trial means the same."""


class TransientError(TuningError):
    """Not the trial's fault (a full disk, a machine that goes away): raised by a trial, it is run again from its newest checkpoint."""


class TrialStopped(TuningError):
    """The trial is to end now; what it has reported and saved so far counts."""


class TrialPruned(TrialStopped):
    """The study wants no more of this trial: raised by `report(…, wait=True)`. Let it pass, or save a checkpoint first."""
