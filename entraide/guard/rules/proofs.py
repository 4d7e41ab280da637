"""When a proof of work is asked of everybody, how much work it is, and how long what stands for one lasts."""

from dataclasses import dataclass, replace

ALGORITHM = "PBKDF2/SHA-256"
# The derived key must begin with these hexadecimal digits, so that one in 4,096 tries succeeds.
PREFIX = "000"
CHALLENGE_SECONDS = 600
# Whoever runs no scripts gets a slip, which stands for a proof once it is old enough, and for so long.
SLIP_SECONDS = 3600
MOST_STEPS = 3

# Pressure: half of the queue is in use, or a fifth of what comes is refused as abuse, and at least one a second.
FULL_FROM = 0.5
ABUSE_FROM = 0.2
LEAST_ABUSE_PER_SECOND = 1.0
# It must last to count, and its end much longer, so that an attack in waves does not switch it on and off.
RAISED_AFTER_SECONDS = 10.0
LOWERED_AFTER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What one process saw in a time of so many seconds. `fill` is the fullest its queue was, from 0 to 1."""

    seconds: float
    came: int = 0
    abusive: int = 0
    fill: float = 0.0


@dataclass(frozen=True, slots=True)
class Alarm:
    """How much work the load asks for, in steps: none at 0. For how long pressure, or calm, has lasted since."""

    step: int = 0
    pressed_seconds: float = 0.0
    calm_seconds: float = 0.0


def next_alarm(alarm: Alarm, seen: Seen) -> Alarm:
    """Return the alarm after a time: a step up while pressure lasts, a step down once it is over for long."""
    if is_pressed(seen):
        pressed = alarm.pressed_seconds + seen.seconds
        if pressed < RAISED_AFTER_SECONDS:
            return replace(alarm, pressed_seconds=pressed, calm_seconds=0.0)
        return Alarm(step=min(MOST_STEPS, alarm.step + 1))
    calm = alarm.calm_seconds + seen.seconds
    if calm < LOWERED_AFTER_SECONDS:
        return replace(alarm, pressed_seconds=0.0, calm_seconds=calm)
    return Alarm(step=max(0, alarm.step - 1))


def is_pressed(seen: Seen) -> bool:
    """Tell whether the queue is full, or much of what comes is abuse."""
    abuse = seen.abusive >= max(LEAST_ABUSE_PER_SECOND * seen.seconds, ABUSE_FROM * seen.came)
    return seen.fill >= FULL_FROM or (seen.abusive > 0 and abuse)


def steps_asked(*, crisis_asks: bool, alarm: Alarm) -> int:
    """Return the steps of work asked of everybody: at least one while the crisis asks, 0 when nothing is asked."""
    return max(int(crisis_asks), alarm.step)


def rounds_for(steps: int, *, cost: int) -> int:
    """Return the rounds of the key's derivation for one try: each step beyond the first doubles the work."""
    return cost << max(0, steps - 1)
