"""Starts a cloudlet of its own and talks to it over plain HTTP. Standard library only; the benchmark uses it too."""

import http.client
import json
import shlex
import signal
import subprocess
import threading
import urllib.parse
from xml.etree import ElementTree

ADMIN, PASSWORD = "alice", "correct horse battery"
FORM = "application/x-www-form-urlencoded"


class Server:
    """One server on a data directory, on a free loopback port. Use it in a `with`: it is stopped by SIGTERM."""

    def __init__(self, binary, data, runner="", listen="127.0.0.1:0", environment=None):
        self.command = [*shlex.split(runner), str(binary)]
        self.data, self.listen, self.environment = str(data), listen, environment
        self.process = self.address = None
        self.log, self.exit_code = [], None

    def add_user(self, name, password, admin=False):
        arguments = ["user", "add", name, "--password-stdin", "--data", self.data, *(["--admin"] if admin else [])]
        done = subprocess.run(
            [*self.command, *arguments], input=password + "\n", text=True, capture_output=True, timeout=120
        )
        if done.returncode != 0:
            raise RuntimeError(f"cloudlet user add {name} failed: {done.stderr.strip()}")

    def start(self):
        self.process = subprocess.Popen(
            [*self.command, "serve", "--data", self.data, "--listen", self.listen],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        listening = threading.Event()
        threading.Thread(target=self._read_log, args=(self.process.stderr, listening), daemon=True).start()
        if not listening.wait(60) or self.address is None:
            self.stop()
            raise RuntimeError("the server did not start:\n" + "".join(self.log))
        return self

    def _read_log(self, pipe, listening):
        for line in pipe:
            self.log = [*self.log[-199:], line]
            if self.address is None and "listening on http://" in line:
                self.address = line.split("listening on http://")[1].split()[0].rstrip("/.,")
                listening.set()
        listening.set()

    def stop(self):
        """SIGTERM, then the exit code; a server that does not end within 30 s is killed (exit code None)."""
        if self.process is None:
            return self.exit_code
        self.process.send_signal(signal.SIGTERM)
        try:
            self.exit_code = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = self.address = None
        return self.exit_code

    @property
    def url(self):
        return "http://" + self.address

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Reply:
    """Status, headers and body of one answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def xml(self):
        return ElementTree.fromstring(self.body)

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def result(self):
        """The result of a command envelope; None when the body is none."""
        text = self.xml.findtext("./command/result") if self.body.startswith(b"<") else None
        return None if text is None else int(text)

    @property
    def message(self):
        return self.xml.findtext("./command/message", "")


class Caller:
    """One keep-alive connection with a cookie jar. `observe(operation)` is told of every answered call."""

    def __init__(self, address, observe=lambda operation: None):
        self.connection = http.client.HTTPConnection(address, timeout=120)
        self.cookies, self.observe = {}, observe

    def request(self, target, body=None, headers=None, method="POST"):
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, target, body, sent)
        answer = self.connection.getresponse()
        reply = Reply(answer.status, answer.headers, answer.read())
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name.strip()] = value
        self.observe(operation_of(target, body))
        return reply

    def call(self, target, headers=None, method="POST", **parameters):
        """One operation; the parameters travel as a form, or in the query of a GET."""
        form = urllib.parse.urlencode(parameters)
        if method == "POST":
            return self.request(target, form, {"Content-Type": FORM, **(headers or {})})
        return self.request(f"{target}?{form}", None, headers, method)

    def sign_in(self, name=ADMIN, password=PASSWORD):
        return self.call("/core/loginguest", userid=name, password=password)

    def sign_in_admin(self, name=ADMIN, password=PASSWORD):
        return self.call("/admin/adminlogin", adminuser=name, adminpassword=password)

    @property
    def cookie_header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)

    def close(self):
        self.connection.close()


def operation_of(target, body=None):
    """The operation that a request names: the last part of its path, else its `op` parameter."""
    url = urllib.parse.urlsplit(target)
    last = url.path.rstrip("/").rpartition("/")[2].lower()
    if last not in ("core", "admin", "index.php", "explorer", "websharepro"):
        return last
    form = body.decode() if isinstance(body, bytes) else body if isinstance(body, str) else ""
    fields = urllib.parse.parse_qs(url.query) | urllib.parse.parse_qs(form)
    return fields.get("op", [last])[-1].lower()


def multipart(leaf="file", part="file_contents", **fields):
    """The bytes before and after the content of one file, and the headers without the length."""
    boundary = "cloudlet7d1f0c5b9e"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{leaf}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return (
        ("".join(parts) + head).encode(),
        f"\r\n--{boundary}--\r\n".encode(),
        f"multipart/form-data; boundary={boundary}",
    )


def upload_target(folder, name, size, **more):
    """The URL of an upload in one part."""
    fields = {
        "appname": "explorer",
        "path": folder,
        "filename": name,
        "offset": 0,
        "complete": 1,
        "filesize": size,
        **more,
    }
    return "/core/upload?" + urllib.parse.urlencode(fields)
