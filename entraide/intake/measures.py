"""What the intake measures of itself."""

from prometheus_client import Counter, Gauge, Histogram

answers = Counter(
    "entraide_intake_answers", "Answers of the intake, by status and by what was refused.", ["status", "code"]
)
# Looked up once: it is counted for every sign-up.
received = answers.labels("202", "received")
seconds = Histogram(
    "entraide_intake_seconds",
    "Time from the first byte of a sign-up to its answer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
group_size = Histogram(
    "entraide_intake_group_size", "Sign-ups committed together.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)
waiting = Gauge("entraide_intake_waiting", "Sign-ups that wait for a commit in this process.")
places = Counter("entraide_waiting_places", "Callers that were told their place, and why.", ["code"])
tickets = Counter("entraide_waiting_tickets", "Places in line given by this process.")
line_away = Counter("entraide_waiting_away", "Times that this process could not reach the line in the database.")
waiting_people = Gauge("entraide_waiting_people", "Tickets that wait in the whole line.")
admitted_per_second = Gauge("entraide_waiting_admitted_per_second", "Tickets let in each second.")
line_is_open = Gauge("entraide_waiting_open", "1 while whoever comes goes straight through.")
bounded = Counter(
    "entraide_guard_bounded",
    "Sign-ups beyond a bound, by what is counted, and whether a proof was asked or they were refused.",
    ["layer", "verdict"],
)
proofs = Counter(
    "entraide_guard_proofs",
    "Proofs of work: those that held, tickets and slips that stood for one, and why others were asked for one.",
    ["outcome"],
)
trapped = Counter("entraide_guard_trapped", "Sign-ups that filled the field that nobody sees; nobody was made of them.")
unshared = Counter(
    "entraide_guard_unshared", "Times that counts or claims could not be shared by PostgreSQL.", ["what"]
)
steps = Gauge("entraide_guard_steps", "Steps of work that are asked of everybody; 0 while nothing is.")
