"""Selective scans: the recurrence of Mamba, computed in several ways that agree."""
