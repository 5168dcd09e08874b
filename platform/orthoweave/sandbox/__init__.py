"""Processes that lock themselves: Landlock, seccomp and resource limits."""
