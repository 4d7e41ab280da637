"""What the exchange reads."""
