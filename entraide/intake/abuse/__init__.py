"""What keeps robots from the sign-up: layered limits, proof of work, what stands for one, and a trap."""
