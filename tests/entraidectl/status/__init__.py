"""Supervision and the status of nodes."""
