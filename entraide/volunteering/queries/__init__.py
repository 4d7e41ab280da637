"""Reads for pages and programs. Each returns plain rows, in as few queries as it says."""
