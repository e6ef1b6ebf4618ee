"""`dtune-worker MODULE`: serves all trials of a module."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys

from ..connection import connect
from ..decorator import trials_of
from ..errors import TuningError
from .serve import serve
from .target import Target, import_module


def main(arguments: list[str] | None = None) -> None:
    """The console script. Ends with 0 when it was told to (SIGTERM, Ctrl-C), with 2 where it was called wrongly."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        asyncio.run(_run(options))
    except TuningError as error:
        print(f"dtune-worker: {error}", file=sys.stderr)
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dtune-worker",
        description="Runs the trials of studies: each function with @durable_tune.trial in MODULE is an activity of its name. The server is "
        "the one that Temporal's environment configuration names (TEMPORAL_ADDRESS, TEMPORAL_API_KEY, TEMPORAL_TLS…), else the home's own.",
    )
    parser.add_argument("module", help="dotted name of a Python module, or the path of a .py file")
    parser.add_argument("--queue", help="task queue, as `trial: { activity, queue }` in the study file (default: the module's last name)")
    parser.add_argument("--address", help="host:port of the Temporal server")
    parser.add_argument("--namespace", help="of the Temporal server (default: default)")
    parser.add_argument("--home", help="folder of the embedded server (default: DTUNE_HOME, or ~/.dtune)")
    parser.add_argument("--max-trials", type=_positive, help="trials that run at once (default: one a CPU)")
    return parser


async def _run(options: argparse.Namespace) -> None:
    module: str = options.module
    targets = {name: Target(module=module, name=name) for name in trials_of(import_module(module))}
    queue: str = options.queue or module.removesuffix(".py").replace("/", ".").split(".")[-1]
    client = await connect(options.address, namespace=options.namespace, home=options.home)
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    print(f"serves {', '.join(targets)} on queue {queue}", file=sys.stderr, flush=True)
    await serve(client, queue, targets, stopped, max_trials=options.max_trials)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number, 1 or more")
    return int(text)


if __name__ == "__main__":
    main()
