"""Wiring only: which settings, routes and processes make up a running Entraide."""
