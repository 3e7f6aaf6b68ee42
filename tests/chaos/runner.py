"""One run: the cluster is made, the schedule carried out, everything watched and in the end removed."""

import heapq
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import judge
import network
import processes
from actions import Deed, Order, Skipped
from faults import PROVOKED_MOST
from links import LinkWatch
from machine import DISK_BYTES, Machine
from processes import boot_ns

TICK = 0.025
LINKS_EVERY = 100_000_000
MASTER_SEEN_WITHIN = 300_000_000
FIRST_MASTER_WITHIN = 40.0
AGREE_WITHIN = 5.0
END_MOST = 12.0  # Seconds from SIGTERM to a machine's end
STAMP_BYTES = 512 * 1024 * 1024
FOLDER = "clustd-chaos-"


class Failed(Exception):
    """The run could not be made or be carried on; no verdict."""


def mount_tmpfs(path, size):
    path.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "clustd-chaos", str(path)], check=True,
                   capture_output=True, timeout=20)


def remove_folder(folder):
    """Only what is mounted below it is unmounted."""
    with open("/proc/self/mounts", encoding="utf-8") as file:
        mounted = [line.split()[1] for line in file]
    for path in sorted(mounted, reverse=True):
        if path.startswith(f"{folder}/"):
            subprocess.run(["umount", "-l", path], capture_output=True, timeout=20, check=False)
    shutil.rmtree(folder, ignore_errors=True)


def remove_cgroups(cluster):
    """The daemons make one for each driver and leave it when they are killed."""
    for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/unified"):
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            own = [line[3:].strip() for line in file if line.startswith("0::")]
        for directory in own:
            for left in pathlib.Path(root + directory).glob(f"clustd:{cluster}:*"):
                for path in [*sorted((p for p in left.rglob("*") if p.is_dir()), reverse=True), left]:
                    try:
                        path.rmdir()
                    except OSError:
                        pass


def remove_leftovers():
    """What a run left that was itself killed: known by its name, its owner gone."""
    for _, name in network.leftovers():
        for pid in network.run("ip", "netns", "pids", name).split():
            process = processes.open_process(int(pid))
            if process:
                process.signal(9)
        subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=20, check=False)
    for folder in pathlib.Path(tempfile.gettempdir()).glob(FOLDER + "*"):
        match = re.fullmatch(re.escape(FOLDER) + r"(\d+)-\w+", folder.name)
        if match and not os.path.exists(f"/proc/{match[1]}") and not (folder / "keep").exists():
            for machine in folder.glob("*.yml"):
                processes.end_marked(f"{folder.name}/{machine.stem}")
            remove_cgroups(folder.name)
            remove_folder(folder)


class Run:
    """Used as a context: what it made is gone afterwards, however it ends, but for the logs where they are kept."""

    def __init__(self, options, faults):
        self.options = options
        self.faults = faults
        self.folder = None
        self.network = None
        self.machines = []
        self.locks = set()
        self.troubles = []  # (time, text): what a verdict must name beside what the judge finds
        self.skipped = []  # (fault, why)
        self.done = []  # (deed, happening)
        self.history = None
        self.stamps = []
        self.alarms = []
        self.agreed = ""  # Whom all name as the master in the end
        self._under_way = {}  # Deed -> begin
        self._orders = []
        self._queue = []
        self._count = itertools.count()
        self._origin = 0
        self._links = None
        self._looked_at_links = 0

    def __enter__(self):
        try:
            self._make()
        except BaseException:  # ^C too
            self.__exit__()
            raise
        return self

    def _make(self):
        remove_leftovers()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        # Copies: a build that replaces the programs meanwhile must not give the run two of them.
        for name in ("program", "service"):
            copy = self.folder / os.path.basename(getattr(self.options, name))
            shutil.copy2(getattr(self.options, name), copy)
            setattr(self.options, name, str(copy))
        mount_tmpfs(self.folder / "stamps", STAMP_BYTES)
        self.network = network.Network(self.options.machines, cuts=self.options.cuts)
        self.network.create()
        self.machines = [Machine(i, self.folder, self.network, self.options) for i in range(self.options.machines)]
        for machine in self.machines:
            mount_tmpfs(machine.state, DISK_BYTES)
        self._links = LinkWatch(self.network, self.machines)

    def __exit__(self, *_):
        # A second ^C must not leave half of it behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for order in self._orders:
            order.kill()
        for machine in self.machines:
            machine.hold()
            machine.kill_all()
        if self.network:
            self.network.remove()
        if self.folder:
            remove_cgroups(self.folder.name)
            if not (self.folder / "keep").exists():
                remove_folder(self.folder)

    # ---- what deeds ask for

    def seconds(self):
        return (boot_ns() - self._origin) / 1e9

    def master(self):
        """Index of the machine whose service stamped last, if that is not long ago."""
        (latest, _), index = max((machine.last_stamp(), machine.index) for machine in self.machines)
        return index if boot_ns() - latest < MASTER_SEEN_WITHIN else None

    def latest_term(self):
        return max(machine.last_stamp()[1] for machine in self.machines)

    def order(self, deed, index, words):
        self._orders.append(Order(deed, words))

    def trouble(self, text):
        self.troubles.append((boot_ns(), text))

    def when_ended(self, machine, then):
        """Calls it when guard and daemon are gone, which a told end must bring about."""
        self._await_end(machine, then, self.seconds() + END_MOST)

    # ---- the run

    def carry_out(self):
        for machine in self.machines:
            machine.release()
        self._origin = boot_ns()
        while self.master() is None:
            self._look()
            if self.seconds() > FIRST_MASTER_WITHIN:
                raise Failed(f"no first master within {FIRST_MASTER_WITHIN:g} s")
        self._origin = boot_ns()
        for fault in self.faults:
            self._at(fault.at, lambda fault=fault: self._begin(fault))
        end = self.options.minutes * 60
        while (now := self.seconds()) < end or self._under_way:
            while self._queue and self._queue[0][0] <= now:
                heapq.heappop(self._queue)[2]()
            self._look()
            if now > end + 60:
                raise Failed("faults do not end")
        self._expect_agreement()
        finished = boot_ns()
        self._links.finish()
        self.history = judge.History(
            len(self.machines), self._origin, finished, sorted((h for _, h in self.done), key=lambda h: h.begin),
            [(machine.index, begin, end) for machine in self.machines for begin, end in machine.lives],
            self._links.spans)
        for machine in self.machines:
            self.troubles += machine.troubles
        self.alarms = [code for machine in self.machines for code in machine.alarms()]
        self._stop_all()
        self.stamps = list(self.read_stamps())

    def _expect_agreement(self):
        """After the calm at the end all machines must name one master, active."""
        end = self.seconds() + AGREE_WITHIN + self.options.slack / 1000
        while True:
            said = [machine.status() for machine in self.machines]
            named = {status.get("master") if status.get("active") else None for status in said}
            if len(named) == 1 and None not in named:
                self.agreed = f"{named.pop()}, term {max(status.get('token') or 0 for status in said)}"
                return
            if self.seconds() > end:
                break
            self._look()
        text = ", ".join(f"{machine.id}: {status.get('master')}" for machine, status in zip(self.machines, said))
        self.trouble(f"in the end the machines do not name one active master: {text}")

    def _stop_all(self):
        for machine in self.machines:
            machine.hold()
            machine.kill_all()

    def _at(self, seconds, call):
        heapq.heappush(self._queue, (seconds, next(self._count), call))

    def _look(self):
        for machine in self.machines:
            machine.look()
        now = boot_ns()
        if now - self._looked_at_links >= LINKS_EVERY:
            self._looked_at_links = now
            self._links.look(now)
        self._orders = [order for order in self._orders if not order.is_over()]
        time.sleep(TICK)

    def _begin(self, fault, former_term=None):
        if fault.is_provoked and self.seconds() < fault.at + PROVOKED_MOST:
            term = self.latest_term()
            former_term = term if former_term is None else former_term
            if term == former_term:
                self._at(self.seconds() + TICK, lambda: self._begin(fault, former_term))
                return
        began = boot_ns()
        try:
            deed = Deed(fault, self)
            deed.begin()
        except Skipped as why:
            self.skipped.append((fault, str(why)))
            return
        self.locks.update(deed.locks)
        self._under_way[deed] = began
        if self.options.verbose:
            print(f"{self.seconds():8.2f}  {deed.kind} cm-{deed.index + 1} {deed.note}", file=sys.stderr, flush=True)
        if fault.length:
            self._at((began - self._origin) / 1e9 + fault.length, lambda: self._end(deed))
        else:
            self._end(deed)

    def _end(self, deed):
        later = deed.end()
        if later is None:
            self._over(deed)
        else:
            self._at(self.seconds() + later, lambda: (deed.end_late(), self._over(deed)))

    def _over(self, deed):
        if deed.kind == "terminate" and not deed.machine.has_ended:
            self._at(self.seconds() + 0.05, lambda: self._over(deed))
            return
        fault = deed.fault
        self.done.append((deed, judge.Happening(fault.number, deed.kind, fault.kind.sort, self._under_way.pop(deed),
                                                boot_ns(), deed.machines, deed.links)))
        self.locks.difference_update(deed.locks)

    def _await_end(self, machine, then, deadline):
        if machine.has_ended:
            then()
        elif self.seconds() > deadline:
            self.trouble(f"{machine.id} did not end within {END_MOST:g} s of SIGTERM")
            machine.kill_all()
            then()
        else:
            self._at(self.seconds() + 0.05, lambda: self._await_end(machine, then, deadline))

    # ---- what it leaves

    def read_stamps(self):
        """(machine, term, time) of every stamp."""
        for machine in self.machines:
            for path in machine.stamps:
                try:
                    text = path.read_text()
                except OSError:
                    continue
                for line in text.splitlines():
                    words = line.split()
                    if len(words) == 3:
                        yield machine.index, int(words[1]), int(words[2])

    def keep(self):
        """The logs, journals, stamps and history stay. Ends all that still runs. @return the folder"""
        self._stop_all()
        (self.folder / "keep").touch()
        for machine in self.machines:
            for name in ("events.jsonl.1", "events.jsonl", "vote", "settings.json"):
                if (machine.state / name).exists():
                    shutil.copy2(machine.state / name, self.folder / f"{machine.id}.{name}")
        if self.history:
            (self.folder / "history.json").write_text(json.dumps(history_to_json(self.history)))
        stamps = self.folder / "stamps-kept"
        shutil.copytree(self.folder / "stamps", stamps, dirs_exist_ok=True)
        for path in [self.folder / "stamps", *(machine.state for machine in self.machines)]:
            subprocess.run(["umount", "-l", str(path)], capture_output=True, timeout=20, check=False)
            path.rmdir()
        stamps.rename(self.folder / "stamps")
        return self.folder


def history_to_json(history):
    return {"machines": history.machines, "begin": history.begin, "end": history.end,
            "happenings": [vars(h) for h in history.happenings], "lives": history.lives, "links": history.links}


def history_from_json(data):
    happenings = [judge.Happening(**{**h, "machines": tuple(h["machines"]), "links": tuple(map(tuple, h["links"]))})
                  for h in data["happenings"]]
    return judge.History(data["machines"], data["begin"], data["end"], happenings, list(map(tuple, data["lives"])),
                         list(map(tuple, data["links"])))
