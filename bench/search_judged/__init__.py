"""Queries and what missions are worth to whoever types them; README.md says how that is decided."""
