"""What stands before the platform: nginx with its cache, limits and firewall, made from one file."""
