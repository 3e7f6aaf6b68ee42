#!/usr/bin/env python3
"""Does the unit for systemd start, stop and reload clustd in order, and leave nothing running after
any crash? A real systemd, in namespaces of its own (see sandbox).

    tst_systemd.py --program build/dev/bin/clustd --service build/dev/tests/stamp_service

Exit codes: 0 passed, 1 failed, 77 not possible here (not root, no systemd, no namespaces).
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
UNIT = os.path.join(HERE, "..", "..", "resources", "systemd", "clustd.service")
PATIENCE = 30.0
SKIP = 77

CONFIG = """\
server: {bind_address: 127.0.0.1, bind_port: 3001, remote_address: "ws://127.0.0.1:3001"}
cluster:
  id: cm-1
  secret: systemd-test-0123456789-abcdefghij
  machines: []
state_dir: /var/lib/clustd
drivers:
  - name: stamp
    type: exec
    start: setsid sh -c "setsid /programs/stamp_service /exchange/stamps --ignore-term" </dev/null >/dev/null 2>&1 &
    stop: echo "$CLUSTD_ACTION $CLUSTD_TERM" >> /exchange/stops
    timeouts: {stop: 1s}
"""
# What the sandbox needs and a real machine does not: paths of the test, no early units.
DROP_IN = """\
[Unit]
DefaultDependencies=no
[Service]
Environment=CLUSTD_CONFIG=/programs/clustd.yml
ReadWritePaths=/exchange
StandardOutput=append:/exchange/log
StandardError=append:/exchange/log
"""
TARGET = "[Unit]\nDefaultDependencies=no\nAllowIsolate=yes\n"


class Failure(Exception):
    pass


def until(what, condition, patience=PATIENCE):
    """Waits, bounded, until condition() is true; its value."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure(f"not within {patience:.0f} s: {what}")
        time.sleep(0.02)


def check(what, is_true):
    if not is_true:
        raise Failure(what)


class Sandbox:
    """A running systemd and its folder. Everything is gone after close()."""

    def __init__(self, program, service):
        self.folder = tempfile.mkdtemp(prefix="clustd-systemd-")
        self.process = None
        self.init = 0
        for name in ("units/clustd.service.d", "programs", "exchange"):
            os.makedirs(os.path.join(self.folder, name))
        with open(UNIT, encoding="utf-8") as file:
            unit = file.read().replace("/usr/bin/clustd", "/programs/clustd")
        self.write("units/clustd.service", unit)
        self.write("units/clustd.service.d/test.conf", DROP_IN)
        self.write("units/clustd-test.target", TARGET)
        self.write("programs/clustd.yml", CONFIG)
        os.chmod(os.path.join(self.folder, "programs/clustd.yml"), 0o600)
        shutil.copy(program, os.path.join(self.folder, "programs/clustd"))
        shutil.copy(service, os.path.join(self.folder, "programs/stamp_service"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        try:
            with open(self.path(name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def start(self):
        self.log = open(self.path("log"), "wb")
        self.process = subprocess.Popen([os.path.join(HERE, "sandbox"), self.folder],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        probe = until("a proof that the sandbox is closed", self.probe)
        check("a file of the sandbox's /tmp is seen outside: refused",
            not os.path.exists(os.path.join("/tmp", probe)))
        self.write("exchange/go", "")
        self.init = until("process 1 of the sandbox", self.find_init)
        until("systemd answers", lambda: self.systemctl("is-system-running").stdout.strip()
            in ("running", "degraded"))

    def probe(self):
        if self.process.poll() is not None:
            raise Failure("the sandbox ended: " + self.read("log").strip())
        return self.read("exchange/probe").strip()

    def find_init(self):
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children, encoding="ascii") as file:
            pids = file.read().split()
        return int(pids[0]) if pids else 0

    def enter(self, *command, timeout=60):
        return subprocess.run(["nsenter", "--target", str(self.init), "--mount", "--pid", "--uts",
            "--ipc", "--net", "--cgroup", "--root", "--wd=/", *command], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=timeout, check=False)

    def systemctl(self, *arguments, timeout=60):
        return self.enter("systemctl", "--no-pager", *arguments, timeout=timeout)

    def show(self, key):
        return self.systemctl("show", "-P", key, "clustd.service").stdout.strip()

    def members(self):
        """Processes of the unit, by the numbers that the sandbox knows: {pid: name}."""
        group = self.show("ControlGroup")
        if not group:
            return {}
        found = self.enter("sh", "-c", f"for f in $(find /sys/fs/cgroup{group} -name cgroup.procs); do "
            "for p in $(cat $f); do echo $p $(cat /proc/$p/comm); done; done")
        return {int(line.split()[0]): line.split()[1] for line in found.stdout.splitlines()
            if len(line.split()) == 2}

    def kill(self, number, pids):
        """To processes of the sandbox only: by numbers of its own namespace."""
        self.enter("kill", f"-{int(number)}", *[str(pid) for pid in pids])

    def stamps(self):
        """{pid: (first, last)} of the service's lives, boot clock in ns."""
        lives = {}
        for line in self.read("exchange/stamps").splitlines():
            words = line.split()
            if len(words) == 3 and words[2].isdigit():
                pid, stamp = int(words[0]), int(words[2])
                first, last = lives.get(pid, (stamp, stamp))
                lives[pid] = (min(first, stamp), max(last, stamp))
        return lives

    def serving(self):
        """The life that stamps now, or nothing."""
        now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        return next((pid for pid, (_, last) in self.stamps().items() if now - last < 200e6), None)

    def close(self):
        if self.init:
            os.kill(self.init, signal.SIGKILL)  # process 1: the whole namespace goes with it
        if self.process and self.process.poll() is None:
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)
        group = self.read("exchange/cgroup").strip()
        if "clustd-systemd-" in group and os.path.isdir(group):
            for place, _, _ in os.walk(group, topdown=False):
                try:
                    os.rmdir(place)
                except OSError as error:
                    print(f"left behind: {place}: {error}", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)


def judge(sandbox):
    """No two lives of the service may overlap."""
    lives = sorted(sandbox.stamps().values())
    for (_, last), (first, _) in zip(lives, lives[1:]):
        check(f"two lives of the service overlap by {(last - first) / 1e6:.1f} ms", last < first)


def starts_and_tells(box):
    started = box.systemctl("start", "clustd.service")
    check(f"start failed: {started.stderr}", started.returncode == 0)
    check("not active", box.show("ActiveState") == "active")
    until("the service runs", box.serving)
    until("a status text", lambda: "master" in box.show("StatusText"))


def reloads(box):
    before = box.show("MainPID")
    answer = box.systemctl("reload", "clustd.service")
    check(f"reload failed: {answer.stderr}", answer.returncode == 0)
    check("reload made another process", box.show("MainPID") == before)


def stops_in_order(box):
    stops = box.read("exchange/stops").count("stop")
    answer = box.systemctl("stop", "clustd.service")
    check(f"stop failed: {answer.stderr}", answer.returncode == 0)
    stamps = box.read("exchange/stamps")
    time.sleep(0.1)  # some twenty stamps of a service that lives
    check("still serving after the stop", box.read("exchange/stamps") == stamps)
    check("the stop command was not run", box.read("exchange/stops").count("stop") > stops)
    check(f"not inactive but {box.show('ActiveState')}, {box.show('Result')}",
        box.show("ActiveState") == "inactive" and box.show("Result") == "success")
    check("processes are left", not box.members())
    check("a plan is left", box.enter("sh", "-c", "ls /run/clustd/*/plan").returncode != 0)
    check(f"start failed", box.systemctl("start", "clustd.service").returncode == 0)
    until("the service runs again", box.serving)


def is_back(box, before, restarts):
    until("another life of the service", lambda: box.serving() not in (None, before))
    until("restarted by systemd", lambda: int(box.show("NRestarts")) > restarts)
    judge(box)


def killed_together(box):
    """SIGKILL to guard, daemon and fencer at once; the service, which has detached, stays."""
    before, restarts = box.serving(), int(box.show("NRestarts"))
    fences = box.read("exchange/stops").count("fence")
    own = [pid for pid, name in box.members().items() if name.startswith("clustd")]
    check(f"guard, daemon and fencer expected: {box.members()}", len(own) == 3)
    box.kill(signal.SIGKILL, own)
    until("the fence command of the plan", lambda: box.read("exchange/stops").count("fence") > fences)
    is_back(box, before, restarts)


def guard_killed(box):
    before, restarts = box.serving(), int(box.show("NRestarts"))
    box.kill(signal.SIGKILL, [int(box.show("MainPID"))])
    is_back(box, before, restarts)


def daemon_killed(box):
    """The guard's own work: systemd need not see it."""
    before, restarts = box.serving(), int(box.show("NRestarts"))
    main = box.show("MainPID")
    daemon = [pid for pid, name in box.members().items() if name == "clustd"]
    check(f"one daemon expected: {box.members()}", len(daemon) == 1)
    box.kill(signal.SIGKILL, daemon)
    until("another life of the service", lambda: box.serving() not in (None, before))
    check("systemd restarted it", int(box.show("NRestarts")) == restarts and box.show("MainPID") == main)
    judge(box)


def stopped_together(box):
    """SIGSTOP to all three: only the watchdog of the unit is left."""
    before, restarts = box.serving(), int(box.show("NRestarts"))
    own = [pid for pid, name in box.members().items() if name.startswith("clustd")]
    box.kill(signal.SIGSTOP, own)
    is_back(box, before, restarts)


STORY = [starts_and_tells, reloads, stops_in_order, daemon_killed, guard_killed, killed_together,
    stopped_together]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="clustd")
    parser.add_argument("--service", required=True, help="stamp_service of the tests")
    parser.add_argument("--keep", action="store_true", help="print the log of systemd at the end")
    options = parser.parse_args()
    for tool in ("/lib/systemd/systemd", "/usr/bin/unshare", "/usr/bin/nsenter"):
        if os.geteuid() != 0 or not os.path.exists(tool):
            print(f"skipped: needs root and {tool}")
            return SKIP
    namespaces = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--net",
        "--cgroup", "--propagation", "private", "true"], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=20, check=False)
    if namespaces.returncode != 0:
        print(f"skipped: no namespaces here: {namespaces.stderr.strip()}")
        return SKIP
    box = Sandbox(options.program, options.service)

    def end(number, _):
        raise Failure(f"ended by signal {number}")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    code = 0
    try:
        box.start()
        for step in STORY:
            begun = time.monotonic()
            step(box)
            print(f"passed: {step.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
    except (Failure, subprocess.TimeoutExpired) as why:
        print(f"FAILED: {why}")
        if box.init:
            print(box.systemctl("status", "clustd.service").stdout)
        code = 1
    finally:
        if code == 1 or options.keep:
            print((box.read("log") + box.read("exchange/console") + box.read("exchange/log"))[-8000:])
        box.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
