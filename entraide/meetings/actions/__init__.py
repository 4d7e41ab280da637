"""What is done with rooms and nodes, one file for each kind of use; every function is one transaction.

Rows are locked in one order everywhere: the room, then nodes by id, then placements. Whoever holds a node's row may
touch its placements; nobody waits for a room while holding a node.
"""
