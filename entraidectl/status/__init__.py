"""Seeing how nodes do."""
