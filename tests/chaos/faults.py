"""The kinds of faults and orders, and the schedule that a seed gives. Pure: the same seed, the same schedule."""

import dataclasses
import random

import judge


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    sort: str
    weight: int
    shortest: float  # Seconds where failover_within is 2 s, else as much longer or shorter; 0 and 0: over in a moment
    longest: float
    likes_master: float = 0.5  # How often the machine is the master of that moment
    is_order: bool = False


KINDS = [
    Kind("kill-child", judge.PROCESS, 7, 0, 0, 0.6),
    Kind("kill-guard", judge.PROCESS, 6, 0, 0, 0.6),
    Kind("kill-fencer", judge.PROCESS, 2, 0, 0, 0.6),
    Kind("kill-both", judge.PROCESS, 6, 0.1, 2.0, 0.7),
    Kind("kill-three", judge.PROCESS, 4, 0.1, 2.0, 0.7),
    Kind("power-cut", judge.PROCESS, 7, 0.3, 5.0, 0.6),
    Kind("blackout", judge.PROCESS, 2, 0.1, 2.0),
    Kind("stop-child", judge.PROCESS, 7, 0.1, 5.0, 0.6),
    Kind("stop-guard", judge.PROCESS, 5, 0.1, 5.0, 0.6),
    Kind("stop-fencer", judge.PROCESS, 2, 0.1, 5.0, 0.6),
    Kind("stop-both", judge.PROCESS, 7, 0.1, 5.0, 0.7),
    Kind("stop-kill", judge.PROCESS, 4, 0.1, 4.0, 0.7),
    Kind("freeze", judge.PROCESS, 7, 0.1, 5.0, 0.6),
    Kind("terminate", judge.PROCESS, 6, 0.3, 4.0),
    Kind("full-disk", judge.DISK, 5, 0.5, 4.0),
    Kind("kill-service", judge.SERVICE, 4, 0, 0, 1.0),
    Kind("isolate", judge.NETWORK, 7, 0.2, 5.0, 0.6),
    Kind("unplug", judge.NETWORK, 5, 0.2, 5.0, 0.6),
    Kind("cut-pair", judge.NETWORK, 6, 0.5, 5.0, 0.6),
    Kind("cut-some", judge.NETWORK, 5, 0.5, 5.0, 0.6),
    Kind("split", judge.NETWORK, 6, 0.5, 5.0),
    Kind("one-way", judge.NETWORK, 6, 0.5, 5.0, 0.6),
    Kind("deaf", judge.NETWORK, 5, 0.2, 5.0, 0.6),
    Kind("mute", judge.NETWORK, 5, 0.2, 5.0, 0.6),
    Kind("loss", judge.NETWORK, 5, 1.0, 5.0, 0.6),
    Kind("delay", judge.NETWORK, 5, 1.0, 5.0, 0.6),
    Kind("switchover", judge.ORDER, 6, 0, 0, is_order=True),
    Kind("maintenance", judge.MAINTENANCE, 4, 1.0, 5.0, 0.6, is_order=True),
    Kind("pause", judge.PAUSE, 3, 1.0, 4.0, is_order=True),
]
# Only without a guard: guard, fencer and daemon stand still, and nobody stops the service.
UNGUARDED = Kind("unguarded", judge.PROCESS, 30, 4.0, 7.0, 1.0)
BY_NAME = {kind.name: kind for kind in [*KINDS, UNGUARDED]}

# One fault at a time on a machine's processes and disk: guard, daemon and fencer that all stand still beside a service
# that goes on, say, are what only a watchdog device bears (G5). Likewise one on its cable; cuts between machines overlap
# with everything.
EXCLUSIVE = {judge.PROCESS: "machine", judge.DISK: "machine", judge.SERVICE: "machine"}
ON_CABLE = ("unplug", "loss", "delay")
EVERYWHERE = ("blackout",)
NEEDS_FENCER = ("kill-fencer", "stop-fencer", "kill-both", "stop-both", "stop-kill")

PROVOKED_MOST = 3.0  # Seconds that a fault waits for the activation that it is to strike


@dataclasses.dataclass(frozen=True)
class Fault:
    number: int
    kind: Kind
    at: float  # Seconds after the beginning
    length: float
    is_on_master: bool
    machine: int  # Where the master is not meant, or there is none
    is_provoked: bool  # It waits for the next activation, which is when most is under way
    draws: tuple  # Numbers in [0, 1) for what the kind must choose

    def text(self):
        where = "master" if self.is_on_master else f"cm-{self.machine + 1}"
        where = "all" if self.kind.name in EVERYWHERE else where
        span = f"for {self.length:.2f} s" if self.length else "at once"
        when = ", upon the next activation" if self.is_provoked else ""
        return f"{self.at:8.2f}  #{self.number:<4} {self.kind.name:<13} {where:<7} {span}{when}"


class _Chance:
    """Only random() is the same in all versions of Python."""

    def __init__(self, seed):
        self.random = random.Random(seed).random

    def between(self, low, high):
        return low + (high - low) * self.random()

    def below(self, count):
        return int(self.random() * count)

    def weighted(self, things, weight):
        at = self.random() * sum(map(weight, things))
        for thing in things:
            at -= weight(thing)
            if at < 0:
                return thing
        return things[-1]


def quiet_end(seconds):
    """Seconds at the end in which nothing more happens, so that the cluster must come to rest."""
    return min(16.0, seconds / 4)


def schedule(seed, seconds, machines, failover_within, kinds=None):
    """Bursts of one to four faults that may overlap, and calms in which everything is healed, mostly long enough that
    a master is due. @param failover_within in seconds"""
    chance = _Chance(f"clustd chaos {seed}")
    kinds = kinds or KINDS
    result = []
    at = 1.0
    end = seconds - quiet_end(seconds)
    while at < end:
        burst_end = at
        for n in range(chance.weighted((1, 2, 3, 4), (0, 4, 3, 2.5, 1).__getitem__)):
            kind = chance.weighted(kinds, lambda k: k.weight)
            begin = at if n == 0 or chance.random() < 0.25 else at + chance.between(0, 1.25 * failover_within)
            # Short ones are over before a lease is; both sides of that border matter.
            span = chance.between(kind.shortest, kind.longest) * (0.3 if chance.random() < 0.3 else 1)
            length = max(span, kind.shortest) * failover_within / 2
            is_on_master = chance.random() < kind.likes_master
            machine = chance.below(machines)
            is_provoked = n > 0 and chance.random() < 0.3
            draws = tuple(chance.random() for _ in range(4 + machines))
            if begin + length + (PROVOKED_MOST if is_provoked else 0) < end:
                result.append((begin, length, kind, is_on_master, machine, is_provoked, draws))
                burst_end = max(burst_end, begin + length)
        calm = (chance.between(0, 1) if chance.random() < 0.15
                else chance.between(0.5, 2.5) + failover_within * chance.between(1, 2.2))
        at = burst_end + calm
    result.sort(key=lambda r: r[0])
    return [Fault(number, kind, begin, length, *rest) for number, (begin, length, kind, *rest) in enumerate(result, 1)]
