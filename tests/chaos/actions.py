"""What each kind of fault does to the cluster, and how it is undone."""

import itertools
import signal
import subprocess

import judge
from faults import EVERYWHERE, EXCLUSIVE, NEEDS_FENCER, ON_CABLE

THAW_GUARD_FIRST = 0.15  # Seconds; by then a guard that is overdue has acted
ORDER_MOST = 15.0


class Skipped(Exception):
    """The fault cannot be done now; says why."""


def _pair(a, b):
    return (min(a, b), max(a, b))


class Deed:
    """One fault while it lasts."""

    def __init__(self, fault, run):
        self.fault = fault
        self.kind = fault.kind.name
        self.run = run
        self.network = run.network
        self.links = ()
        self.machine = self._choose()
        self.index = self.machine.index
        self.machines = () if fault.kind.sort in (judge.NETWORK, judge.ORDER, judge.PAUSE) else (self.index,)
        if self.kind in EVERYWHERE:
            self.machines = tuple(range(len(run.machines)))
        self.note = ""
        self._stopped = []

    # ---- where

    def _choose(self):
        machines = self.run.machines
        master = self.run.master() if self.fault.is_on_master else None
        wanted = self.fault.machine if master is None else master
        for shift in range(len(machines)):
            index = (wanted + shift) % len(machines)
            is_there = machines[index].is_alive if self.fault.kind.sort == judge.PROCESS else True
            if self.kind in NEEDS_FENCER:
                is_there = machines[index].has_fencer
            if is_there and not any(lock in self.run.locks for lock in self._locks(index)):
                return machines[index]
        raise Skipped("no machine that lives is free of such faults")

    def _locks(self, index):
        locks = []
        if self.kind in EVERYWHERE:
            locks += [("machine", i) for i in range(len(self.run.machines))]
        elif self.fault.kind.sort in EXCLUSIVE:
            locks.append(("machine", index))
        if self.kind in ON_CABLE:
            locks.append(("cable", index))
        return locks

    @property
    def locks(self):
        return self._locks(self.index)

    def _others(self):
        return [i for i in range(len(self.run.machines)) if i != self.index]

    def _some(self, things, at_least=1):
        """A part of them, by the draws; never all where that can be."""
        chosen = [thing for thing, draw in zip(things, self.fault.draws[4:]) if draw < 0.5]
        if len(chosen) < at_least or len(chosen) == len(things) > at_least:
            chosen = [things[int(self.fault.draws[1] * len(things))]]
        return chosen

    # ---- what

    def begin(self):
        getattr(self, "begin_" + self.kind.replace("-", "_"))()

    def end(self):
        """Seconds until end_late() is to be called, or nothing."""
        undo = getattr(self, "end_" + self.kind.replace("-", "_"), None)
        return undo() if undo else None

    def end_late(self):
        """The second step of a thaw."""
        self.machine.signal_child(signal.SIGCONT)
        for process in self._stopped:
            process.signal(signal.SIGCONT)

    def begin_kill_child(self):
        self.machine.signal_child(signal.SIGKILL)

    def begin_kill_guard(self):
        self.machine.expect_end()
        self.machine.signal_guard(signal.SIGKILL)

    def begin_kill_fencer(self):
        self.machine.signal_fencer(signal.SIGKILL)

    def begin_kill_both(self):
        self.machine.hold()
        order = [self.machine.signal_guard, self.machine.signal_child]
        for one_signal in order if self.fault.draws[0] < 0.5 else reversed(order):
            one_signal(signal.SIGKILL)

    def end_kill_both(self):
        self.machine.release()

    def begin_kill_three(self):
        self.machine.hold()
        self.machine.kill_three()

    def end_kill_three(self):
        if self.fault.draws[0] < 0.5:
            self.note = f"clustd fence -> {self.machine.fence()}"
        self.machine.release()

    def begin_power_cut(self):
        self.machine.hold()
        self.machine.kill_all()

    def end_power_cut(self):
        self.machine.release()

    def begin_blackout(self):
        for machine in self.run.machines:
            machine.hold()
        for machine in self.run.machines:
            machine.kill_all()

    def end_blackout(self):
        for machine in self.run.machines:
            machine.release()

    def begin_stop_child(self):
        self.machine.signal_child(signal.SIGSTOP)

    def end_stop_child(self):
        self.machine.signal_child(signal.SIGCONT)

    def begin_stop_guard(self):
        self.machine.signal_guard(signal.SIGSTOP)

    def end_stop_guard(self):
        self.machine.signal_guard(signal.SIGCONT)

    def begin_stop_fencer(self):
        self.machine.signal_fencer(signal.SIGSTOP)

    def end_stop_fencer(self):
        self.machine.signal_fencer(signal.SIGCONT)

    def begin_stop_both(self):
        """The service goes on; the fencer must end it in time."""
        order = [self.machine.signal_guard, self.machine.signal_child]
        for one_signal in order if self.fault.draws[0] < 0.5 else reversed(order):
            one_signal(signal.SIGSTOP)

    def end_stop_both(self):
        order = [self.machine.signal_guard, self.machine.signal_child]
        for one_signal in order if self.fault.draws[1] < 0.5 else reversed(order):
            one_signal(signal.SIGCONT)

    def begin_stop_kill(self):
        """The guard stands still, the daemon is killed."""
        self.machine.signal_guard(signal.SIGSTOP)
        self.machine.signal_child(signal.SIGKILL)

    def end_stop_kill(self):
        self.machine.signal_guard(signal.SIGCONT)

    def begin_freeze(self):
        self._stopped = self.machine.freeze()

    def end_freeze(self):
        self.machine.signal_guard(signal.SIGCONT)
        self.machine.signal_fencer(signal.SIGCONT)
        return THAW_GUARD_FIRST

    def begin_unguarded(self):
        self.machine.signal_fencer(signal.SIGSTOP)
        self.machine.signal_guard(signal.SIGSTOP)
        is_killed = self.fault.draws[0] < 0.5
        self.machine.signal_child(signal.SIGKILL if is_killed else signal.SIGSTOP)
        self.note = "guard and fencer stopped, daemon " + ("killed" if is_killed else "stopped")

    def end_unguarded(self):
        self.machine.signal_child(signal.SIGCONT)
        self.machine.signal_guard(signal.SIGCONT)
        self.machine.signal_fencer(signal.SIGCONT)

    def begin_terminate(self):
        self.machine.hold()
        self.machine.signal_guard(signal.SIGTERM)

    def end_terminate(self):
        self.run.when_ended(self.machine, self.machine.release)

    def begin_full_disk(self):
        self.machine.fill_disk()

    def end_full_disk(self):
        self.machine.free_disk()

    def begin_kill_service(self):
        found = self.machine.services()
        if not found:
            raise Skipped("no service there")
        which = int(self.fault.draws[0] * 3)
        chosen = found if which == 2 else [found[min(which, len(found) - 1)]]
        for process in chosen:
            process.signal(signal.SIGKILL)
        self.note = f"{len(chosen)} of {len(found)} processes"

    # ---- cables

    def _drop(self, pairs):
        self.links = tuple(sorted({_pair(a, b) for a, b in pairs}))
        self.network.drop(self.fault.number, pairs)

    def _heal(self):
        self.network.heal(self.fault.number)

    def begin_isolate(self):
        self._drop([pair for i in self._others() for pair in ((i, self.index), (self.index, i))])

    def begin_cut_pair(self):
        other = self._others()[int(self.fault.draws[0] * len(self._others()))]
        self._drop([(self.index, other), (other, self.index)])
        self.note = f"from cm-{other + 1}"

    def begin_cut_some(self):
        others = self._some(self._others())
        self._drop([pair for i in others for pair in ((i, self.index), (self.index, i))])
        self.note = "from " + ", ".join(f"cm-{i + 1}" for i in others)

    def begin_split(self):
        here = self._some(list(range(len(self.run.machines))))
        there = [i for i in range(len(self.run.machines)) if i not in here]
        self._drop([pair for a, b in itertools.product(here, there) for pair in ((a, b), (b, a))])
        self.note = " | ".join(",".join(f"cm-{i + 1}" for i in side) for side in (here, there))

    def begin_one_way(self):
        other = self._others()[int(self.fault.draws[0] * len(self._others()))]
        pair = (self.index, other) if self.fault.draws[1] < 0.5 else (other, self.index)
        self._drop([pair])
        self.note = f"cm-{pair[1] + 1} does not hear cm-{pair[0] + 1}"

    def begin_deaf(self):
        self._drop([(i, self.index) for i in self._others()])

    def begin_mute(self):
        self._drop([(self.index, i) for i in self._others()])

    end_isolate = end_cut_pair = end_cut_some = end_split = end_one_way = end_deaf = end_mute = _heal

    def _all_links(self):
        self.links = tuple(sorted(_pair(self.index, i) for i in self._others()))

    def begin_unplug(self):
        self._all_links()
        self.network.unplug(self.index, False)

    def end_unplug(self):
        self.network.unplug(self.index, True)

    def begin_loss(self):
        self._all_links()
        percent = 5 + int(self.fault.draws[0] * 55)
        self.network.lose(self.fault.number, self.index, percent)
        self.note = f"{percent} %"

    end_loss = _heal

    def begin_delay(self):
        self._all_links()
        milliseconds = 20 + int(self.fault.draws[0] * 380)
        jitter = int(self.fault.draws[1] * milliseconds)
        self.network.delay(self.index, milliseconds, jitter)
        self.note = f"{milliseconds} ms +- {jitter} ms"

    def end_delay(self):
        self.network.undelay(self.index)

    # ---- orders

    def begin_switchover(self):
        to = ["--to", self.run.machines[self.fault.machine].id] if self.fault.draws[0] < 0.6 else []
        self.run.order(self, self.index, ["switchover", "--wait", "0", *to])

    def begin_maintenance(self):
        self.run.order(self, self.index, ["maintenance", "on", "--for", f"{int(self.fault.length * 1000)}ms"])

    def begin_pause(self):
        self.run.order(self, self.index, ["pause", "--for", f"{int(self.fault.length * 1000)}ms"])


class Order:
    """A command of clustd under way; its answer is for the report only."""

    def __init__(self, deed, words):
        self.deed = deed
        self.words = words
        run = deed.run
        self.process = subprocess.Popen(
            [*run.network.enter(deed.index), run.options.program, *words, "--config", str(deed.machine.config)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.since = run.seconds()

    def is_over(self):
        if self.process.poll() is None:
            if self.deed.run.seconds() - self.since < ORDER_MOST:
                return False
            self.process.kill()
            self.process.wait(5)
            self.deed.run.trouble(f"clustd {' '.join(self.words)} did not end within {ORDER_MOST:g} s")
        text = self.process.stdout.read().strip().splitlines()
        self.process.stdout.close()
        self.deed.note = f"{' '.join(self.words)} -> {self.process.returncode}" + (f": {text[-1][:90]}" if text else "")
        return True

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)
