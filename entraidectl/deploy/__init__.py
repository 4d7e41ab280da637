"""Putting the platform on machines."""
