"""What other apps may use of volunteering: pages read numbers and missions."""

from entraide.volunteering.actions.profiles import NewProfile, open_profile
from entraide.volunteering.queries.home import HomeNumbers, home_numbers
from entraide.volunteering.queries.mine import my_data, volunteer_of
from entraide.volunteering.queries.search import MissionFilter, MissionRow, Order, count_open_missions, open_missions

__all__ = [
    "HomeNumbers",
    "MissionFilter",
    "MissionRow",
    "NewProfile",
    "Order",
    "count_open_missions",
    "home_numbers",
    "my_data",
    "open_missions",
    "open_profile",
    "volunteer_of",
]
