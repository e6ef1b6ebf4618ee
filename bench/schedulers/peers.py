"""Optuna's TPE with its pruners on lc_digits, for score.ts: one line a run in data/peers/runs_optuna_….jsonl.

    VENV/bin/pip install optuna==5.0.0 && VENV/bin/python bench/schedulers/peers.py --seeds 0-39

A trial is asked for, reports each epoch, and ends where the pruner says; each epoch costs one. The pruners cannot resume a trial.
HyperbandPruner chooses brackets by the study's name, which is random: its runs are not repeatable."""
import argparse
import gzip
import json
import math
import os

import optuna

HERE = os.path.dirname(os.path.abspath(__file__))
EPOCHS = 81
FULL = 3240
# name, kind, low, high, log, weight
AXES = [
    ("lr", "float", 1e-4, 1.0, True, 2.0),
    ("momentum", "float", 0.0, 0.99, False, 1.5),
    ("weight_decay", "float", 1e-7, 1e-2, True, 0.7),
    ("units", "int", 4, 128, True, 1.0),
    ("batch_size", "int", 8, 256, True, 1.0),
    ("dropout", "float", 0.0, 0.7, False, 1.0),
]
PEERS = {
    "optuna tpe + successive halving": lambda: optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
    "optuna tpe + hyperband": lambda: optuna.pruners.HyperbandPruner(
        min_resource=1, max_resource=EPOCHS, reduction_factor=3
    ),
}


def place(params):
    place = []
    for name, _, low, high, log, weight in AXES:
        value = params[name]
        share = math.log(value / low) / math.log(high / low) if log else (value - low) / (high - low)
        place.append(weight * share)
    return place


with gzip.open(os.path.join(HERE, "data", "lc_digits_curves.json.gz"), "rt") as file:
    MEASURED = [(place(params), errors) for params, errors in json.load(file)]


def curve_of(params):
    """Error after each epoch: the mean of the three nearest trainings, as in curves.ts."""
    at = place(params)
    distances = [(sum((a - b) ** 2 for a, b in zip(x, at)), i) for i, (x, _) in enumerate(MEASURED)]
    nearest = sorted(distances)[:3]
    weights = [1 / (distance + 1e-6) for distance, _ in nearest]
    return [
        sum(w * MEASURED[i][1][epoch] for w, (_, i) in zip(weights, nearest)) / sum(weights) for epoch in range(EPOCHS)
    ]


def suggest(trial):
    return {
        name: (trial.suggest_float if kind == "float" else trial.suggest_int)(name, low, high, log=log)
        for name, kind, low, high, log, _ in AXES
    }


def play(pruner, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed), pruner=pruner)
    spent, trials, best, least = 0, 0, [], 1.0
    while spent < FULL:
        trial = study.ask()
        trials += 1
        curve = curve_of(suggest(trial))
        for epoch, error in enumerate(curve, 1):
            spent += 1
            least = min(least, error)
            trial.report(error, epoch)
            if epoch < EPOCHS and trial.should_prune():
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                break
            if epoch == EPOCHS:
                study.tell(trial, error)
            elif spent >= FULL:
                break
        if not best or least < best[-1][1]:
            best.append([spent, least])
    return trials, best


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--seeds", default="0-39")
    parser.add_argument("--out", default=os.path.join(HERE, "data", "peers"))
    flags = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    first, last = map(int, flags.seeds.split("-"))
    os.makedirs(flags.out, exist_ok=True)
    for peer in flags.peers.split(","):
        with open(os.path.join(flags.out, f"runs_{peer.replace(' + ', '_').replace(' ', '_')}.jsonl"), "a") as out:
            for seed in range(first, last + 1):
                trials, best = play(PEERS[peer](), seed)
                run = {"peer": peer, "problem": "lc_digits", "seed": seed, "n": FULL, "trials": trials, "curve": best}
                out.write(json.dumps(run, separators=(",", ":")) + "\n")
                out.flush()
