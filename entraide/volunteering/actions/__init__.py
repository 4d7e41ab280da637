"""What people do in volunteering. Each action is one transaction: it does the whole thing, or raises and does nothing.

Rows are locked in one order everywhere: the volunteer, then slots by id, then participations, then the mission last.
"""
