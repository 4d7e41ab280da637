"""Entraide, a mutual-aid cloud for crises."""
