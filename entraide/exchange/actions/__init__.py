"""What the exchange writes: each module a use case."""
