"""One machine of the cluster: its configuration, its guard, daemon and fencer, and a supervisor that starts them again.

What an orderly service manager does is done here: a guard that ended is started anew after a short while, once the
daemon that it leaves behind is gone as well. Faults hold the machine down with `hold` and let it go with `release`.
"""

import json
import os
import pathlib
import signal
import subprocess

import processes
from processes import boot_ns

SECRET = "chaos-secret-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PORT = 3001
MS = 1_000_000
ORPHAN_MOST = 5000 * MS  # And the slack: how long a daemon may outlive its guard
BACKOFF_MIN, BACKOFF_MAX = 200 * MS, 2000 * MS
WELL_AFTER = 5000 * MS
DISK_BYTES = 24 * 1024 * 1024
FENCE_MOST = 20.0  # Seconds
STATUS_MOST = 20.0
FENCER = "clustd-fencer"

SERVICE = """#!/bin/sh
# A descendant that leaves session, parent and nearly all of the environment behind must be stopped like the service.
setsid env -i CLUSTD_TERM="$CLUSTD_TERM" {mark}="${mark}" '{stamp}' '{kin}' </dev/null >/dev/null 2>&1 &
exec '{stamp}' '{main}'
"""


class Machine:
    def __init__(self, index, folder, network, options):
        self.index = index
        self.id = f"cm-{index + 1}"
        self.mark = f"{folder.name}/{self.id}"
        self.config = folder / f"{self.id}.yml"
        self.state = folder / f"state-{self.id}"
        self.log = folder / f"{self.id}.log"
        self.stamps = [folder / "stamps" / f"{self.id}.{which}" for which in ("service", "descendant")]
        self._program = options.program
        self._network = network
        self._guard = None  # Popen
        self._child = None  # Process: the daemon
        self._child_since = 0
        self._seen_at = 0
        self._orphan_most = ORPHAN_MOST + options.slack * MS
        self._orphan_since = 0
        self._started_at = 0
        self._start_at = 0
        self._backoff = BACKOFF_MIN
        self._is_held = True
        self._is_end_expected = False
        self._to_wake = []
        self.lives = []  # (begin, end) of a daemon under its guard
        self.starts = 0
        self.restarts_by_guard = 0
        self.ends = []  # (time, exit code) of guards that ended unasked
        self.troubles = []  # (time, text)
        self._write(folder, options)

    def _write(self, folder, options):
        others = "".join(f"    - {{uri: 'ws://{self._network.address(i)}:{PORT}', id: cm-{i + 1}}}\n"
                         for i in range(options.machines) if i != self.index)
        address = self._network.address(self.index)
        service = folder / f"service-{self.id}.sh"
        service.write_text(SERVICE.format(mark=processes.MARK, stamp=options.service, main=self.stamps[0],
                                          kin=self.stamps[1]))
        service.chmod(0o700)
        self.config.write_text(
            f"server:\n  bind_address: {address}\n  bind_port: {PORT}\n  remote_address: ws://{address}:{PORT}\n"
            f"cluster:\n  name: {folder.name}\n  id: {self.id}\n  secret: '{SECRET}'\n"
            f"  failover_within: {options.failover_within}ms\n  machines:\n{others}"
            f"drivers:\n  - name: stamp\n    type: exec\n    run: ['{service}']\n    timeouts: {{stop: 2s}}\n"
            f"state_dir: {self.state}\nlog: {{level: {'debug' if options.debug else 'info'}}}\n")
        self.config.chmod(0o600)

    # ---- looking

    @property
    def is_guarded(self):
        return self._guard is not None and self._guard.poll() is None

    @property
    def guard_pid(self):
        return self._guard.pid if self.is_guarded else 0

    @property
    def is_alive(self):
        return self.is_guarded and self._child is not None

    @property
    def has_fencer(self):
        return self.is_alive and bool(self._fencers())

    @property
    def has_ended(self):
        return not self.is_guarded and self._child is None

    def network_pid(self):
        """A process in this machine's namespace, or 0."""
        return self.guard_pid or (self._child.pid if self._child else 0)

    def processes(self):
        return processes.marked(self.mark)

    def services(self):
        own = {self.guard_pid, self._child.pid if self._child else 0}
        return [p for p in self.processes() if p.pid not in own and self._name(p.pid) != FENCER]

    def _fencers(self):
        """What acts when guard and daemon cannot; it is nobody's child."""
        return [p for p in self.processes() if self._name(p.pid) == FENCER]

    def status(self):
        """What `clustd status --json` says; nothing if it does not answer."""
        done = subprocess.run(
            [*self._network.enter(self.index), self._program, "status", "--json", "--config", str(self.config)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=STATUS_MOST, check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {}

    def alarms(self):
        """Codes of all that its journal names, once for each time that they were raised here."""
        codes = []
        for name in ("events.jsonl.1", "events.jsonl"):
            try:
                lines = (self.state / name).read_text(errors="replace").splitlines()
            except OSError:
                continue
            for line in lines:
                try:
                    event = json.loads(line)
                    if event["event"] == "alarm" and event["node"] == self.id:
                        codes.append(event["detail"]["code"])
                except (ValueError, KeyError, TypeError):
                    continue  # A full disk tears lines
        return codes

    def last_stamp(self):
        """When its service stamped last and with which term; 0: never."""
        latest = (0, 0)
        for path in self.stamps:
            try:
                with open(path, "rb") as file:
                    file.seek(max(0, os.fstat(file.fileno()).st_size - 200))
                    lines = file.read().split(b"\n")
                _, term, at = lines[-2].split()
                latest = max(latest, (int(at), int(term)))
            except (OSError, IndexError, ValueError):
                continue
        return latest

    # ---- a supervisor's work

    def release(self):
        """Runs from now on, and is started again whenever it ends."""
        self._is_held = False
        self._start_at = 0

    def hold(self):
        """Nothing is started until release()."""
        self._is_held = True

    def expect_end(self):
        """The next end of the guard is a fault's doing."""
        self._is_end_expected = True

    def look(self):
        """To be called every few hundredths of a second."""
        now = boot_ns()
        self._watch(now)
        if self.is_guarded:
            self._orphan_since = 0
            return
        if self._guard is not None:
            code, self._guard = self._guard.returncode, None
            if not self._is_held and not self._is_end_expected:
                self.ends.append((now, code))
            self._is_end_expected = False
            self._backoff = (BACKOFF_MIN if now - self._started_at > WELL_AFTER
                             else min(2 * self._backoff, BACKOFF_MAX))
            self._start_at = 0
        if self._is_held:
            return
        if self._child:
            self._orphan_since = self._orphan_since or now
            if now - self._orphan_since > self._orphan_most:
                self.troubles.append((now, f"{self.id}: the daemon outlived its guard by {self._orphan_most / 1e9:g} s"))
                self.kill_all()
            return
        if not self._start_at:
            self._start_at = now + self._backoff
        elif now >= self._start_at:
            self._start()

    def _start(self):
        ours = ("DEBUG", "RUNTIME_DIRECTORY", "NOTIFY_SOCKET")
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("CLUSTD_") and name not in ours}
        environment[processes.MARK] = self.mark
        with open(self.log, "ab") as log:
            self._guard = subprocess.Popen(
                [*self._network.enter(self.index), self._program, "run", "--config", str(self.config)], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, start_new_session=True, env=environment,
                preexec_fn=processes.die_with_parent)
        self._started_at = boot_ns()
        self._start_at = 0
        self.starts += 1

    def _watch(self, now):
        if self._child and processes.is_zombie(self._child.pid):
            self._child = None
        if self._child and self._name(self._child.pid) == FENCER:  # Taken for the daemon before it had its name
            self._child = None
            if self._child_since:
                self.lives.pop()
        if self._child is None:
            self._child_since = 0
            if self.is_guarded:
                self._find_child()
        if not self.is_alive:
            self._child_since = 0
            return
        if not self._child_since:
            self._child_since = processes.started_ns(self._child.pid)
            self.lives.append((self._child_since, now))
            self._wake()
        self.lives[-1] = (self._child_since, now)

    def _find_child(self):
        """The daemon is a fork of the guard without another program; what the guard adopts has its own."""
        line = self._command_line(self._guard.pid)
        if b"run" not in line or b"nsenter" in line:
            return
        for pid in processes.children(self._guard.pid):
            if (self._command_line(pid) == line and not processes.is_zombie(pid)
                    and self._name(pid) not in (FENCER, "clustd-guard")):
                self._child = processes.open_process(pid)
                if self._child and self.lives and self._started_at < self.lives[-1][0]:
                    self.restarts_by_guard += 1
                return

    @staticmethod
    def _name(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return ""

    @staticmethod
    def _command_line(pid):
        try:
            return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return b""

    def _wake(self):
        """Services that were stopped when all that watched them was killed: a new life has ended them by now, or they
        betray it with their stamps."""
        for process in self._to_wake:
            process.signal(signal.SIGCONT)
        self._to_wake = []

    # ---- faults

    def signal_guard(self, number):
        if self.is_guarded:
            self._guard.send_signal(number)

    def signal_child(self, number):
        if self._child:
            self._child.signal(number)

    def signal_fencer(self, number):
        for process in self._fencers():
            process.signal(number)

    def kill_three(self):
        """Guard, daemon and fencer at one moment: now only the next start, or `clustd fence`, can stop what they leave
        (G6). That is stopped first, so that it does no harm meanwhile, and goes on afterwards if it still can."""
        self._to_wake = self.freeze()
        for one_signal in (self.signal_child, self.signal_fencer, self.signal_guard):
            one_signal(signal.SIGKILL)
        if self._guard:
            self._guard.wait(10)

    def fence(self):
        """What a service manager does after the end of the main process. @return what the command answered"""
        done = subprocess.run([*self._network.enter(self.index), self._program, "fence", "--config", str(self.config)],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=FENCE_MOST, check=False)
        self._wake()
        if done.returncode != 0:
            self.troubles.append(
                (boot_ns(), f"{self.id}: clustd fence: exit code {done.returncode}: {done.stderr[-300:]}"))
        return done.returncode

    def freeze(self):
        """All of it, as a paused virtual machine. @return what is stopped beside guard, daemon and fencer, for a thaw

        The services first, so that they stamp nothing that nobody watches; then again, for what was started meanwhile.
        """
        stopped = {}
        for turn in range(20):
            new = [process for process in self.services() if process.pid not in stopped]
            for process in new:
                process.signal(signal.SIGSTOP)
                stopped[process.pid] = process
            if turn == 0:
                for one_signal in (self.signal_child, self.signal_guard, self.signal_fencer):
                    one_signal(signal.SIGSTOP)
            elif not new:
                break
        return list(stopped.values())

    def kill_all(self):
        """As when the power goes: the service first, so that it stamps nothing that no daemon stands for."""
        self.freeze()
        if self._guard and self._guard.poll() is None:
            self._guard.send_signal(signal.SIGKILL)
        if processes.end_marked(self.mark):
            self.troubles.append((boot_ns(), f"{self.id}: processes that bear SIGKILL"))
        if self._guard:
            try:
                self._guard.wait(10)
            except subprocess.TimeoutExpired:
                self.troubles.append((boot_ns(), f"{self.id}: the guard bears SIGKILL"))
        self._child = None
        self._to_wake = []

    def fill_disk(self):
        with open(self.state / "ballast", "wb", buffering=0) as file:
            for size in (65536, 1024, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def free_disk(self):
        (self.state / "ballast").unlink(missing_ok=True)
