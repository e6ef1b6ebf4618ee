"""SMAC3: its facade for tuning (random forest) and for black boxes (Gaussian process)."""
import tempfile

PEERS = ("smac_rf", "smac_gp")


def run(peer, spec, seed, n, objective):
    from smac import BlackBoxFacade, HyperparameterOptimizationFacade, Scenario

    by_name = {p["name"]: p for p in spec["space"]}

    def target(config, seed=0):
        return objective({name: value(by_name[name], a) for name, a in dict(config).items()})["value"]

    with tempfile.TemporaryDirectory(prefix="smac") as folder:
        scenario = Scenario(
            configuration_space(spec["space"], seed),
            deterministic=True,
            n_trials=n,
            seed=seed,
            output_directory=folder,
            use_default_config=False,
        )
        facade = HyperparameterOptimizationFacade if peer == "smac_rf" else BlackBoxFacade
        facade(scenario, target, overwrite=True, logging_level=50).optimize()


def configuration_space(space, seed):
    from ConfigSpace import Categorical, ConfigurationSpace, Float, InCondition, Integer

    result, made = ConfigurationSpace(seed=seed), {}
    for p in space:
        name = p["name"]
        if p["type"] == "categorical":
            made[name] = Categorical(name, [str(choice) for choice in p["choices"]])
        else:
            kind = Float if p["type"] == "float" else Integer
            made[name] = kind(name, (p["low"], p["high"]), log=p.get("log", False))
        result.add(made[name])
    for p in space:
        c = p.get("condition")
        if c:
            result.add(InCondition(made[p["name"]], made[c["param"]], [str(choice) for choice in c["in"]]))
    return result


def value(p, a):
    if p["type"] == "categorical":
        return next(c for c in p["choices"] if str(c) == a)
    return float(a) if p["type"] == "float" else int(a)
