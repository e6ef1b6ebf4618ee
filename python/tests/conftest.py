"""What several tests need."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

WIRE = Path(__file__).parents[2] / "test" / "study" / "fixtures" / "wire"


def fixture(name: str) -> Any:
    """A fixture of the wire contract, which the suite of the other side reads, too."""
    return json.loads((WIRE / f"{name}.json").read_text())


def temporal_program() -> str:
    """The `temporal` program: DTUNE_TEMPORAL, else on PATH, else the newest in the cache of durable-tune."""
    cache = Path(os.environ.get("DTUNE_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "durable-tune")
    found = [os.environ.get("DTUNE_TEMPORAL"), shutil.which("temporal"), *sorted(map(str, cache.glob("temporal/*/temporal")), reverse=True)]
    program = next((each for each in found if each), None)
    assert program, "there is no temporal program: set DTUNE_TEMPORAL, or run `npm test` once, which installs one"
    return program
