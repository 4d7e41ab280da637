"""What the scripts of bin/ do. Standard library only, since this runs before anything is installed."""
