"""The checkpoint files of one attempt at a trial: each is there whole or not at all, under a name of its own."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections import deque
from collections.abc import Callable
from pathlib import Path

from ..context import Trial

_SUPERSEDED = 10.0
"""Seconds after which a study certainly knows a newer one: heartbeats carry where to go on from, about one a second."""


class Checkpoints:
    def __init__(self, trial: Trial, folder: str | os.PathLike[str] | None = None, suffix: str = "") -> None:
        """`folder`: one that all machines of the study share; default: HOME/checkpoints, of DTUNE_HOME or ~/.dtune."""
        home = Path(os.environ.get("DTUNE_HOME") or Path.home() / ".dtune")
        self._trial, self._suffix = trial, suffix
        self._folder = Path(folder or home / "checkpoints") / trial.study / str(trial.number)
        self._older: deque[tuple[float, Path]] = deque()
        self._newest: Path | None = None

    def save(self, write: Callable[[Path], None]) -> None:
        """Has a file or a folder written, and tells the trial of it. Of this attempt's earlier ones those go that nobody goes on from."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{self._trial.attempt}-{uuid.uuid4().hex}{self._suffix}"
        unfinished, path = self._folder / f"unfinished-{name}", self._folder / name
        write(unfinished)
        unfinished.rename(path)
        self._trial.save_checkpoint(path)
        now = time.monotonic()
        if self._newest is not None:
            self._older.append((now, self._newest))
        self._newest = path
        while self._older and now - self._older[0][0] > _SUPERSEDED:
            _remove(self._older.popleft()[1])


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
