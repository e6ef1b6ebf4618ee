"""
Which Temporal server: the one that was named, else the one that Temporal's own environment configuration names (TEMPORAL_ADDRESS,
TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS…, a profile), else the one embedded in the home.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

from .errors import TuningError


def home_of(home: str | os.PathLike[str] | None = None) -> Path:
    """What was given, else DTUNE_HOME, else ~/.dtune."""
    return Path(home or os.environ.get("DTUNE_HOME") or Path.home() / ".dtune").absolute()


def artifacts_of(home: Path, given: str | os.PathLike[str] | None = None) -> str:
    """The place of the artifact store: what was given, else DTUNE_ARTIFACTS, else a folder in the home."""
    return str(given or os.environ.get("DTUNE_ARTIFACTS") or home / "artifacts")


def embedded_address(home: Path) -> str | None:
    """Address of the home's own server, as it was last seen."""
    try:
        address = json.loads((home / "server" / "process.json").read_text())["address"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return address if isinstance(address, str) else None


async def connect(
    address: str | None = None,
    *,
    namespace: str | None = None,
    home: str | os.PathLike[str] | None = None,
    embedded: bool = False,
) -> Client:
    """A client of the server. `embedded`: of the home's own one, whatever the environment says.

    Raises TuningError where nothing says where the server is.
    """
    config: dict[str, Any] = {} if embedded else dict(ClientConfig.load_client_connect_config())
    target = address or config.pop("target_host", None)
    config.pop("target_host", None)
    if target is None:
        target, place = embedded_address(home_of(home)), home_of(home)
        if target is None:
            raise TuningError(
                f"there is no address of a Temporal server, and none runs in the home {place}: give an address, set TEMPORAL_ADDRESS, "
                "or start one with `dtune server start` or `dtune run`"
            )
        # an embedded server is of this machine: credentials of another one are not for it
        config = {}
    if namespace is not None:
        config["namespace"] = namespace
    return await Client.connect(target, **config)
