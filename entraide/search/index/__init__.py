"""A node's own index: Tantivy's files, written by one process and read by many."""
