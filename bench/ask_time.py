"""ask_time.py N D SEED: prints the mean CPU milliseconds of 20 consecutive ask+tell of Optuna's TPE after N finished trials of D floats."""
import sys
import time

import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
n, d, seed = map(int, sys.argv[1:4])
rng = np.random.default_rng(seed)
space = {f"x{i}": optuna.distributions.FloatDistribution(-5, 5) for i in range(d)}
study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
points = rng.uniform(-5, 5, (n, d))
study.add_trials(
    [
        optuna.trial.create_trial(params={f"x{i}": float(v) for i, v in enumerate(p)}, distributions=space, value=float((p**2).sum()))
        for p in points
    ]
)


def step():
    trial = study.ask()
    study.tell(trial, sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(d)))


step()
started = time.process_time()
for _ in range(20):
    step()
print((time.process_time() - started) / 20 * 1000)
