"""What Prometheus, its companions and Grafana run on: made of site.toml."""
