#!/usr/bin/env python3
"""Measures real daemons on loopback: idle cost at 3 and at 32 machines, and the gap of each kind of failover.

Usage: cluster_bench.py BUILD_DIR [--idle-seconds 20] [--failovers 20] [--only idle|gaps]
Prints one line a figure: name, min / median / max, unit. Everything it started is ended when it ends.
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


def kill_tree(pid):
    try:
        os.kill(pid, signal.SIGSTOP)
    except ProcessLookupError:
        return
    for child in children(pid):
        kill_tree(child)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Cluster:
    def __init__(self, build, machines, failover_within="2s", service=True):
        self.program = str(build / "bin" / "clustd")
        self.stamp = str(build / "tests" / "stamp_service")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clustd-bench-"))
        self.ports = free_ports(machines)
        self.guards = [None] * machines
        voters = min(machines, 7)
        for i in range(machines):
            others = "".join(
                f"    - {{uri: 'ws://127.0.0.1:{port}', id: cm-{n + 1:02}, role: {'voter' if n < voters else 'standby'}}}\n"
                for n, port in enumerate(self.ports) if n != i)
            driver = (f"drivers:\n  - name: stamp\n    type: exec\n    run: ['{self.stamp}', '{self.folder}/stamps-{i}']\n"
                      if service else "")
            file = self.folder / f"cm-{i + 1:02}.yml"
            file.write_text(
                f"server:\n  bind_address: 127.0.0.1\n  bind_port: {self.ports[i]}\n"
                f"  remote_address: ws://127.0.0.1:{self.ports[i]}\n"
                f"cluster:\n  id: cm-{i + 1:02}\n  secret: '{SECRET}'\n  role: {'voter' if i < voters else 'standby'}\n"
                f"  failover_within: {failover_within}\n  machines:\n{others}{driver}log: {{level: warning}}\n")
            file.chmod(0o600)

    def config(self, i):
        return str(self.folder / f"cm-{i + 1:02}.yml")

    def start(self, i):
        log = open(self.folder / f"log-{i}", "ab")
        self.guards[i] = subprocess.Popen([self.program, "run", "--config", self.config(i)], stdout=log, stderr=log,
                                          start_new_session=True)

    def status(self, i):
        done = subprocess.run([self.program, "status", "--json", "--config", self.config(i)], capture_output=True, timeout=20)
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
        raise SystemExit("bench: no master within %d s; logs in %s" % (limit, self.folder))

    def wait_reachable(self, i, count, limit=60):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if sum(n["link"] in ("up", "self") for n in self.status(i).get("nodes", [])) >= count:
                return
            time.sleep(0.1)
        raise SystemExit("bench: not all machines are linked; logs in %s" % self.folder)

    def child(self, i):
        return (children(self.guards[i].pid) or [0])[0]

    def power_off(self, i):
        if self.guards[i] and self.guards[i].poll() is None:
            kill_tree(self.guards[i].pid)
            self.guards[i].wait(10)
        self.guards[i] = None

    def stamps(self):
        all_ = []
        for i in range(len(self.guards)):
            path = self.folder / f"stamps-{i}"
            if path.exists():
                for line in path.read_text().splitlines():
                    words = line.split()
                    if len(words) == 3:
                        all_.append((int(words[2]), i))
        return sorted(all_)

    def close(self):
        for i in range(len(self.guards)):
            self.power_off(i)
        shutil.rmtree(self.folder, ignore_errors=True)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def show(name, values, unit):
    print(f"{name:<52} {min(values):>9.3f} / {statistics.median(values):>9.3f} / {max(values):>9.3f} {unit}", flush=True)


def idle(build, machines, seconds):
    cluster = Cluster(build, machines, service=False)
    try:
        for i in range(machines):
            cluster.start(i)
        cluster.wait_master(limit=180)
        cluster.wait_reachable(0, machines, limit=180)
        time.sleep(3)
        pids = [(cluster.guards[i].pid, cluster.child(i)) for i in range(machines)]
        before = [sum(cpu_seconds(p) for p in pair) for pair in pids]
        began = time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        after = [sum(cpu_seconds(p) for p in pair) for pair in pids]
        show(f"idle CPU of one daemon and guard, {machines} machines",
             [100 * (b - a) / took for a, b in zip(before, after)], "% of a core")
        show(f"PSS of one daemon and guard, {machines} machines",
             [sum(pss_kib(p) for p in pair) / 1024 for pair in pids], "MiB")
    finally:
        cluster.close()


FAULTS = {
    "kill -9 of the daemon": lambda c, i: os.kill(c.child(i), signal.SIGKILL),
    "kill -9 of the guard": lambda c, i: os.kill(c.guards[i].pid, signal.SIGKILL),
    "power cut (guard, daemon and service)": lambda c, i: c.power_off(i),
    "SIGSTOP of the daemon": lambda c, i: os.kill(c.child(i), signal.SIGSTOP),
    "SIGTERM": lambda c, i: os.kill(c.guards[i].pid, signal.SIGTERM),
    "switchover": lambda c, i: subprocess.run([c.program, "switchover", "--wait", "30s", "--config", c.config(i)],
                                              capture_output=True, timeout=60),
}


def gaps(build, rounds):
    """The gap as the service sees it: between the last stamp on one machine and the first on another."""
    for name, fault in FAULTS.items():
        values = []
        cluster = Cluster(build, 3)
        try:
            for i in range(3):
                cluster.start(i)
            master = cluster.wait_master()
            cluster.wait_reachable(master, 3)
            for _ in range(rounds):
                others = [i for i in range(3) if i != master]
                fault(cluster, master)
                successor = cluster.wait_master(limit=30, among=others, differs=f"cm-{master + 1:02}")
                end = time.monotonic() + 20
                while not any(i == successor for _, i in cluster.stamps()[-20:]) and time.monotonic() < end:
                    time.sleep(0.02)
                stamps = cluster.stamps()
                last_old = max(t for t, i in stamps if i == master)
                values.append((min(t for t, i in stamps if i == successor and t > last_old - 10**9) - last_old) / 1e6)
                if cluster.guards[master] is None or cluster.guards[master].poll() is not None:
                    time.sleep(0.2)
                    cluster.power_off(master)
                    cluster.start(master)
                cluster.wait_reachable(successor, 3)
                for i in range(3):
                    if i != successor:
                        (cluster.folder / f"stamps-{i}").unlink(missing_ok=True)
                master = successor
                time.sleep(3)  # past V3's promise of the machine that came back, so that rounds are alike
            show(f"gap, {name}", values, "ms")
        finally:
            cluster.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--idle-seconds", type=float, default=20)
    parser.add_argument("--failovers", type=int, default=20)
    parser.add_argument("--only", choices=["idle", "gaps"])
    options = parser.parse_args()
    options.build = options.build.resolve()
    print(f"{'figure':<52} {'min':>9} / {'median':>9} / {'max':>9}")
    if options.only != "gaps":
        for machines in (3, 32):
            idle(options.build, machines, options.idle_seconds)
    if options.only != "idle":
        gaps(options.build, options.failovers)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main()
