"""What the gateway measures. No room, no name and no address is in it."""

from prometheus_client import Counter, Gauge

connections = Gauge("entraide_meetings_connections", "Browsers connected to the gateway of meetings.")
rooms = Gauge("entraide_meetings_rooms", "Meetings of which somebody is connected to this gateway.")
entrances = Counter("entraide_meetings_entrances", "Browsers that came to the gateway, by outcome.", ["outcome"])
verbs = Counter("entraide_meetings_verbs", "What browsers asked for, by outcome.", ["verb", "outcome"])
lines_lost = Counter("entraide_meetings_lines_lost", "Times that changes of meetings could not be heard.")
ways = Counter("entraide_meetings_ways", "Ways to media servers that were opened.")
nodes_lost = Counter("entraide_meetings_nodes_lost", "Lines to media servers that ended unasked.")
