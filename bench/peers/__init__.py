"""What the intake is compared to, each written as its own documentation teaches."""
