"""The pages of volunteering, a module for each part of the portal."""
