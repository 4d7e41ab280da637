"""The use cases of accounts: one public function each, in one transaction."""
