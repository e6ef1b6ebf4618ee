"""Serves trials on a task queue."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from .target import Target
from .trials import Trials


async def serve(
    client: Client, queue: str, targets: Mapping[str, Target], stopped: asyncio.Event, *, max_trials: int | None = None
) -> None:
    """Runs trials until `stopped` is set: those in flight are told to end, and go on with another worker from their last checkpoints.

    `max_trials` run at once: as many as there are CPUs, where it is not said. How many a study has in flight is its own `parallel`.
    """
    trials = Trials(client)
    worker = Worker(
        client,
        task_queue=queue,
        activities=[trials.activity(name, target) for name, target in targets.items()],
        max_concurrent_activities=max_trials or os.cpu_count() or 1,
        max_heartbeat_throttle_interval=timedelta(seconds=1),
        default_heartbeat_throttle_interval=timedelta(seconds=1),
    )
    try:
        async with worker:
            await stopped.wait()
    finally:
        await trials.close()
