"""The certificates' site: its format against the library's, its pages in a browser, what leaves them."""
