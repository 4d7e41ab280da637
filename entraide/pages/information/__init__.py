"""Pages that tell about the portal itself: help, legal notice, accessibility, privacy."""
