"""The addresses of feeds and the pages about them."""
