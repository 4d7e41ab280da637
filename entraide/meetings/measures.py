"""What is measured of the fleet by whoever watches it."""

from prometheus_client import Gauge

from entraide.meetings.queries.overview import FleetNow
from entraide.meetings.rules.words import Health

usable_pps = Gauge("entraide_meetings_pool_usable_pps", "Packets a second that a pool's ready servers bear.", ["pool"])
load_pps = Gauge("entraide_meetings_pool_load_pps", "Packets a second that meetings count on those.", ["pool"])
in_line = Gauge("entraide_meetings_pool_in_line", "Meetings that wait for a media server.", ["pool"])
nodes = Gauge("entraide_meetings_nodes", "Media servers in use, by what is believed of them.", ["pool", "health"])
people = Gauge("entraide_meetings_people", "People who meet, by how picture and sound go.", ["way"])


def note(fleet: FleetNow) -> None:
    """Note how the fleet stands."""
    for pool in fleet.pools:
        usable_pps.labels(pool.key).set(pool.usable_pps)
        load_pps.labels(pool.key).set(pool.load_pps)
        in_line.labels(pool.key).set(pool.in_line)
        for health in Health:
            nodes.labels(pool.key, health.value).set(sum(node.health is health for node in pool.nodes))
    people.labels("server").set(fleet.on_servers)
    people.labels("direct").set(fleet.in_pairs)
