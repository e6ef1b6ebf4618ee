"""Runs fits: in the thread that asks, or in processes of this one."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, wait
from contextlib import contextmanager
from typing import Any, Protocol

import joblib
from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import BrokenProcessPool

from ..errors import TrialFailedError, TrialStopped
from .evaluation import Evaluation, Fit

# how often fits in other processes are asked whether the search has ended, seconds
_LOOK = 0.2


class Fits(Protocol):
    def all(self, model: str, params: Mapping[str, Any], stopped: threading.Event) -> list[Fit]:
        """A candidate's fits, by fold. Raises TrialStopped once it is told to, and what the estimator raises with error_score 'raise'."""
        ...


@contextmanager
def fits_of(evaluation: Evaluation, jobs: int) -> Iterator[Fits]:
    """`jobs` fits at once in processes; of one alone, in the thread that asks."""
    if jobs == 1:
        yield _InThread(evaluation)
        return
    folder = tempfile.mkdtemp(prefix="durable-tune-")
    fits = _InProcesses(evaluation, jobs, os.path.join(folder, "evaluation"))
    try:
        yield fits
    finally:
        fits.close()
        shutil.rmtree(folder, ignore_errors=True)


class _InThread:
    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation

    def all(self, model: str, params: Mapping[str, Any], stopped: threading.Event) -> list[Fit]:
        fits = []
        for fold in range(len(self._evaluation.splits)):
            if stopped.is_set():
                raise TrialStopped(f"the search ended before fold {fold}")
            fits.append(self._evaluation.fit(model, params, fold))
        return fits


class _InProcesses:
    """The data is written once; each process maps it into its memory."""

    def __init__(self, evaluation: Evaluation, jobs: int, path: str) -> None:
        joblib.dump(evaluation, path)
        self._path, self._jobs, self._folds = path, jobs, range(len(evaluation.splits))
        self._lock = threading.Lock()
        self._pool = self._new_pool()

    def all(self, model: str, params: Mapping[str, Any], stopped: threading.Event) -> list[Fit]:
        pool = self._pool
        try:
            futures = [pool.submit(_fit, self._path, model, params, fold) for fold in self._folds]
            try:
                while not stopped.is_set():
                    done, left = wait(futures, timeout=_LOOK, return_when=FIRST_EXCEPTION)
                    fits = [future.result() for future in futures if future in done]
                    if not left:
                        return fits
                raise TrialStopped("the search ended before its fits did")
            finally:
                for future in futures:
                    future.cancel()
        except BrokenProcessPool as error:
            with self._lock:
                if self._pool is pool:
                    self._pool = self._new_pool()
            raise TrialFailedError(f"a process of its fits died: {error}") from error

    def close(self) -> None:
        self._pool.shutdown(kill_workers=True)

    def _new_pool(self) -> Any:
        # as joblib does it: fits side by side share the processor
        threads = str(max(1, (os.cpu_count() or 1) // self._jobs))
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
        return ProcessPoolExecutor(max_workers=self._jobs, env={name: os.environ.get(name, threads) for name in names})


_loaded: dict[str, Evaluation] = {}


def _fit(path: str, model: str, params: Mapping[str, Any], fold: int) -> Fit:
    if path not in _loaded:
        _loaded.clear()
        _loaded[path] = joblib.load(path, mmap_mode="r")
    return _loaded[path].fit(model, params, fold)
