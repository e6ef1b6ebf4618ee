"""The client of studies."""

from __future__ import annotations

import os
from functools import cache, partial
from types import TracebackType

import temporalio.client

from ..connection import artifacts_of, connect, home_of
from .loop import LoopThread
from .reader import StudyReader
from .store import Store
from .study import Study


class Client:
    """Studies of one Temporal server and artifact store. Made by `connect`; a context manager."""

    def __init__(self, loop: LoopThread, client: temporalio.client.Client, artifacts: str, patience: float) -> None:
        self._loop, self._client, self._patience = loop, client, patience
        # connected to with its first use
        self._store = cache(partial(Store, artifacts))

    @staticmethod
    def connect(
        address: str | None = None,
        *,
        namespace: str | None = None,
        home: str | os.PathLike[str] | None = None,
        artifacts: str | os.PathLike[str] | None = None,
        embedded: bool = False,
        patience: float = 30,
    ) -> Client:
        """Connects to the server at `address` (host:port), else to the one that Temporal's environment configuration names (TEMPORAL_ADDRESS, …),
        else to the one embedded in the home (`home`, DTUNE_HOME, ~/.dtune); `embedded`: to that one in any case.

        `artifacts` is the study's artifact store (DTUNE_ARTIFACTS, HOME/artifacts), a folder or s3://BUCKET/PREFIX, which takes
        `durable-tune[s3]`: closed studies and older trials are there.
        `patience`: seconds for which a server or a study's worker that is away is waited for, by what reads.
        """
        loop = LoopThread()
        try:
            client = loop.run(connect(address, namespace=namespace, home=home, embedded=embedded))
        except BaseException:
            loop.close()
            raise
        return Client(loop, client, artifacts_of(home_of(home), artifacts), patience)

    def study(self, name: str) -> Study:
        """The study of this name, whether there is one or not."""
        return Study(self._loop, StudyReader(self._client, name, self._store, self._patience))

    def close(self) -> None:
        self._loop.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
