"""A home of the run's own: its server and worker end with the run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

# threads that spin for each other cost more than such small fits
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["KERAS_BACKEND"] = "jax"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Searches use it without being told."""
    from durable_tune.engine.engine import Engine
    from durable_tune.tuning.program import find_dtune

    folder = tmp_path_factory.mktemp("home")
    os.environ["DTUNE_HOME"] = str(folder)
    yield folder
    Engine.of(folder).close()
    subprocess.run([*find_dtune(), "server", "stop", "--home", str(folder)], check=True, capture_output=True)
