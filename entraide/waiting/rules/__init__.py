"""The line before the sign-up, decided without clock, network or database. Times are whole milliseconds since 1970."""
