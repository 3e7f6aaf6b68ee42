"""Pure: what the services stamped and what was done to the cluster goes in, the verdict comes out. No clock, no file.

All times are nanoseconds of CLOCK_BOOTTIME, which is one clock for all network namespaces of a host.

Safety. An activation is all that ran on one machine with one term, the service and its descendants. Two activations
overlap if a stamp of the older one is not before the first stamp of the younger one. Only stamps are looked at, never
the log of faults, so neither a slow harness nor a busy host can make a false alarm: what is stopped stamps nothing.

Terms. In the order of their first stamps the terms of the activations rise strictly.

Liveness. A majority is whole while the same machines, more than half, one of them eligible, are all whole and linked
with each other. At every moment of such a span a master must have been there within failover_within of
    - the last fault or order that began or ended, on whatever machine (an outsider can win a vote and then fall), or
    - the moment from which the majority was whole,
whichever is later; but where neither lies in the lease before a gap, from the beginning of the gap. The reason for
this: a master that was lost to a cut serves until its lease ends, and others wait as long; a handover that comes later
has its own stop and start. On top comes the slack, for a busy host and for votes that were split (I4).
    - A machine is whole from start-up (0.5 s or F / 4) + P after its daemon began (V3 lets it vote no sooner) until
      the daemon ends, and not while a fault holds its processes or its disk, nor for 3 H after it (C1: what was heard
      within 3 H).
    - A link is whole from 3 H after both kernels first showed a connection on which nothing is sent again, until one
      does not, and not while a fault is on it. Thus the redialling of cut links, up to 3 s of handshake and 6 s of
      backoff, is not part of failover_within; that it happens at all is asked for separately, see below.
    - A machine is eligible unless it is in maintenance (with 1 s for the word to go round); not for 10.5 s after a full
      disk (an unstored plan or a doubt about drivers keeps a machine from the role for 10 s).
    - A service that was killed may be started again where it was, after 1 s: for 1.5 s nothing is asked for.
    - A paused cluster elects nobody (C4); neither is anything asked for then.

Return. A daemon must live again within 10 s (a guard waits up to 5 s, the harness up to 2 s), two whole machines must
be linked again within 10 s, each counted while no fault stands in the way, and both with the slack.
"""

import bisect
import collections
import dataclasses
import itertools

from intervals import intersect, subtract, union

MS = 1_000_000
SECOND = 1000 * MS

QUIET = 100 * MS  # Stamps come every 5 ms; a shorter silence is the scheduler's
RETURN_WITHIN = 10 * SECOND

PROCESS = "process"
NETWORK = "network"
DISK = "disk"
SERVICE = "service"
MAINTENANCE = "maintenance"
PAUSE = "pause"
ORDER = "order"


@dataclasses.dataclass(frozen=True)
class Bounds:
    """What follows from failover_within F as the daemon derives it, and what the host is granted."""

    failover_within: int
    slack: int

    @property
    def startup(self):
        return max(SECOND // 2, self.failover_within // 4)

    @property
    def lease(self):
        return self.failover_within * 6 // 10

    @property
    def promise(self):
        return self.lease * 101 // 99 + 10 * MS

    @property
    def heard(self):
        return 3 * self.failover_within // 10

    @property
    def wait(self):
        return self.failover_within + self.slack


@dataclasses.dataclass(frozen=True)
class Happening:
    """A fault or an order. What it touches is not whole from `begin`, before the deed, until `end`, after its undoing."""

    number: int
    kind: str
    sort: str
    begin: int
    end: int
    machines: tuple = ()
    links: tuple = ()  # (smaller index, larger index)

    def moments(self):
        return (self.begin, self.end + (3 * SECOND // 2 if self.sort == SERVICE else 0))


@dataclasses.dataclass
class History:
    machines: int
    begin: int
    end: int
    happenings: list = dataclasses.field(default_factory=list)
    lives: list = dataclasses.field(default_factory=list)  # (machine, begin, end) of daemons under their guards
    links: list = dataclasses.field(default_factory=list)  # (smaller index, larger index, begin, end)


@dataclasses.dataclass
class Activation:
    machine: int
    term: int
    spans: list  # (first stamp, last stamp), each without a silence longer than QUIET

    @property
    def first(self):
        return self.spans[0][0]

    @property
    def last(self):
        return self.spans[-1][1]


@dataclasses.dataclass(frozen=True)
class Violation:
    what: str  # overlap, term, gap, return
    at: int
    text: str


@dataclasses.dataclass
class Gap:
    begin: int
    end: int
    before: Activation
    after: Activation  # None: until the end of the run
    asked: int = 0  # The longest time of it in which a master was due
    cause: str = ""

    @property
    def length(self):
        return self.end - self.begin


@dataclasses.dataclass
class Verdict:
    violations: list
    activations: list
    gaps: list
    due: int  # Nanoseconds of the run in which a master was due


def activations_of(stamps):
    """@param stamps (machine, term, time) in any order."""
    times = collections.defaultdict(list)
    for machine, term, at in stamps:
        times[machine, term].append(at)
    result = []
    for (machine, term), moments in times.items():
        moments.sort()
        spans, first = [], moments[0]
        for before, after in zip(moments, moments[1:]):
            if after - before > QUIET:
                spans.append((first, before))
                first = after
        spans.append((first, moments[-1]))
        result.append(Activation(machine, term, spans))
    return sorted(result, key=lambda a: (a.first, a.term, a.machine))


def _who(activation):
    return f"machine {activation.machine + 1} in term {activation.term}"


def _seconds(span):
    return f"{span / SECOND:.3f} s"


def overlaps(activations):
    found = []
    longest = None  # Of those that began earlier, the one that ended last
    for activation in activations:
        if longest is not None and activation.first <= longest.last:
            length = min(activation.last, longest.last) - activation.first
            found.append(Violation("overlap", activation.first,
                                   f"{_who(longest)} still stamped {_seconds(longest.last - activation.first)} after"
                                   f" {_who(activation)} began; both ran for {_seconds(length)}"))
        if longest is None or activation.last > longest.last:
            longest = activation
    return found


def falling_terms(activations):
    return [Violation("term", after.first, f"{_who(after)} came after {_who(before)}")
            for before, after in zip(activations, activations[1:]) if after.term <= before.term]


class Liveness:
    """When a master was due, and how long it was not there then."""

    def __init__(self, history, bounds):
        self.history = history
        self.bounds = bounds
        run = [(history.begin, history.end)]
        self.moments = sorted({m for h in history.happenings for m in h.moments()})
        self.exempt = union([(h.begin, h.end + SECOND) for h in history.happenings if h.sort == PAUSE],
                            [h.moments() for h in history.happenings if h.sort == SERVICE])
        machines = range(history.machines)
        self.whole = [intersect(run, self._whole_machine(i)) for i in machines]
        self.eligible = [intersect(run, self._eligible(i)) for i in machines]
        self.links = {pair: intersect(run, self._whole_link(pair)) for pair in itertools.combinations(machines, 2)}
        self.majorities = self._majorities()

    def _touching(self, machine, *sorts):
        return [h for h in self.history.happenings if machine in h.machines and h.sort in sorts]

    def _whole_machine(self, machine):
        ready = self.bounds.startup + self.bounds.promise
        alive = union([(begin + ready, end) for m, begin, end in self.history.lives if m == machine])
        return subtract(alive, union([(h.begin, h.end + self.bounds.heard)
                                      for h in self._touching(machine, PROCESS, DISK)]))

    def _eligible(self, machine):
        out = [(h.begin, h.end + SECOND) for h in self._touching(machine, MAINTENANCE)]
        out += [(h.begin, h.end + 21 * SECOND // 2) for h in self._touching(machine, DISK)]
        return subtract([(self.history.begin, self.history.end)], union(out))

    def _faulted_link(self, pair):
        return union([(h.begin, h.end) for h in self.history.happenings if pair in h.links])

    def _whole_link(self, pair):
        up = union([(begin + self.bounds.heard, end) for a, b, begin, end in self.history.links if (a, b) == pair])
        return subtract(up, self._faulted_link(pair))

    def _majorities(self):
        """For each smallest majority: when it was whole. A larger one contains smaller ones."""
        result = []
        for members in itertools.combinations(range(self.history.machines), self.history.machines // 2 + 1):
            spans = union(*(self.eligible[i] for i in members))
            for i in members:
                spans = intersect(spans, self.whole[i])
            for pair in itertools.combinations(members, 2):
                spans = intersect(spans, self.links[pair])
            spans = subtract(spans, self.exempt)
            if spans:
                result.append((members, spans))
        return result

    def due(self):
        """All the time in which a master had to be there."""
        spans = []
        for _, whole in self.majorities:
            for begin, end in whole:
                points = [begin, *self.moments[bisect.bisect_right(self.moments, begin):
                                               bisect.bisect_left(self.moments, end)], end]
                spans += [(a + self.bounds.wait, b) for a, b in zip(points, points[1:])]
        return sum(end - begin for begin, end in union(spans))

    def asked(self, gap):
        """The longest time within a gap that a whole majority waited undisturbed, and who they were."""
        longest = (0, (), 0)
        for members, whole in self.majorities:
            for begin, end in whole:
                end = min(end, gap.end)
                if end <= gap.begin or begin >= gap.end:
                    continue
                points = [begin, *self.moments[bisect.bisect_right(self.moments, begin):
                                               bisect.bisect_left(self.moments, end)], end]
                for since, until in zip(points, points[1:]):
                    if until <= gap.begin:
                        continue
                    since = since if since >= gap.begin - self.bounds.lease else gap.begin
                    longest = max(longest, (until - since, members, since))
        return longest

    def missing_returns(self):
        found = []
        limit = RETURN_WITHIN + self.bounds.slack
        run = [(self.history.begin, self.history.end)]
        for i in range(self.history.machines):
            held = union([(h.begin, h.end) for h in self._touching(i, PROCESS, DISK)])
            alive = union([(begin, end) for m, begin, end in self.history.lives if m == i])
            for begin, end in subtract(subtract(run, alive), held):
                if end - begin > limit:
                    found.append(Violation("return", begin, f"the daemon of machine {i + 1} did not come back within"
                                                            f" {_seconds(limit)}"))
        for (a, b), whole in self.links.items():
            able = subtract(intersect(self.whole[a], self.whole[b]), self._faulted_link((a, b)))
            for begin, end in subtract(able, whole):
                if end - begin > limit:
                    found.append(Violation("return", begin, f"machines {a + 1} and {b + 1} were not linked again"
                                                            f" within {_seconds(limit)}"))
        return found


def gaps_of(activations, history):
    """When no service stamped, from the first stamp to the end of the run: each change of the activation, and each
    silence of one that goes on."""
    pieces = sorted((first, last, n) for n, a in enumerate(activations) for first, last in a.spans)
    found = []
    until, owner = None, None
    for first, last, n in pieces:
        if until is not None and first > until and (n != owner or first - until > QUIET):
            found.append(Gap(until, first, activations[owner], activations[n]))
        if until is None or last > until:
            until, owner = last, n
    if until is not None and history.end - until > QUIET:
        found.append(Gap(until, history.end, activations[owner], None))
    return found


def cause_of(gap, history, bounds):
    """The latest fault that may have made the gap, for the statistics only."""
    may = [h for h in history.happenings if gap.begin - bounds.lease - SECOND <= h.begin <= gap.begin + QUIET]
    own = [h for h in may if gap.before.machine in h.machines or any(gap.before.machine in pair for pair in h.links)]
    healed = [h for h in history.happenings if gap.begin - bounds.lease - SECOND <= h.end <= gap.begin + QUIET]
    for found in (own, may):
        if found:
            return max(found, key=lambda h: h.begin).kind
    return f"end of {max(healed, key=lambda h: h.end).kind}" if healed else "none"


def judge(stamps, history, bounds):
    activations = activations_of(stamps)
    violations = overlaps(activations) + falling_terms(activations)
    liveness = Liveness(history, bounds)
    gaps = gaps_of(activations, history)
    for gap in gaps:
        gap.asked, members, since = liveness.asked(gap)
        gap.cause = cause_of(gap, history, bounds)
        if gap.asked > bounds.wait:
            active = sorted({h.kind for h in history.happenings if h.begin < gap.end and h.end > gap.begin})
            violations.append(Violation(
                "gap", gap.begin,
                f"no master for {_seconds(gap.length)}; machines {', '.join(str(m + 1) for m in members)} were whole and"
                f" undisturbed for {_seconds(gap.asked)} of it ({_seconds(bounds.failover_within)} +"
                f" {_seconds(bounds.slack)} slack allowed), from {_seconds(since - gap.begin)} after its beginning;"
                f" faults meanwhile: {', '.join(active) or 'none'}"))
    if not activations:
        violations.append(Violation("gap", history.begin, "no service ever ran"))
    violations += liveness.missing_returns()
    return Verdict(sorted(violations, key=lambda v: v.at), activations, gaps, liveness.due())
