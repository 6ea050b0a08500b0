"""A directory as a file system: each request is done on the real directory, but for what is told to go wrong."""

import ctypes
import errno
import fcntl
import os
import stat as kinds
import struct

import protocol
from protocol import READ, SETATTR, libc, names

ROOT = 1
MODE, UID, GID, SIZE, ATIME, MTIME, HANDLE, ATIME_NOW, MTIME_NOW = 1, 2, 4, 8, 16, 32, 64, 128, 256
NOREPLACE, EXCHANGE = 1, 2
LOCK_IS_FLOCK, UNLOCK, READ_LOCK = 1, 2, 0


class Tree:
    """The nodes that the kernel knows, each by a handle, and the open files."""

    def __init__(self, source, faults):
        self.source, self.faults = os.path.realpath(source), faults
        self.nodes = {ROOT: os.open(self.source, os.O_PATH | os.O_DIRECTORY)}
        self.known, self.lookups, self.files, self.unclosed = {}, {}, {}, {}
        self.next_node, self.next_file = ROOT + 1, 1

    def close(self):
        for handle in list(self.nodes.values()) + [file for file, _ in self.files.values()]:
            os.close(handle)

    def path(self, node):
        """Where a node lies below the source, for rules about paths."""
        if node not in self.nodes:
            return ""
        return os.readlink(f"/proc/self/fd/{self.nodes[node]}")[len(self.source):]

    def real(self, node):
        return f"/proc/self/fd/{self.nodes[node]}"

    def stat(self, node):
        found = os.stat(self.nodes[node])
        return self.shown(found)

    def shown(self, found):
        if self.faults.behaviour["modes"] == "real":
            return found
        bits = 0o777 if kinds.S_ISDIR(found.st_mode) else 0o666
        return Changed(found, st_mode=kinds.S_IFMT(found.st_mode) | bits)

    def entry(self, folder, name):
        """Looks a name up and makes it a node."""
        handle = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=self.nodes[folder])
        found = os.stat(handle)
        key = (found.st_dev, found.st_ino)
        node = self.known.get(key)
        if node is None:
            node, self.next_node = self.next_node, self.next_node + 1
            self.known[key], self.nodes[node] = node, handle
        else:
            os.close(handle)
        self.lookups[node] = self.lookups.get(node, 0) + 1
        return protocol.entry_reply(node, self.shown(found))

    def lookup(self, node, body):
        name = names(body)[0]
        is_unclosed = self.faults.behaviour["unclosed"] == "unseen" and (node, name) in self.unclosed.values()
        if is_unclosed or self.faults.is_unseen((node, name)):
            raise OSError(errno.ENOENT, "not seen yet")
        return self.entry(node, name)

    def forget(self, node, body):
        self.forget_some(node, struct.unpack_from("<Q", body)[0])

    def batch_forget(self, _node, body):
        count = struct.unpack_from("<I", body)[0]
        for index in range(count):
            self.forget_some(*struct.unpack_from("<QQ", body, 8 + 16 * index))

    def forget_some(self, node, count):
        if node == ROOT or node not in self.nodes:
            return
        self.lookups[node] -= count
        if self.lookups[node] <= 0:
            found = os.stat(self.nodes[node])
            self.known.pop((found.st_dev, found.st_ino), None)
            os.close(self.nodes.pop(node))
            del self.lookups[node]

    def getattr(self, node, _body):
        return protocol.attributes_reply(self.stat(node))

    def setattr(self, node, body):
        valid, _, file, size, _, atime, mtime, _, aparts, mparts, _, mode, _, uid, gid, _ = SETATTR.unpack_from(body)
        real, times = self.real(node), self.faults.behaviour["times"]
        if valid & MODE and self.faults.behaviour["modes"] == "real":
            os.chmod(real, mode & 0o7777)
        if valid & (UID | GID):
            os.chown(real, uid if valid & UID else -1, gid if valid & GID else -1)
        if valid & SIZE:
            os.truncate(self.files[file][0] if valid & HANDLE else real, size)
        if valid & (ATIME | MTIME) and times != "now":
            found = os.stat(real)
            signed = struct.unpack("<qq", struct.pack("<QQ", atime, mtime))
            parts = (0, 0) if times == "seconds" else (aparts, mparts)
            new_atime = signed[0] * 10**9 + parts[0] if valid & ATIME else found.st_atime_ns
            new_mtime = signed[1] * 10**9 + parts[1] if valid & MTIME else found.st_mtime_ns
            if valid & (ATIME_NOW | MTIME_NOW):
                os.utime(real)
            else:
                os.utime(real, ns=(new_atime, new_mtime))
        return protocol.attributes_reply(self.stat(node))

    def readlink(self, node, _body):
        return os.readlink("", dir_fd=self.nodes[node])

    def symlink(self, node, body):
        name, target = names(body)[:2]
        os.symlink(target, name, dir_fd=self.nodes[node])
        return self.entry(node, name)

    def mkdir(self, node, body):
        mode, name = struct.unpack_from("<I", body)[0], names(body[8:])[0]
        os.mkdir(name, mode & 0o7777, dir_fd=self.nodes[node])
        return self.entry(node, name)

    def unlink(self, node, body):
        os.unlink(names(body)[0], dir_fd=self.nodes[node])
        return b""

    def rmdir(self, node, body):
        os.rmdir(names(body)[0], dir_fd=self.nodes[node])
        return b""

    def rename(self, node, body):
        return self.move(node, names(body[8:])[0], struct.unpack_from("<Q", body)[0], names(body[8:])[1], 0)

    def rename2(self, node, body):
        folder, flags = struct.unpack_from("<QI", body)
        old, new = names(body[16:])[:2]
        feature = {NOREPLACE: "noreplace", EXCHANGE: "exchange"}.get(flags)
        behaviour = self.faults.behaviour[feature] if feature else "real"
        if behaviour == "refuse":
            raise OSError(errno.EINVAL, "no such flag")
        # A disk that lies moves the entry over an existing one and reports success.
        return self.move(node, old, folder, new, flags if behaviour == "real" else 0)

    def move(self, node, old, folder, new, flags):
        replaced = self.node_of(folder, new)
        if self.faults.behaviour["unclosed"] == "fixed" and (node, old) in self.unclosed.values():
            raise OSError(errno.EBUSY, "is open")
        if libc.renameat2(self.nodes[node], old, self.nodes[folder], new, flags) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        if replaced:
            self.faults.hide_linked(replaced)
        return b""

    def node_of(self, folder, name):
        """The node with a name, if the kernel knows it."""
        try:
            found = os.stat(name, dir_fd=self.nodes[folder], follow_symlinks=False)
        except FileNotFoundError:
            return None
        return self.known.get((found.st_dev, found.st_ino))

    def link(self, node, body):
        old, name = struct.unpack_from("<Q", body)[0], names(body[8:])[0]
        behaviour = self.faults.behaviour["links"]
        if behaviour == "refuse":
            raise OSError(errno.EPERM, "no links")
        if behaviour == "copy":
            self.copy_as_link(old, node, name)
        else:
            os.link(self.real(old), name, dst_dir_fd=self.nodes[node], follow_symlinks=True)
            if behaviour == "touch":
                os.utime(self.real(old))
        self.faults.linked[old] = (node, name)
        return self.entry(node, name)

    def copy_as_link(self, old, folder, name):
        found = os.stat(self.nodes[old])
        with open(self.real(old), "rb") as source:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(name, flags, found.st_mode & 0o7777, dir_fd=self.nodes[folder]), "wb") as copy:
                copy.write(source.read())
                copy.flush()
                os.utime(copy.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))

    def keep(self, handle, listing=None):
        number, self.next_file = self.next_file, self.next_file + 1
        self.files[number] = (handle, listing)
        return struct.pack("<QII", number, 0, 0)

    def open(self, node, body):
        flags = struct.unpack_from("<I", body)[0] & ~(os.O_NOFOLLOW | os.O_CREAT | os.O_EXCL)
        return self.keep(os.open(self.real(node), flags | os.O_CLOEXEC))

    def create(self, node, body):
        flags, mode = struct.unpack_from("<II", body)
        name = names(body[16:])[0]
        handle = os.open(name, flags | os.O_CREAT | os.O_CLOEXEC, mode & 0o7777, dir_fd=self.nodes[node])
        self.unclosed[self.next_file] = (node, name)
        return self.entry(node, name) + self.keep(handle)

    def file(self, body):
        return self.files[struct.unpack_from("<Q", body)[0]][0]

    def read(self, _node, body):
        file, offset, size, *_ = READ.unpack_from(body)
        return os.pread(self.files[file][0], size, offset)

    def write(self, _node, body):
        file, offset, size, *_ = READ.unpack_from(body)
        written = os.pwrite(self.files[file][0], body[READ.size:READ.size + size], offset)
        return struct.pack("<II", written, 0)

    def flush(self, _node, _body):
        return b""

    def release(self, _node, body):
        number = struct.unpack_from("<Q", body)[0]
        self.unclosed.pop(number, None)
        os.close(self.files.pop(number)[0])
        return b""

    releasedir = release

    def fsync(self, _node, body):
        os.fsync(self.file(body))
        return b""

    fsyncdir = fsync

    def statfs(self, node, _body):
        found = os.statvfs(self.nodes.get(node, self.nodes[ROOT]))
        counts = (found.f_blocks, found.f_bfree, found.f_bavail, found.f_files, found.f_ffree)
        if self.faults.behaviour["space"] == "untold":
            counts = (0, 0, 0, 0, 0)
        return struct.pack("<5Q4I24x", *counts, found.f_bsize, found.f_namemax, found.f_frsize, 0)

    def setxattr(self, node, body):
        self.ask_for_attributes(node, errno.EOPNOTSUPP)
        size, flags = struct.unpack_from("<II", body)
        name, value = body[8:].split(b"\0", 1)
        os.setxattr(self.real(node), name, value[:size], flags)
        return b""

    def ask_for_attributes(self, node, number=errno.EIO):
        """rclone's mount knows no attributes, and answers for files with EIO."""
        if self.faults.behaviour["attributes"] == "broken":
            is_folder = kinds.S_ISDIR(self.stat(node).st_mode)
            raise OSError(errno.EOPNOTSUPP if is_folder else number, "no attributes")

    def getxattr(self, node, body):
        self.ask_for_attributes(node)
        value = os.getxattr(self.real(node), names(body[8:])[0])
        return self.sized(value, body)

    def listxattr(self, node, body):
        self.ask_for_attributes(node)
        value = b"".join(name.encode() + b"\0" for name in os.listxattr(self.real(node)))
        return self.sized(value, body)

    def sized(self, value, body):
        size = struct.unpack_from("<I", body)[0]
        if size == 0:
            return struct.pack("<II", len(value), 0)
        if size < len(value):
            raise OSError(errno.ERANGE, "too small")
        return value

    def removexattr(self, node, body):
        os.removexattr(self.real(node), names(body)[0])
        return b""

    def opendir(self, node, _body):
        handle = os.open(self.real(node), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self.keep(handle, self.listing(node, handle))

    def listing(self, node, handle):
        """The names at this moment, or, where listings lag behind, at the first look since."""
        found = [(entry.inode(), os.fsencode(entry.name), entry.is_dir(follow_symlinks=False))
                 for entry in os.scandir(handle)]
        if self.faults.behaviour["listing"] == "frozen":
            return self.faults.frozen.setdefault(self.path(node), found)
        return found

    def readdir(self, node, body):
        file, offset, size, *_ = READ.unpack_from(body)
        special = [(os.stat(self.nodes[node]).st_ino, b".", True), (1, b"..", True)]
        reply = b""
        for index, (inode, name, is_folder) in enumerate(special + self.files[file][1]):
            if index < offset:
                continue
            kind = (kinds.S_IFDIR if is_folder else kinds.S_IFREG) >> 12
            entry = protocol.directory_entry(inode, index + 1, kind, name)
            if len(reply) + len(entry) > size:
                break
            reply += entry
        return reply

    def setlk(self, _node, body):
        """Passes a lock on to the source, as a file system does that knows of other machines."""
        _start, _end, kind, _pid, flags, _ = struct.unpack_from("<QQIIII", body, 16)
        if not flags & LOCK_IS_FLOCK:
            raise OSError(errno.ENOSYS, "only flock")
        how = {UNLOCK: fcntl.LOCK_UN, READ_LOCK: fcntl.LOCK_SH}.get(kind, fcntl.LOCK_EX)
        fcntl.flock(self.file(body), how | fcntl.LOCK_NB)
        return b""

    def fallocate(self, _node, body):
        file, offset, length, mode, _ = struct.unpack_from("<QQQII", body)
        handle = ctypes.c_int(self.files[file][0])
        if libc.fallocate(handle, ctypes.c_int(mode), ctypes.c_long(offset), ctypes.c_long(length)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return b""

    def lseek(self, _node, body):
        file, offset, whence, _ = struct.unpack_from("<QQII", body)
        return struct.pack("<Q", os.lseek(self.files[file][0], offset, whence))


class Changed:
    """A state of a file with other values in some fields."""

    def __init__(self, found, **values):
        self._found = found
        self.__dict__.update(values)

    def __getattr__(self, name):
        return getattr(self._found, name)
