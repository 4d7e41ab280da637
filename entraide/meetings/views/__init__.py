"""The pages of meetings, and what the gateway asks."""
