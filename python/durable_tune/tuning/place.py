"""Where a script's study runs: a home, its server and background worker, kept alive by `dtune`."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..connection import artifacts_of, home_of
from ..errors import StudyError
from .program import find_dtune


class Place:
    def __init__(
        self, home: str | os.PathLike[str] | None, artifacts: str | os.PathLike[str] | None, embedded: bool, temporal: str | None
    ) -> None:
        self.home = home_of(home)
        self.artifacts = artifacts_of(self.home, artifacts)
        self.embedded = embedded
        self._options = ["--home", str(self.home), "--artifacts", self.artifacts]
        self._options += ["--embedded"] if embedded else []
        self._options += ["--temporal", temporal] if temporal else []
        self._dtune = find_dtune()

    def start(self, definition: Mapping[str, Any], *, again: bool) -> None:
        """Starts the study, and whatever it needs; one of the same definition that is there already is taken up.

        Raises StudyError where it is refused: the definition, or one of another study of that name.
        """
        with tempfile.TemporaryDirectory(prefix="durable-tune-") as folder:
            file = Path(folder) / "study.json"
            file.write_text(json.dumps(definition, allow_nan=False), encoding="utf-8")
            ended = self._run("run", str(file), "--detach", *(["--new"] if again else []))
        if ended.returncode != 0:
            words = ended.stderr.strip() or f"dtune ended with code {ended.returncode}"
            raise StudyError(words.replace(f"{file}: ", ""))

    def care(self, study: str) -> None:
        """Starts what has died of server and worker."""
        self._run("status", study, "--json")

    def _run(self, verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"NO_COLOR": "1"}
        return subprocess.run(
            [*self._dtune, verb, *arguments, *self._options], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL
        )
