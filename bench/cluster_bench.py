#!/usr/bin/env python3
"""Measures real daemons on loopback: idle cost at 3 and at 32 machines, and the gap of each kind of failover.

Usage: cluster_bench.py BUILD_DIR [--failovers 20] [--idle-seconds 20] [--only idle|gaps] [--faults WORD[,WORD]]
Prints one line a figure: min, median, max. Everything it started is ended when it ends, however it ends.

The machine is shared by all daemons of the cluster and by whatever else runs on it: figures are of one run and
noisy. A gap is as the service saw it: from the last stamp on one machine to the first on another, by CLOCK_BOOTTIME,
so it holds the stop, the wait for the lease, the election and the start.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SECRET = "bench-secret-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MARK = "CLUSTD_BENCH_RUN"  # In the environment of all that is started, and so of what those start


WINDOWS = 5  # Of an idle measurement; the quietest shows what the daemon costs by itself


class Failed(Exception):
    """The cluster did not do what it must; says where its logs are."""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def children(pid):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def marked(mark):
    """The processes that carry our mark, wherever they have gone in the tree."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                pass
    return found


def end_marked(mark):
    for _ in range(100):
        left = marked(mark)
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)
    raise Failed(f"processes {left} do not end")


class Cluster:
    def __init__(self, build, machines, failover_within="2s", service=True):
        self.program = str(build / "bin" / "clustd")
        self.stamp = str(build / "tests" / "stamp_service")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clustd-bench-"))
        self.ports = free_ports(machines)
        self.guards = [None] * machines
        voters = min(machines, 7)
        role = lambda n: "voter" if n < voters else "standby"
        for i in range(machines):
            others = "".join(f"    - {{uri: 'ws://127.0.0.1:{port}', id: {self.name(n)}, role: {role(n)}}}\n"
                             for n, port in enumerate(self.ports) if n != i)
            driver = (f"drivers:\n  - name: stamp\n    type: exec\n    run: ['{self.stamp}', '{self.stamps_of(i)}']\n"
                      if service else "")
            file = pathlib.Path(self.config(i))
            file.write_text(
                f"server:\n  bind_address: 127.0.0.1\n  bind_port: {self.ports[i]}\n"
                f"  remote_address: ws://127.0.0.1:{self.ports[i]}\n"
                f"cluster:\n  id: {self.name(i)}\n  secret: '{SECRET}'\n  role: {role(i)}\n"
                f"  failover_within: {failover_within}\n  machines:\n{others}{driver}"
                f"state_dir: {self.folder}/state-{i}\nlog: {{level: warning}}\n")
            file.chmod(0o600)

    @staticmethod
    def name(i):
        return f"cm-{i + 1:02}"

    def config(self, i):
        return str(self.folder / f"{self.name(i)}.yml")

    def stamps_of(self, i):
        return self.folder / f"stamps-{i}"

    def mark(self, i):
        return f"{self.folder.name}/{i}"

    def start(self, i):
        with open(self.folder / f"log-{i}", "ab") as log:
            self.guards[i] = subprocess.Popen([self.program, "run", "--config", self.config(i)], stdout=log, stderr=log,
                                              stdin=subprocess.DEVNULL, start_new_session=True,
                                              env={**os.environ, MARK: self.mark(i)})

    def fail(self, what):
        kept = pathlib.Path(tempfile.mkdtemp(prefix="clustd-bench-failed-"))
        for log in self.folder.glob("log-*"):
            shutil.copy(log, kept)
        return Failed(f"{what}; logs in {kept}")

    def status(self, i):
        done = subprocess.run([self.program, "status", "--json", "--config", self.config(i)], capture_output=True,
                              timeout=20, check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {}

    def wait_master(self, limit=60, among=None, differs=None):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            for i in among or range(len(self.guards)):
                s = self.status(i)
                if s.get("active") and s.get("master") and s["master"] != differs:
                    return int(s["master"].split("-")[1]) - 1
            time.sleep(0.05)
        raise self.fail(f"no master within {limit} s")

    def wait_reachable(self, i, count, limit=60):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if sum(n["link"] in ("up", "self") for n in self.status(i).get("nodes", [])) >= count:
                return
            time.sleep(0.1)
        raise self.fail("not all machines are linked")

    def child(self, i):
        return (children(self.guards[i].pid) or [0])[0]

    def power_off(self, i):
        """Guard, daemon and service at one moment: stopped first, so that none sees another one go."""
        pids = marked(self.mark(i))
        for sig in (signal.SIGSTOP, signal.SIGKILL):
            for pid in pids:
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    pass
        end_marked(self.mark(i))
        if self.guards[i]:
            self.guards[i].wait(10)
        self.guards[i] = None

    def stamps(self, i):
        """Nanoseconds of CLOCK_BOOTTIME at which the service ran on a machine, in order."""
        try:
            lines = self.stamps_of(i).read_text().splitlines()
        except OSError:
            return []
        return [int(words[2]) for words in map(str.split, lines) if len(words) == 3]

    def close(self):
        for i in range(len(self.guards)):
            self.power_off(i)
        shutil.rmtree(self.folder, ignore_errors=True)


def cpu_seconds(pid):
    """What all threads of a process ran, to the nanosecond; the ticks of /proc/PID/stat are too coarse."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9


def memory_mib(pid):
    values = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        words = line.split()
        values[words[0].rstrip(":")] = int(words[1]) / 1024
    return values


def head(title):
    print(f"\n{title:<52} {'min':>10} {'median':>10} {'max':>10}", flush=True)


def show(name, values, unit, target_below=None):
    median = statistics.median(values)
    line = f"{name:<52} {min(values):>10.3f} {median:>10.3f} {max(values):>10.3f} {unit:<4}"
    if target_below is not None:
        line += f"  target < {target_below:g}: {'ok' if median < target_below else 'MISSED'}"
    print(line, flush=True)


def wake_up():
    """Microseconds of CPU that it costs here and now to wake a process up that then does next to nothing."""
    samples = []
    for _ in range(50):
        before = time.process_time_ns()
        time.sleep(0.02)
        samples.append((time.process_time_ns() - before) / 1000)
    return samples


def idle(build, machines, seconds):
    cpu_target, memory_target = (0.3, 25) if machines == 3 else (None, None)
    cluster = Cluster(build, machines, service=False)
    try:
        for i in range(machines):
            cluster.start(i)
        cluster.wait_master(limit=180)
        cluster.wait_reachable(0, machines, limit=180)
        time.sleep(5)
        pairs = [(cluster.guards[i].pid, cluster.child(i)) for i in range(machines)]
        shares = []
        for _ in range(WINDOWS):
            before = [sum(map(cpu_seconds, pair)) for pair in pairs]
            began = time.monotonic()
            time.sleep(seconds / WINDOWS)
            took = time.monotonic() - began
            shares += [100 * (sum(map(cpu_seconds, pair)) - b) / took for pair, b in zip(pairs, before)]
        memory = [[memory_mib(p) for p in pair] for pair in pairs]
        show(f"{machines} machines: CPU of daemon and guard", shares, "%", cpu_target)
        show(f"{machines} machines: PSS of daemon and guard", [g["Pss"] + d["Pss"] for g, d in memory], "MiB", memory_target)
        # What is shared with the other daemons of this host counts in full where there is only one.
        show(f"{machines} machines: memory if alone on its host",
             [d["Rss"] + g["Private_Clean"] + g["Private_Dirty"] for g, d in memory], "MiB")
    finally:
        cluster.close()


def switchover(cluster, i):
    subprocess.run([cluster.program, "switchover", "--wait", "30s", "--config", cluster.config(i)], capture_output=True,
                   timeout=60, check=False)


FAULTS = {
    "child": ("kill -9 of the daemon", lambda c, i: os.kill(c.child(i), signal.SIGKILL)),
    "guard": ("kill -9 of the guard", lambda c, i: os.kill(c.guards[i].pid, signal.SIGKILL)),
    "power": ("power cut: guard, daemon and service at once", lambda c, i: c.power_off(i)),
    "stop": ("SIGSTOP of the daemon", lambda c, i: os.kill(c.child(i), signal.SIGSTOP)),
    "term": ("SIGTERM", lambda c, i: os.kill(c.guards[i].pid, signal.SIGTERM)),
    "switchover": ("switchover", switchover),
}


def one_gap(cluster, fault, master):
    """Milliseconds without the service, and the machine that has it then."""
    others = [i for i in range(3) if i != master]
    for i in others:
        cluster.stamps_of(i).unlink(missing_ok=True)
    fault(cluster, master)
    end = time.monotonic() + 30
    while not (first := [(cluster.stamps(i)[0], i) for i in others if cluster.stamps(i)]):
        if time.monotonic() > end:
            raise cluster.fail("the service came up nowhere else within 30 s")
        time.sleep(0.02)
    begin, successor = min(first)
    gap = (begin - cluster.stamps(master)[-1]) / 1e6
    if gap <= 0:
        raise cluster.fail(f"the service was on two machines for {-gap:.1f} ms")
    return gap, successor


def gaps(build, rounds, faults):
    for word in faults:
        name, fault = FAULTS[word]
        values = []
        cluster = Cluster(build, 3)
        try:
            for i in range(3):
                cluster.start(i)
            master = cluster.wait_master()
            cluster.wait_reachable(master, 3)
            time.sleep(3)
            for _ in range(rounds):
                gap, successor = one_gap(cluster, fault, master)
                values.append(gap)
                # A guard restarts a daemon that dies again and again later each time; every round is the first death.
                if word != "switchover":
                    cluster.power_off(master)
                    cluster.start(master)
                master = cluster.wait_master(limit=30, among=[successor])
                cluster.wait_reachable(master, 3)
                time.sleep(3)  # Past V3's promise of the machine that came back, so that rounds are alike
            show(f"gap, {name}", values, "ms")
        finally:
            cluster.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--idle-seconds", type=float, default=20)
    parser.add_argument("--failovers", type=int, default=20, help="of each kind")
    parser.add_argument("--faults", type=lambda text: text.split(","), default=list(FAULTS), help=",".join(FAULTS))
    parser.add_argument("--only", choices=["idle", "gaps"])
    options = parser.parse_args()
    unknown = [word for word in options.faults if word not in FAULTS]
    if unknown:
        parser.error(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    build = options.build.resolve()
    if options.only != "gaps":
        head("Idle daemons")
        # An idle daemon wakes up some 20 times a second for its heartbeats; this is the part of it that is none of its own.
        show("for comparison, one wake-up of any process", wake_up(), "us")
        for machines in (3, 32):
            idle(build, machines, options.idle_seconds)
    if options.only != "idle":
        head(f"Gaps of {options.failovers} failovers each, failover_within: 2s")
        gaps(build, options.failovers, options.faults)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main()
    except Failed as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
