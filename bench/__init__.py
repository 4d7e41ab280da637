"""Benchmarks: each measures what an issue bounds, on the machine at hand, and says whether the bound holds."""
