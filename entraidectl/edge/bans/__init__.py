"""Networks that were refused too often are shut out for a while: fail2ban reads the logs, nftables holds its word."""
