"""The kernel's side of FUSE: mounting, and the shapes of requests and replies (linux/fuse.h, 7.31).

Nothing but Python's own library is used, so that nothing has to be installed.
"""

import array
import ctypes
import os
import socket
import struct
import subprocess

OPERATIONS = {
    1: "lookup", 2: "forget", 3: "getattr", 4: "setattr", 5: "readlink", 6: "symlink", 9: "mkdir",
    10: "unlink", 11: "rmdir", 12: "rename", 13: "link", 14: "open", 15: "read", 16: "write",
    17: "statfs", 18: "release", 20: "fsync", 21: "setxattr", 22: "getxattr", 23: "listxattr",
    24: "removexattr", 25: "flush", 26: "init", 27: "opendir", 28: "readdir", 29: "releasedir",
    30: "fsyncdir", 31: "getlk", 32: "setlk", 33: "setlkw", 34: "access", 35: "create",
    36: "interrupt", 38: "destroy", 42: "batch_forget", 43: "fallocate", 45: "rename2", 46: "lseek",
    47: "copy_file_range",
}
# The kernel sends these requests without waiting for an answer, or they only release something.
NEVER_AT_FAULT = {"forget", "batch_forget", "interrupt", "destroy", "init", "release", "releasedir"}
CHANGES = {
    "setattr", "symlink", "mkdir", "unlink", "rmdir", "rename", "rename2", "link", "write", "fsync",
    "fsyncdir", "setxattr", "removexattr", "create", "fallocate", "copy_file_range",
}

WRITE_BYTES_MAX = 128 << 10
REQUEST = struct.Struct("<IIQQIIIHH")
REPLY = struct.Struct("<IiQ")
ATTRIBUTES = struct.Struct("<6Q10I")
READ = struct.Struct("<QQIIQII")
SETATTR = struct.Struct("<IIQQQQQQIIIIIIII")
ASYNC_READ, POSIX_LOCKS, BIG_WRITES, FLOCK_LOCKS, AUTO_INVALIDATE = 1, 2, 1 << 5, 1 << 10, 1 << 12
DETACH = 2
NOSUID_NODEV = 2 | 4

libc = ctypes.CDLL(None, use_errno=True)


def mount(directory, passes_locks=False):
    """Mounts and returns the connection to the kernel."""
    if os.geteuid() != 0:
        return mount_by_helper(directory)
    # The server knows by the name which programs pass locks on.
    kind = b"fuse.glusterfs" if passes_locks else b"fuse.faulty"
    connection = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={connection},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other"
    done = libc.mount(b"faulty", os.fsencode(directory), kind, NOSUID_NODEV, options.encode())
    if done != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), directory)
    return connection


def mount_by_helper(directory):
    """Has fusermount mount, which may do so for everybody."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    command = ["fusermount3", "-o", "default_permissions", "--", directory]
    environment = {**os.environ, "_FUSE_COMMFD": str(theirs.fileno())}
    subprocess.run(command, env=environment, pass_fds=[theirs.fileno()], check=True)
    passed = array.array("i")
    _, ancillary, _, _ = ours.recvmsg(1, socket.CMSG_LEN(passed.itemsize))
    passed.frombytes(ancillary[0][2][: passed.itemsize])
    return passed[0]


def unmount(directory):
    """Takes the mount away, whatever is open in it. One that is gone already is no failure."""
    if os.geteuid() == 0:
        libc.umount2(os.fsencode(directory), DETACH)
    else:
        subprocess.run(["fusermount3", "-u", "-z", directory], check=False, capture_output=True)


def init_reply(body, passes_locks):
    """The answer to the kernel's first request."""
    offered = struct.unpack_from("<IIII", body)[3]
    wanted = ASYNC_READ | BIG_WRITES | AUTO_INVALIDATE | (POSIX_LOCKS | FLOCK_LOCKS if passes_locks else 0)
    reply = (7, 31, 128 << 10, offered & wanted, 12, 9, WRITE_BYTES_MAX, 1, 0, 0, 0)
    return struct.pack("<IIIIHHIIHHI28x", *reply)


def attributes(stat):
    """What is known of a file, as the kernel takes it."""
    times = [stat.st_atime_ns, stat.st_mtime_ns, stat.st_ctime_ns]
    seconds = [(time // 10**9) & 0xFFFFFFFFFFFFFFFF for time in times]
    parts = [time % 10**9 for time in times]
    return ATTRIBUTES.pack(
        stat.st_ino, stat.st_size, stat.st_blocks, *seconds, *parts, stat.st_mode, stat.st_nlink,
        stat.st_uid, stat.st_gid, stat.st_rdev, stat.st_blksize, 0,
    )


def entry_reply(node, stat):
    """An entry that the kernel is to ask for anew each time."""
    return struct.pack("<QQQQII", node, 0, 0, 0, 0, 0) + attributes(stat)


def attributes_reply(stat):
    return struct.pack("<QII", 0, 0, 0) + attributes(stat)


def directory_entry(inode, offset, kind, name):
    entry = struct.pack("<QQII", inode, offset, len(name), kind) + name
    return entry + bytes(-len(entry) % 8)


def names(body):
    """The names at the end of a request, each with a zero behind it."""
    return body.split(b"\0")
