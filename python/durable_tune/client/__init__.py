"""Studies from outside: read, edited, lent trials from. As client/ on the other side, which this mirrors."""

from .client import Client
from .lending import LeasedTrial
from .study import Study

__all__ = ["Client", "LeasedTrial", "Study"]
