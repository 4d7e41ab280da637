"""The edge: what is made of site.toml, and a real nginx in front of a small real backend."""
