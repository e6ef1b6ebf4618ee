"""Bytes under names, read: what a folder and an S3 bucket have in common (artifacts/objects.ts)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlparse

from ..errors import StudyError, TransientError


class Objects(Protocol):
    """A store of objects. Names have parts with '/' between them. Raises TransientError where the store cannot be reached, or says no."""

    def where(self, name: str) -> str:
        """Where an object is, for messages: a path or a URI."""

    def read(self, name: str) -> bytes | None:
        """None where there is none of that name."""

    def folders(self, folder: str) -> list[str]:
        """Names of the folders in a folder, in any order."""


def objects_at(place: str) -> Objects:
    """The objects at a place: a folder, as a path or file:///…, or s3://BUCKET/PREFIX. Raises StudyError where it is something else."""
    if re.match("s3:", place, re.IGNORECASE):
        # its library is asked for only here
        from .s3 import S3Objects

        return S3Objects(place)
    parsed = urlparse(place)
    if parsed.scheme.lower() == "file":
        return FolderObjects(Path(unquote(parsed.path)))
    # one letter is a drive
    if re.match(r"[a-z][a-z0-9+.-]+:", place, re.IGNORECASE):
        raise StudyError(f"the artifact store is {place!r}: expected a folder, or s3://BUCKET/PREFIX for a bucket")
    return FolderObjects(Path(place))


class FolderObjects:
    """Files of a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def where(self, name: str) -> str:
        return str(self._root / name)

    def read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise TransientError(f"cannot read {self.where(name)}: {error.strerror}") from error

    def folders(self, folder: str) -> list[str]:
        try:
            return [each.name for each in os.scandir(self._root / folder) if each.is_dir()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise TransientError(f"cannot list {self.where(folder)}: {error.strerror}") from error
