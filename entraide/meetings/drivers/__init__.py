"""Drivers of media servers: one interface, one file for each kind of server. They know no database and no framework."""
