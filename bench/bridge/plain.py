"""The libraries used by themselves, as their own documents say, on the problem of bench/bridge/problem.ts.

    plain.py LIBRARY SAMPLER TRIALS SEED [FOLDER [KILL]]

prints what was tried, a list of points. With FOLDER the run keeps what the library offers to keep there, and goes on from it; with KILL it is
killed (SIGKILL) while trial KILL runs.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import signal
import sys
from pathlib import Path

KINDS = ["sgd", "adam", "rmsprop"]
COST = {"sgd": 0.2, "adam": 0.0, "rmsprop": 0.1}

library, sampler, trials, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
folder = Path(sys.argv[5]) if len(sys.argv) > 5 else None
kill = int(sys.argv[6]) if len(sys.argv) > 6 else -1
tried: list[list[float]] = []


def objective(rate: float, width: int, mix: float, kind: str) -> float:
    """Nothing but what every processor rounds alike."""
    if len(tried) == kill:
        os.kill(os.getpid(), signal.SIGKILL)
    tried.append([rate, width, mix, KINDS.index(kind)])
    a, b, c = rate - 0.1, (width - 12) / 32, mix - 0.3
    return a * a + b * b + c * c + COST[kind]


def optuna() -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = f"sqlite:///{folder}/optuna.db" if folder else None
    make = getattr(optuna.samplers, sampler)
    study = optuna.create_study(study_name="s", storage=storage, load_if_exists=True, sampler=make(seed=seed))
    for trial in study.trials:
        if trial.state.is_finished():
            tried.append([*(trial.params[name] for name in ("rate", "width", "mix")), KINDS.index(trial.params["kind"])])

    def trial_value(trial: optuna.Trial) -> float:
        return objective(
            trial.suggest_float("rate", 1e-4, 1, log=True),
            trial.suggest_int("width", 1, 32),
            trial.suggest_float("mix", 0, 1),
            trial.suggest_categorical("kind", KINDS),
        )

    study.optimize(trial_value, n_trials=trials - len(tried))


def hyperopt() -> None:
    import random

    import numpy
    from hyperopt import Trials, anneal, fmin, hp, rand, tpe

    space = {
        "rate": hp.loguniform("rate", math.log(1e-4), math.log(1)),
        # atpe fails on uniformint
        "width": hp.quniform("width", 1, 32, 1) if sampler == "atpe" else hp.uniformint("width", 1, 32),
        "mix": hp.uniform("mix", 0, 1),
        "kind": hp.choice("kind", KINDS),
    }
    if sampler == "atpe":
        from hyperopt import atpe

        # it draws from what is global, whatever rstate is
        random.seed(seed)
        numpy.random.seed(seed)
        suggest = atpe.suggest
    else:
        suggest = {"tpe": tpe, "anneal": anneal, "rand": rand}[sampler].suggest
    kept = folder / "trials.pkl" if folder else None
    done: Trials | None = None
    if kept and kept.exists():
        done = pickle.loads(kept.read_bytes())
        for misc in done.miscs:
            tried.append([misc["vals"][name][0] for name in ("rate", "width", "mix", "kind")])
    fmin(
        lambda p: objective(min(1.0, max(1e-4, p["rate"])), int(p["width"]), p["mix"], p["kind"]),
        space,
        algo=suggest,
        max_evals=trials,
        trials=done or (None if kept else Trials()),
        rstate=numpy.random.default_rng(seed),
        trials_save_file=str(kept) if kept else "",
        show_progressbar=False,
        verbose=False,
    )


def skopt() -> None:
    from skopt import Optimizer
    from skopt.space import Categorical, Integer, Real

    kept = folder / "optimizer.pkl" if folder else None
    if kept and kept.exists():
        optimizer = pickle.loads(kept.read_bytes())
        tried.extend([x[0], x[1], x[2], KINDS.index(x[3])] for x in optimizer.Xi)
    else:
        space = [
            Real(1e-4, 1, prior="log-uniform", name="rate"),
            Integer(1, 32, name="width"),
            Real(0, 1, name="mix"),
            Categorical(KINDS, name="kind"),
        ]
        optimizer = Optimizer(space, base_estimator=sampler, random_state=seed)
    while len(tried) < trials:
        x = optimizer.ask()
        optimizer.tell(x, objective(*x))
        if kept:
            kept.with_suffix(".new").write_bytes(pickle.dumps(optimizer))
            os.replace(kept.with_suffix(".new"), kept)


def bayes_opt() -> None:
    from bayes_opt import BayesianOptimization, acquisition

    def target(rate: float, width: int, mix: float, kind: str) -> float:
        return -objective(min(1.0, max(1e-4, math.exp(rate))), int(width), mix, kind)

    kept = folder / "state.json" if folder else None
    arguments = {} if sampler == "UpperConfidenceBound" else {"xi": 0.01}
    optimizer = BayesianOptimization(
        f=target,
        pbounds={
            "rate": (math.log(1e-4), math.log(1)),
            "width": (1, 32, int),
            "mix": (0, 1),
            "kind": tuple(KINDS),
        },
        acquisition_function=getattr(acquisition, sampler)(**arguments),
        random_state=seed,
        verbose=0,
        allow_duplicate_points=True,
    )
    first = 5
    if kept and kept.exists():
        optimizer.load_state(kept)
        for each in optimizer.res:
            p = each["params"]
            tried.append([math.exp(p["rate"]), int(p["width"]), p["mix"], KINDS.index(p["kind"])])
        first = max(0, first - len(tried))
    if not kept:
        optimizer.maximize(init_points=first, n_iter=trials - first)
        return
    # its maximize keeps nothing on the way, so the state is kept after each trial
    queue = optimizer.random_sample(first) if first else []
    while len(tried) < trials:
        point = queue.pop(0) if queue else optimizer.suggest()
        optimizer.register(point, target(**point))
        optimizer.save_state(kept.with_suffix(".new"))
        os.replace(kept.with_suffix(".new"), kept)


{"optuna": optuna, "hyperopt": hyperopt, "skopt": skopt, "bayes_opt": bayes_opt}[library]()
print(json.dumps(tried, default=float))
