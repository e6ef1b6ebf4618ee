"""Optuna's samplers, one trial at a time or several."""
import random

import optuna

PEERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "optuna_tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "optuna_tpe_uni": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "optuna_tpe_mvg": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "optuna_gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
    "optuna_cmaes": lambda seed: optuna.samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "optuna_qmc": lambda seed: optuna.samplers.QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False),
    "optuna_nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
    "optuna_nsga3": lambda seed: optuna.samplers.NSGAIIISampler(seed=seed),
}

def run(peer, spec, seed, n, objective):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=PEERS[peer](seed), directions=["minimize"] * spec["objectives"])

    # trials in flight as (when it ends, trial, parameters); a run's time varies about as trainings do
    rng, clock, asked, flying = random.Random(seed), 0.0, 0, []
    for _ in range(n):
        while asked < n and len(flying) < spec.get("parallel", 1):
            trial, asked = study.ask(), asked + 1
            flying.append((clock + rng.lognormvariate(0, 1), trial, suggest(trial, spec["space"])))
        flying.sort(key=lambda flight: flight[0])
        clock, trial, values = flying.pop(0)
        reply = objective(values)
        for i, g in enumerate(reply.get("constraints", [])):
            trial.set_constraint(f"g{i}", g)
        study.tell(trial, reply.get("values", reply.get("value")))


def suggest(trial, space):
    values = {}
    for p in space:
        c = p.get("condition")
        if c and not (c["param"] in values and values[c["param"]] in c["in"]):
            continue
        name = p["name"]
        if p["type"] == "float":
            values[name] = trial.suggest_float(name, p["low"], p["high"], log=p.get("log", False))
        elif p["type"] == "int":
            values[name] = trial.suggest_int(name, p["low"], p["high"], log=p.get("log", False))
        else:
            values[name] = trial.suggest_categorical(name, p["choices"])
    return values
