"""Closing the doors of a process before it reads a hostile file.

Limits of the system for time, memory, size and files; on Linux a filter of the
kernel that refuses networks, programmes and every change of a file system, even
to a decoder that has been taken over; and the same once more in Python.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from typing import Any

from tracking.files.kinds import (
    CPU_SECONDS,
    MEMORY_BYTES,
    OPEN_FILES,
    OUTPUT_BYTES,
)

# Numbers of system calls, by machine.
# Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl.
X86_64 = {
    "audit": 0xC000003E,
    "open": 2,
    "openat": 257,
    # socket … socketpair; clone, fork, vfork, execve; kill; truncate; rename …
    # lchown; ptrace; mknod; mount, umount2; mkdirat … fchmodat; unshare; setns …
    "refused": [
        *range(41, 54),
        *range(56, 60),
        62,
        76,
        *range(82, 95),
        101,
        133,
        165,
        166,
        *range(258, 262),
        *range(263, 269),
        272,
        288,
        298,
        299,
        307,
        308,
        310,
        311,
        316,
        319,
        321,
        322,
        323,
        425,
        434,
        435,
        437,
        438,
    ],
}
ARM_64 = {
    "audit": 0xC00000B7,
    "open": None,
    "openat": 56,
    # mkdirat … renameat; mount, umount2; truncate; fchmod … fchown; ptrace; kill;
    # socket … recvmsg; clone, execve; the later ones as above.
    "refused": [
        *range(33, 41),
        45,
        *range(52, 56),
        97,
        117,
        129,
        *range(198, 213),
        220,
        221,
        241,
        242,
        *range(268, 272),
        276,
        279,
        280,
        281,
        282,
        425,
        434,
        435,
        437,
        438,
    ],
}
MACHINES: dict[str, dict[str, Any]] = {"x86_64": X86_64, "aarch64": ARM_64}

# Instructions of the filter, and what it answers.
LOAD, EQUAL, AT_LEAST, ANY_BIT, ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
NUMBER, MACHINE, SECOND, THIRD = 0, 4, 24, 32  # places in what it is given
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
OTHER_INTERFACE = 0x40000000

# What Python itself announces before it does it.
# Source: Python, Audit events table.
REFUSED_EVENTS = (
    "socket.",
    "subprocess.",
    "shutil.",
    "ctypes.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.link",
    "os.symlink",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "os.putenv",
    "tempfile.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
    "sqlite3.",
    "mmap.",
)


def close_the_doors() -> bool:
    """Limit this process for good; whether the kernel filters its calls as well."""
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_AS, MEMORY_BYTES),
    ):
        resource.setrlimit(limit, (value, value))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    filtered = _filter_calls()
    sys.addaudithook(_audit)
    return filtered


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(REFUSED_EVENTS):
        raise PermissionError(event)
    if event != "open":
        return
    path, mode, flags = arguments
    writes = bool(mode and set(mode) & set("wax+")) or bool((flags or 0) & WRITING)
    # What is open already, known by its number, may be written.
    if writes and not isinstance(path, int):
        raise PermissionError(event)


def _filter_calls() -> bool:
    """Have the kernel refuse; False where it cannot."""
    machine = MACHINES.get(platform.machine())
    if not sys.platform.startswith("linux") or machine is None:
        return False
    code = _instructions(machine)
    program = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: how many instructions, and where they are.
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(program))
    library = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if library.prctl(NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero):
        return False
    done: int = library.prctl(
        SECCOMP, ctypes.c_ulong(FILTER), ctypes.create_string_buffer(header), zero, zero
    )
    return done == 0


def _instructions(machine: dict[str, Any]) -> bytes:
    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    steps = [
        step(LOAD, MACHINE),
        step(EQUAL, machine["audit"], 1),
        step(ANSWER, KILL),
        step(LOAD, NUMBER),
        step(AT_LEAST, OTHER_INTERFACE, 0, 1),
        step(ANSWER, REFUSE),
    ]
    for number in machine["refused"]:
        steps += [step(EQUAL, number, 0, 1), step(ANSWER, REFUSE)]
    for number, flags in ((machine["open"], SECOND), (machine["openat"], THIRD)):
        if number is not None:
            steps += [
                step(EQUAL, number, 0, 4),
                step(LOAD, flags),
                step(ANY_BIT, WRITING, 0, 1),
                step(ANSWER, REFUSE),
                step(ANSWER, ALLOW),
            ]
    return b"".join([*steps, step(ANSWER, ALLOW)])
