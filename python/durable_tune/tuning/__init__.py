"""A study from a script: everything that it needs is started from here."""
