"""What decides in the exchange: pure."""
