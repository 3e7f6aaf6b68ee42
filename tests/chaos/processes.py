"""Processes by their own id: found by a mark in their environment, signalled through a pidfd, so never a stranger."""

import ctypes
import os
import pathlib
import signal
import time

MARK = "CLUSTD_CHAOS_RUN"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def boot_ns():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def die_with_parent():
    """For preexec_fn: SIGKILL when this harness is gone, whatever took it."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One process for ever; its number may be another's later, the pidfd is not."""

    def __init__(self, pid):
        self.pid = pid
        self._fd = os.pidfd_open(pid)

    def __del__(self):
        self.close()

    def close(self):
        fd, self._fd = getattr(self, "_fd", -1), -1
        if fd >= 0:
            os.close(fd)

    def signal(self, number):
        """False: it is gone."""
        try:
            signal.pidfd_send_signal(self._fd, number)
            return True
        except (ProcessLookupError, OSError):
            return False


def open_process(pid):
    try:
        return Process(pid)
    except OSError:
        return None


def children(pid):
    try:
        return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def started_ns(pid):
    """When a process began, to a clock tick; 0 when there is none."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(fields[19]) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def is_zombie(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def marked(mark):
    """Processes whose environment carries the mark, wherever they have gone in the tree; zombies have none."""
    wanted = f"{MARK}={mark}".encode()
    own = os.getpid()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == own:
            continue
        process = None
        try:
            # The pidfd first: what is read afterwards is then this process's, or the pidfd is of a dead one.
            process = open_process(int(name))
            with open(f"/proc/{name}/environ", "rb") as file:
                if process and wanted in file.read().split(b"\0"):
                    found.append(process)
        except OSError:
            continue
    return found


def end_marked(mark, limit=5.0):
    """SIGKILL until none is left. @return how many were left at the end."""
    end = time.monotonic() + limit
    while True:
        left = marked(mark)
        for process in left:
            process.signal(signal.SIGKILL)
        if not left or time.monotonic() > end:
            return len(left)
        time.sleep(0.01)
