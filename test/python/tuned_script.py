"""A script that tunes, to be killed and run again."""

import sys
import time
from pathlib import Path

import durable_tune as dt

folder, home = Path(sys.argv[1]), sys.argv[2]


def loss(x: float, trial: dt.Trial) -> float:
    with (folder / "started").open("a") as started:
        started.write(f"{trial.number}\n")
    time.sleep(0.4)
    return (x - 0.5) ** 2


result = dt.tune(loss, {"x": dt.Float(0, 1)}, trials=10, parallel=2, seed=3, heartbeat="2s", home=home, embedded=True)
assert result.best_value == min(trial["values"]["value"] for trial in result.trials)
print([trial["state"] for trial in result.trials], result.study)
