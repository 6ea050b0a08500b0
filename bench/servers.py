"""The servers that are compared: how each is started, and what the kernel tells about it."""

import contextlib
import functools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

from harness import ADMIN, PASSWORD, Caller, Server

MIB = 1024 * 1024
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Measured:
    """A running server: its address, and the processes it consists of."""

    name = ""

    def start(self):
        raise NotImplementedError

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    @functools.cached_property
    def pids(self):
        """The server's process and its children, as they are when first asked for."""
        found = [self.pid]
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(stat.read_text().rpartition(")")[2].split()[1]) == self.pid:
                    found.append(int(stat.parent.name))
        return found

    def threads(self):
        """The folders of all threads in /proc."""
        return [task for pid in self.pids for task in pathlib.Path(f"/proc/{pid}/task").iterdir()]

    def cpu_seconds(self):
        """User and system time so far."""
        ticks = 0
        for pid in self.pids:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_PER_SECOND

    def memory_bytes(self):
        """PSS: memory, pages shared with other processes counted in part."""
        total = 0
        for pid in self.pids:
            lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total * 1024

    def input_output(self):
        """The counters of /proc/PID/io, summed."""
        total = {}
        for pid in self.pids:
            for line in pathlib.Path(f"/proc/{pid}/io").read_text().splitlines():
                name, value = line.split(": ")
                total[name] = total.get(name, 0) + int(value)
        return total

    def wake_ups(self):
        """The number of voluntary sleeps of the server's threads so far."""
        total = 0
        for task in self.threads():
            with contextlib.suppress(OSError):  # a thread may end meanwhile
                total += int((task / "status").read_text().split("\nvoluntary_ctxt_switches:")[1].split()[0])
        return total

    def pin(self, processors):
        """Ties every thread to these processors."""
        for task in self.threads():
            with contextlib.suppress(OSError):
                os.sched_setaffinity(int(task.name), processors)


class Cloudlet(Measured):
    name = "cloudlet"

    def __init__(self, binary, data, listen="127.0.0.1:0", settings=()):
        # Row 10 opens more connections from one address than a home server should accept.
        limits = {"CLOUDLET_CONNECTIONS_MAX": "12000", "CLOUDLET_CONNECTIONS_PER_ADDRESS_MAX": "12000"}
        self.binary = binary
        self.server = Server(binary, data, listen=listen, environment={**os.environ, **limits, **dict(settings)})

    def start(self):
        self.server.start()
        self.pid, self.address = self.server.process.pid, self.server.address

    def stop(self):
        self.server.stop()

    def prepare(self):
        self.server.add_user(ADMIN, PASSWORD, admin=True)

    def signed_in(self):
        caller = Caller(self.address)
        if caller.sign_in().result != 1:
            raise RuntimeError("cannot sign in")
        return caller


class Peer(Measured):
    """Another server that offers the folder `files`, openly. Subclasses say how it is started and spoken to."""

    program = ""
    upload_method = None

    def __init__(self, files, work):
        self.files, self.work = pathlib.Path(files), pathlib.Path(work)
        self.process = None

    @classmethod
    def path(cls):
        return shutil.which(cls.program, path=os.environ["PATH"] + ":/usr/sbin")

    def command(self, port):
        raise NotImplementedError

    def launch(self, port):
        self.address = f"127.0.0.1:{port}"
        self.process = subprocess.Popen(
            self.command(port), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.pid = self.process.pid

    def start(self):
        port = free_port()
        self.launch(port)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                time.sleep(0.3)
                return
            except OSError:
                time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"{self.name} did not start")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nginx(Peer):
    name = program = "nginx"

    def command(self, port):
        folder = self.work / "nginx"
        folder.mkdir(exist_ok=True)
        settings = folder / "nginx.conf"
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        settings.write_text(
            f"""daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; user root;
            worker_rlimit_nofile 20000;
            events {{ worker_connections 16000; }}
            http {{
                access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 75;
                client_header_timeout 60;
                {temporary}
                server {{ listen 127.0.0.1:{port} backlog=4096; root {self.files}; autoindex on; }}
            }}"""
        )
        return [self.path(), "-p", str(folder), "-c", str(settings), "-e", f"{folder}/error.log"]


class Dufs(Peer):
    name = program = "dufs"
    upload_method = "PUT"

    def command(self, port):
        return [self.path(), str(self.files), "-b", "127.0.0.1", "-p", str(port), "--allow-all", "--log-format", ""]


class Copyparty(Peer):
    name = program = "copyparty"
    upload_method = "PUT"

    def command(self, port):
        options = ["-q", "--http-only", "--hist", str(self.work / "hist")]
        return [self.path(), "-i", "127.0.0.1", "-p", str(port), "-v", f"{self.files}::rwd", *options]


class Miniserve(Peer):
    name = program = "miniserve"
    upload_method = "POST"

    def command(self, port):
        return [self.path(), "-u", ".", "-z", "-o", "overwrite", "-i", "127.0.0.1", "-p", str(port), str(self.files)]


PEERS = (Nginx, Dufs, Copyparty, Miniserve)
COLUMNS = ("cloudlet", *(peer.name for peer in PEERS))
