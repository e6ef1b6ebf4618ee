"""The artifact store of a folder, read: closed studies, and the blocks of older trials of any (artifacts/ on the other side)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from ..errors import StudyError

_ARCHIVE_VERSION = 1


class Store:
    """At a folder, as a path or file:///…"""

    def __init__(self, place: str) -> None:
        parsed = urlparse(place)
        if parsed.scheme not in ("", "file"):
            raise StudyError(f"the artifact store is {place!r}: this client reads folders; use `dtune trials STUDY --json` for a bucket")
        self._root = Path(unquote(parsed.path) if parsed.scheme else place)

    def blob(self, sha256: str) -> bytes:
        """Raises StudyError where it is not there or not what was put."""
        path = self._root / "blobs" / sha256[:2] / sha256
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StudyError(
                f"the artifact store has no {path} ({error.strerror}): is this the place that the study's workers keep theirs in?"
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StudyError(f"{path} is damaged: restore it from a backup")
        return data

    def archive(self, name: str) -> dict[str, Any] | None:
        """The study of this name that closed last."""
        path = self._root / "studies" / name / "latest.json"
        try:
            archive: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        if archive["version"] > _ARCHIVE_VERSION:
            raise StudyError(
                f"{path} has version {archive['version']}, this package reads up to {_ARCHIVE_VERSION}: install a newer durable-tune"
            )
        return archive

    def names(self) -> list[str]:
        """Of all studies that ever closed here."""
        folder = self._root / "studies"
        return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
