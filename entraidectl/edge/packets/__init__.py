"""What is decided of packets before nginx sees any of them: nftables."""
