"""site.toml: what it may say, how it is read, and its reference."""
