"""Load campaigns: named scenarios at a scale, open loop, with bounds, a report and the limit found."""
