"""Samplers of Optuna, Hyperopt, scikit-optimize and bayesian-optimization for studies of durable-tune.

A worker starts `python .../durable_tune/bridge`, one process a study, and talks to it in lines of JSON (`serve`). What the process
holds can always be rebuilt from the study's event log, so it may be killed at any moment.
"""
