"""optuna_sqlite.py DATABASE TRIALS THREADS: prints trials a second of Optuna's TPE on SQLite with a trivial objective."""
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
database, trials, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
study = optuna.create_study(storage=f"sqlite:///{database}", sampler=optuna.samplers.TPESampler(seed=1))


def objective(trial):
    return sum(trial.suggest_float(f"x{i}", -5, 5) ** 2 for i in range(10))


started = time.perf_counter()
study.optimize(objective, n_trials=trials, n_jobs=threads)
print(trials / (time.perf_counter() - started))
