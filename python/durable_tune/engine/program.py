"""The command `dtune`: the one that DTUNE_PROGRAM names, else the one on PATH."""

from __future__ import annotations

import os
import shlex
import shutil

from ..errors import TuningError


def dtune_command() -> list[str]:
    """Program and first arguments. Raises TuningError where there is none."""
    named = os.environ.get("DTUNE_PROGRAM")
    if named:
        return shlex.split(named)
    found = shutil.which("dtune")
    if found is None:
        raise TuningError("there is no program dtune on PATH: install it with `npm install -g durable-tune`, or name it in DTUNE_PROGRAM")
    return [found]
