"""What the intake measures of itself."""

from prometheus_client import Counter, Gauge, Histogram

answers = Counter(
    "entraide_intake_answers", "Answers of the intake, by status and by what was refused.", ["status", "code"]
)
seconds = Histogram(
    "entraide_intake_seconds",
    "Time from the first byte of a sign-up to its answer.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
group_size = Histogram(
    "entraide_intake_group_size", "Sign-ups committed together.", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)
waiting = Gauge("entraide_intake_waiting", "Sign-ups that wait for a commit in this process.")
