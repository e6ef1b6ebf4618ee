"""The engine as a process of its own: starts and watches studies for this process, which hosts their trials."""
