"""The missions that the search benchmark looks through: drawn from a fixed seed, worded by hand, of no real people."""
