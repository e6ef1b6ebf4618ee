"""For scikit-learn: a durable GridSearchCV."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .search import TuneSearchCV

__all__ = ["TuneSearchCV"]


def __getattr__(name: str) -> Any:
    # the processes of fits have no use for Temporal's library, which takes long to import
    if name != "TuneSearchCV":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .search import TuneSearchCV

    return TuneSearchCV
