"""Runs other libraries' samplers on the problems, each as its manual has it, and appends runs_PEER.jsonl lines to a folder.

    python peers.py --peers optuna_tpe,hyperopt_tpe --problems svm_wine,cond_models --seeds 0-4 --budget 50 [--out FOLDER]

--problems: names of problems.json, groups ('b') or groups with dimensions ('a5'); 'b@8' is b with 8 trials in flight (Optuna alone).
--out data/peers adds to the carried runs; those already in the folder are not repeated.
Peers: random, optuna_{tpe,tpe_uni,tpe_mvg,gp,cmaes,qmc,nsga2,nsga3}, hyperopt_tpe, skopt_{gp,forest}, bayes_opt (no categories),
smac_{rf,gp}. requirements-peers.txt installs them (optuna_gp needs torch beside); the environment must not set
OPENBLAS_CORETYPE or OPENBLAS_L2_SIZE. What a library has no way to say is put as its users do: conditions are left out for
scikit-optimize (inactive parameters are sampled and ignored), a permutation is the order of as many floats.
"""
import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import logging
import time
import warnings

import peers_bayes_opt
import peers_hyperopt
import peers_optuna
import peers_skopt
import peers_smac
from evaluator import PROBLEMS, evaluate
from hypervolume import hypervolume

LIBRARIES = (peers_optuna, peers_hyperopt, peers_skopt, peers_bayes_opt, peers_smac)
PEERS = {peer: library for library in LIBRARIES for peer in library.PEERS}
HYPERVOLUME_AT = (25, 50, 100, 150, 200, 250, 500, 1000)


def searchable(spec):
    """The problem as peers see it, and how their parameters become the problem's."""
    space, keys = [], {}
    for p in spec["space"]:
        if p["type"] != "permutation":
            space.append(p)
            continue
        keys[p["name"]] = [(f"{p['name']}.{i}", item) for i, item in enumerate(p["items"])]
        space += [{"name": key, "type": "float", "low": 0.0, "high": 1.0, "log": False} for key, _ in keys[p["name"]]]

    def params(values):
        return values | {name: [item for _, item in sorted((values[k], i) for k, i in pairs)] for name, pairs in keys.items()}

    return spec | {"space": space}, params


def run(peer, problem, seed, n):
    name, _, parallel = problem.partition("@")
    spec, params = searchable(PROBLEMS[name] | {"parallel": int(parallel or 1)})
    if spec["parallel"] > 1 and PEERS[peer] is not peers_optuna:
        raise ValueError("runs one trial at a time")
    replies, started = [], time.perf_counter()

    def objective(values):
        replies.append(evaluate(name, params(values), seed * 1_000_000 + len(replies)))
        return replies[-1]

    PEERS[peer].run(peer, spec, seed, n, objective)
    line = {"peer": peer, "problem": problem, "seed": seed, "n": n, "wall_s": round(time.perf_counter() - started, 3)}
    if spec["objectives"] > 1:
        points = [reply["values"] for reply in replies]
        hv = {str(m): round(hypervolume(points[:m], spec["ref"]), 6) for m in HYPERVOLUME_AT if m <= len(points)}
        return line | {"hv": hv}
    return line | {"steps": steps(replies[:n])}


def steps(replies):
    """[evaluations, value] wherever a feasible trial looks better than all before: its value without noise."""
    found, best = [], float("inf")
    for i, reply in enumerate(replies):
        if reply["value"] < best and max(reply.get("constraints", [0])) <= 0:
            best = reply["value"]
            found.append([i + 1, float(f"{reply.get('true', best):.8g}")])
    return found


def chosen(selection):
    found = []
    for term in selection.split(","):
        what, at, parallel = term.partition("@")
        of_term = [s["id"] for s in PROBLEMS.values() if what in (s["id"], s["group"], f"{s['group']}{s.get('dim')}")]
        if not of_term:
            raise SystemExit(f"--problems has '{term}', expected a group or a name of problems.json")
        found += [problem + at + parallel for problem in of_term]
    return found


def main():
    flags = argparse.ArgumentParser(usage=__doc__)
    flags.add_argument("--peers", required=True)
    flags.add_argument("--problems", required=True)
    flags.add_argument("--seeds", default="0-4")
    flags.add_argument("--budget", type=int, default=100)
    flags.add_argument("--out", default="/tmp/durable-tune-bench")
    a = flags.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    os.makedirs(a.out, exist_ok=True)
    first, _, last = a.seeds.partition("-")
    for peer in a.peers.split(","):
        path = os.path.join(a.out, f"runs_{peer}.jsonl")
        done = set()
        if os.path.exists(path):
            with open(path) as file:
                done = {(r["problem"], r["seed"]) for r in map(json.loads, file) if r["n"] >= a.budget}
        for seed in range(int(first), int(last or first) + 1):
            for problem in chosen(a.problems):
                if (problem, seed) in done:
                    continue
                try:
                    line = run(peer, problem, seed, a.budget)
                except Exception as e:
                    print(f"{peer} on {problem}, seed {seed}: {type(e).__name__}: {str(e)[:200]}", flush=True)
                    continue
                with open(path, "a") as file:
                    file.write(json.dumps(line, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
