"""What visitors and volunteers fill in, read and checked."""
