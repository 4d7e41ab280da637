"""The public status page: one file is the truth, one command changes it, pages need nothing behind them."""
