"""Which function the process of a trial is to run: by its name in a module or a file, or pickled, for what only the calling process has."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle

from ..decorator import trials_of
from ..errors import TuningError


@dataclass(frozen=True)
class Target:
    """`module` (a dotted name, or the path of a file) and `name`, or the file that has the `pickled` function; `path` is for its imports."""

    module: str | None = None
    name: str | None = None
    pickled: str | None = None
    path: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def load(self) -> Callable[..., Any]:
        """The function. Imports its module: whatever that raises."""
        sys.path.extend(each for each in self.path if each not in sys.path)
        if self.pickled is not None:
            function = cloudpickle.loads(Path(self.pickled).read_bytes())
        else:
            assert self.module is not None and self.name is not None
            function = trials_of(import_module(self.module))[self.name]
        if not callable(function):
            raise TuningError(f"{self} is {function!r}: expected a function")
        return function  # type: ignore[no-any-return]


def import_module(module: str) -> ModuleType:
    """The module of a dotted name or of a file's path; modules beside the file, and in the working directory, can be imported by it."""
    if not module.endswith(".py"):
        _prepend(str(Path.cwd()))
        try:
            return importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise
            raise TuningError(f"there is no module {module!r} here ({error}): expected a dotted name, or the path of a .py file") from error
    path = Path(module).absolute()
    if not path.is_file():
        raise TuningError(f"there is no file {path}: expected a Python module")
    _prepend(str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def _prepend(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)
