"""What keeps robots from a public form, decided without clock, network or database."""
