"""Drills: what a running node loses when something is killed. They take minutes; `bin/drills` runs them."""
