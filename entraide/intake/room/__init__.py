"""The waiting room of the sign-up process: it keeps the line with all other processes, and shows people their place."""
