"""For scikit-learn: a durable GridSearchCV."""

from .search import TuneSearchCV

__all__ = ["TuneSearchCV"]
