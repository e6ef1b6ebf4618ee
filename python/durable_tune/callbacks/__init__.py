"""
Reports, pruning and checkpoints in one line of a training loop: a module a framework, which imports that framework alone. A training that
was killed and goes on from its checkpoint ends as one that was never killed.
"""
