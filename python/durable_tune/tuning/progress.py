"""How a study gets on, as a line on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


class ProgressLine:
    """Written over on a terminal; else only what is new at the end."""

    def __init__(self, study: str) -> None:
        self._study = study
        self._is_terminal = sys.stderr.isatty()

    def show(self, status: Mapping[str, Any]) -> None:
        has_ended = "finishedAt" in status
        if self._is_terminal:
            print(f"\r\033[K{self._text(status)}", end="\n" if has_ended else "", file=sys.stderr, flush=True)
        elif has_ended:
            print(self._text(status), file=sys.stderr, flush=True)

    def _text(self, status: Mapping[str, Any]) -> str:
        counts, best = status["counts"], status["best"]
        done = counts["complete"] + counts["pruned"] + counts["infeasible"]
        of = f"/{status['trials']}" if "trials" in status else ""
        failed = f", {counts['failed']} failed" if counts["failed"] else ""
        if best is None:
            found = "no result yet"
        else:
            found = "best " + ", ".join(f"{name} {value:.6g}" for name, value in best["values"].items()) + f" (trial {best['number']})"
        return f"{self._study}: {status['status']}, {done}{of} trials{failed}, {found}"
