"""The pages of a volunteer's own profile."""
