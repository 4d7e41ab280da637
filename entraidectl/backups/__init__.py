"""Copies of what the platform must not lose, put back and tried."""
