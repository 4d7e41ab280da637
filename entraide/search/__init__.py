"""Search: plain documents indexed on every node, and questions in plain words."""
