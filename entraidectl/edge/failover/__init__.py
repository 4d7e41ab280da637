"""Public addresses that move from an ill edge to a well one: keepalived, and who tells it how nginx is."""
