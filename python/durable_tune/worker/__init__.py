"""Workers: processes that run trials, each in a process of its own."""
