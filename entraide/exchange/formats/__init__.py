"""How missions are written for other platforms, each format in its module."""
