"""Django's PostgreSQL, with a cheaper way to see that a kept connection still works."""
