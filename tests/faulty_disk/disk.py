#!/usr/bin/env python3
"""A disk that is ill on command, for the tests: `disk.py SOURCE DIRECTORY [pass-locks]`.

It shows the directory SOURCE at DIRECTORY (FUSE). Each line of standard input is a command, each answer a line:

    fault what=WHAT [on=all|changes|OPERATION,...] [path=PART] [nth=N] [times=N]
                    WHAT: hang, slow:SECONDS, or the name of an errno; from the nth call that it concerns, so often (0: always)
    behave FEATURE=VALUE   what the disk promises and does not keep: see Faults.FEATURES
    heal                   ends all faults; what hung is carried out
    vanish | break         the mount is gone | it stays, and each call says that nobody is connected
    return [SOURCE]        it is mounted again, perhaps with another content
    left                   how many faults are still to come, of those that come a certain number of times
    count                  the number of calls so far
    hanging                the number of calls that hang

It ends when its standard input does, and after 5 minutes at the latest; the mount goes with it.
"""

import errno
import os
import select
import sys
import threading

import protocol
from faults import Faults
from protocol import OPERATIONS, REPLY, REQUEST
from tree import Tree

LONGEST_SECONDS = 3600


class Mount:
    """One connection to the kernel, and what it shows."""

    def __init__(self, source, directory, faults, passes_locks):
        self.tree, self.is_open = Tree(source, faults), True
        self.connection = protocol.mount(directory, passes_locks)
        os.set_blocking(self.connection, False)

    def answer(self, unique, error, reply):
        try:
            os.write(self.connection, REPLY.pack(REPLY.size + len(reply), -error, unique) + reply)
        except OSError:
            # The process that asked has ended.
            pass

    def close(self):
        os.close(self.connection)
        self.tree.close()
        self.is_open = False


class Disk:
    def __init__(self, source, directory, passes_locks):
        self.source, self.directory, self.passes_locks = source, directory, passes_locks
        self.faults, self.turn = Faults(), threading.Lock()
        self.mount = self.reader = None
        self.stop, self.stopped = os.pipe()

    def appear(self, source=None):
        self.source = source or self.source
        self.mount = Mount(self.source, self.directory, self.faults, self.passes_locks)
        self.reader = threading.Thread(target=self.serve, args=(self.mount,), daemon=True)
        self.reader.start()

    def disappear(self, keeps_mount):
        """Ends the connection: what is under way fails, and so does what is asked of open files."""
        if self.mount is None:
            return
        mount, self.mount = self.mount, None
        if not keeps_mount:
            protocol.unmount(self.directory)
        self.faults.heal()
        # The kernel ends a connection when no file descriptor of it is open. The reading thread has
        # one.
        os.write(self.stopped, b"x")
        self.reader.join()
        os.read(self.stop, 1)
        with self.turn:
            mount.close()

    def serve(self, mount):
        while self.stop not in select.select([mount.connection, self.stop], [], [])[0]:
            try:
                request = os.read(mount.connection, protocol.WRITE_BYTES_MAX + 4096)
            except OSError as error:
                # An interrupted request is skipped. Any other error ends the mount.
                if error.errno in (errno.ENOENT, errno.EINTR, errno.EAGAIN):
                    continue
                return
            self.take(mount, request)

    def take(self, mount, request):
        _, number, unique, node, *_ = REQUEST.unpack_from(request)
        operation = OPERATIONS.get(number, "")
        work = lambda: self.carry_out(mount, operation, unique, node, request[REQUEST.size:])
        kind, value = self.faults.of(operation, lambda: place(mount.tree, node, operation, request)) or ("", 0)
        if kind == "hang":
            self.faults.hang(work)
        elif kind == "slow":
            threading.Timer(value, work).start()
        elif kind == "errno":
            mount.answer(unique, value, b"")
        else:
            work()

    def carry_out(self, mount, operation, unique, node, body):
        error, reply = 0, b""
        with self.turn:
            if not mount.is_open:
                return
            try:
                if operation == "init":
                    reply = protocol.init_reply(body, self.passes_locks)
                elif hasattr(mount.tree, operation or "-") and operation not in ("interrupt", "destroy"):
                    reply = getattr(mount.tree, operation)(node, body)
                else:
                    error = errno.ENOSYS
            except OSError as refused:
                error = refused.errno or errno.EIO
            except KeyError:
                error = errno.ESTALE
            if operation not in ("forget", "batch_forget", "interrupt"):
                mount.answer(unique, error, b"" if error else reply)


def place(tree, node, operation, request):
    """The path that a request is about: that of its node, and the names in it."""
    named = {"lookup": 0, "mkdir": 8, "unlink": 0, "rmdir": 0, "rename": 8, "rename2": 16, "link": 8, "create": 16}
    start = named.get(operation)
    if start is None:
        return tree.path(node)
    return f"{tree.path(node)}/{os.fsdecode(request[REQUEST.size + start:])}"


def obey(disk, command, words):
    fields = dict(word.split("=", 1) for word in words if "=" in word)
    if command == "fault":
        disk.faults.add(**fields)
    elif command == "behave":
        for feature, value in fields.items():
            disk.faults.behave(feature, value)
    elif command == "heal":
        for work in disk.faults.heal():
            work()
    elif command in ("vanish", "break"):
        disk.disappear(keeps_mount=command == "break")
    elif command == "return":
        protocol.unmount(disk.directory)
        disk.appear(words[0] if words else None)
    elif command == "left":
        return str(disk.faults.left())
    elif command == "hanging":
        return str(len(disk.faults.hanging))
    elif command == "count":
        return str(disk.faults.count)
    else:
        raise ValueError(f"no such command: {command}")
    return "done"


def main():
    source, directory = sys.argv[1], os.path.realpath(sys.argv[2])
    os.umask(0)
    disk = Disk(source, directory, "pass-locks" in sys.argv[3:])
    disk.appear()
    threading.Timer(LONGEST_SECONDS, lambda: (protocol.unmount(directory), os._exit(1))).start()
    print("mounted", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        try:
            print(obey(disk, command, words), flush=True)
        except Exception as error:
            print(f"failed: {error!r}", flush=True)
    protocol.unmount(directory)
    os._exit(0)


if __name__ == "__main__":
    main()
