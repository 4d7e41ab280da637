"""What every app stands on: environment, clock, logs, metrics, mail, pages. It owns no table of its own."""
