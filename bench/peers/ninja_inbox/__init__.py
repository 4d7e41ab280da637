"""The inbox as the peer's own app."""
