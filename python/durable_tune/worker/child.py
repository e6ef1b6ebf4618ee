"""
The process of one trial: `python -m durable_tune.worker.child`. It imports the function, says that it is ready, is given one trial, runs it
and ends. The training has the main thread; another one reads what the worker says. Where the worker is gone, so is this process, with its
group: whatever it has started.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Literal

from ..answer import answer_of
from ..arguments import arguments
from ..context import Trial, set_current_trial
from ..errors import TransientError, TrialFailedError, TrialStopped, TuningError
from ..measurement import Measurement
from ..wire import WireTrial
from .messages import decode, encode
from .target import Target


class WorkerLink:
    """The outlet of a trial (context.py) that a worker runs."""

    def __init__(self, from_worker: int, to_worker: BinaryIO) -> None:
        self._from, self._to = from_worker, to_worker
        self._stop = threading.Event()
        self._sending = threading.Lock()
        self._waiting = threading.Lock()
        self._trials: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._verdicts: queue.SimpleQueue[Literal["go on", "prune"]] = queue.SimpleQueue()
        self._suggested: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="durable-tune", daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        try:
            with self._sending:
                self._to.write(encode(message))
                self._to.flush()
        except OSError:
            # the worker is gone: before the training ends by this, and leaves behind what it has started
            end_group()

    def next_trial(self) -> Any:
        """Waits for it."""
        return self._trials.get()

    def stop(self) -> None:
        self._stop.set()

    def report(self, reported: Measurement, wait: bool) -> Literal["go on", "prune"]:
        if not wait:
            self.send({"report": reported, "wait": False})
            return "go on"
        with self._waiting:
            self.send({"report": reported, "wait": True})
            return self._verdicts.get()

    def suggest(self, name: str, parameter: Mapping[str, Any]) -> Any:
        with self._waiting:
            self.send({"suggest": [name, parameter]})
            answer = self._suggested.get()
        if "value" in answer:
            return answer["value"]
        if "ended" in answer:
            raise TrialStopped(f"this trial was told to end before it was given {name}")
        raise TrialFailedError(answer["refused"])

    def checkpoint(self, pointer: str) -> None:
        self.send({"checkpoint": pointer})

    def restored(self, pointer: str) -> None:
        self.send({"restored": pointer})

    def should_stop(self) -> bool:
        return self._stop.is_set()

    def _listen(self) -> None:
        for line in _lines(self._from):
            message = decode(line)
            if "trial" in message:
                self._trials.put(message["trial"])
            elif "verdict" in message:
                self._verdicts.put(message["verdict"])
            elif "suggested" in message:
                self._suggested.put(message["suggested"])
            elif "stop" in message:
                self._stop.set()
        end_group()


def _lines(descriptor: int) -> Iterator[bytes]:
    """Lines of a pipe, to its end. Nothing that Python's own end would wait for."""
    rest = b""
    while chunk := os.read(descriptor, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def end_group() -> None:
    """Ends this process and whatever it has started."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _end(pid: int) -> None:
    """Registered first, so that it is the last of what is done at exit: nothing that the training has started outlives it."""
    if os.getpid() == pid:
        sys.stdout.flush()
        sys.stderr.flush()
        end_group()


def run(function: Callable[..., Any], raw: Any, link: WorkerLink) -> dict[str, Any]:
    """How the trial ended, as a message to the worker."""
    try:
        trial = Trial(WireTrial.read(raw), link)
        set_current_trial(trial)
        returned = function(**arguments(function, trial))
        # a training that another step measures has left a checkpoint
        return {"answer": answer_of({} if returned is None and trial.stage == "train" else returned)}
    except TransientError as error:
        return {"transient": str(error)}
    except TuningError as error:
        return {"failed": str(error)}
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        return {"failed": f"{type(error).__name__}: {error}"}


def main() -> None:
    atexit.register(_end, os.getpid())
    from_worker, to_worker = os.dup(0), os.fdopen(os.dup(1), "wb")
    # what the training prints is not for the worker to read
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    link = WorkerLink(from_worker, to_worker)
    signal.signal(signal.SIGTERM, lambda *_: link.stop())
    # Ctrl-C is the worker's to hear
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        function = Target(**json.loads(sys.argv[1])).load()
    except BaseException as error:
        traceback.print_exc()
        link.next_trial()
        link.send({"failed": f"the trial function cannot be loaded: {type(error).__name__}: {error}"})
        return
    link.send({"ready": True})
    # what is registered to be done at exit is done now
    link.send(run(function, link.next_trial(), link))


if __name__ == "__main__":
    main()
