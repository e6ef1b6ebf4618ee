"""The artifact store, read: closed studies, and the blocks of older trials of any (artifacts/ on the other side)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..errors import StudyError
from .objects import objects_at

_ARCHIVE_VERSION = 1


class Store:
    """At a folder, as a path or file:///…, or at s3://BUCKET/PREFIX."""

    def __init__(self, place: str) -> None:
        """Raises StudyError where it is something else."""
        self._objects = objects_at(place)

    def blob(self, sha256: str) -> bytes:
        """Raises StudyError where it is not there or not what was put."""
        name = f"blobs/{sha256[:2]}/{sha256}"
        data, where = self._objects.read(name), self._objects.where(name)
        if data is None:
            raise StudyError(f"the artifact store has no {where}: is this the place that the study's workers keep theirs in?")
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StudyError(f"{where} is damaged: restore it from a backup")
        return data

    def archive(self, name: str) -> dict[str, Any] | None:
        """The study of this name that closed last."""
        latest = f"studies/{name}/latest.json"
        data = self._objects.read(latest)
        if data is None:
            return None
        archive: dict[str, Any] = json.loads(data)
        if archive["version"] > _ARCHIVE_VERSION:
            raise StudyError(
                f"{self._objects.where(latest)} has version {archive['version']}, this package reads up to {_ARCHIVE_VERSION}: "
                "install a newer durable-tune"
            )
        return archive

    def names(self) -> list[str]:
        """Of all studies that ever closed here."""
        return sorted(self._objects.folders("studies"))
