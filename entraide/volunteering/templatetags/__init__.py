"""Template tags of volunteering."""
