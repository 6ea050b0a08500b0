"""Answers of the operations of mail, on a server of their own beside a mail server that takes every second mail."""

import os
import pathlib
import re
import socketserver
import tempfile
import threading
import time

from authenticator import Authenticator
from harness import Caller, Server


class MailServer(socketserver.StreamRequestHandler):
    """Speaks just enough SMTP. A receiver at `later.example.org` has to wait."""

    # The lines of all mails.
    taken = b""

    def handle(self):
        self.say("220 mail.example.org")
        while line := self.rfile.readline().decode():
            verb = line[:4].upper()
            if verb == "EHLO":
                self.say("250 mail.example.org")
            elif verb == "RCPT" and "later.example.org" in line:
                self.say("451 4.7.1 Please try again later")
            elif verb == "DATA":
                self.say("354 Go on")
                while (content := self.rfile.readline()) != b".\r\n":
                    MailServer.taken += content
                self.say("250 2.0.0 Queued as 4F2A9")
            else:
                self.say("250 2.1.0 Ok")

    def say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


def answers(binary, headers, password):
    """The answer of each operation, by its name in the samples."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as mail, tempfile.TemporaryDirectory() as folder:
        mail.daemon_threads = True
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        settings = {
            "CLOUDLET_SMTP_HOST": "127.0.0.1",
            "CLOUDLET_SMTP_PORT": str(mail.server_address[1]),
            "CLOUDLET_SMTP_SECURITY": "none",
            "CLOUDLET_MAIL_SENDER": "cloud@example.org",
        }
        server = Server(binary, pathlib.Path(folder, "data"), environment={**os.environ, **settings})
        for name, admin in (("anna", True), ("bert", False)):
            server.add_user(name, password, admin=admin)
        with server:
            found = of_both(server, headers, password)
        mail.shutdown()
    return {name: re.sub(r"epochutc(>|\":)\d+", r"epochutc\g<1>1796000000", text) for name, text in found.items()}


def of_both(server, headers, password):
    anna, bert, found = Caller(server.address), Caller(server.address), {}

    def call(caller, side, name, **fields):
        path = f"/{'core' if side == 'user' else side}/{name}"
        found[f"{side}/{name}"] = text = caller.call(path, headers, **fields).body.decode()
        return text

    anna.call("/admin/adminlogin", adminuser="anna", adminpassword=password)
    call(anna, "admin", "checksendemail", email="anna@example.org")
    anna.call("/admin/updateuser", profile="bert", email="bert@later.example.org")
    bert.call("/core/loginguest", userid="bert", password=password)
    key = bert.call("/core/startsecondfactor", password=password).xml.findtext("./key/secret")
    bert.call("/core/confirmsecondfactor", code=Authenticator(key).code())
    waiting = bert.call("/core/loginguest", userid="bert", password=password).message
    call(bert, "user", "resend2facode", userid="bert", token=waiting)
    while "Please try again later" not in call(anna, "admin", "getmails"):
        time.sleep(0.05)
    one = {"mailid": f"{1:024x}"}
    call(anna, "admin", "retrymail", **one)
    call(anna, "admin", "deletemail", **one)
    text = {"kind": "test", "language": "english"}
    call(anna, "admin", "setmailtext", subject="Test of {cloud}", text="Hello {name}, mail arrives.", **text)
    call(anna, "admin", "getmailtexts")
    call(anna, "admin", "resetmailtext", **text)
    anna.call("/admin/updateuser", profile="anna", email="anna@example.org", verified=0)
    call(anna, "user", "resetpassword", profile="anna")
    call(anna, "admin", "resetpassword", profile="anna")
    anna.call("/core/loginguest", userid="anna", password=password)
    MailServer.taken = b""
    call(anna, "user", "mailverification")
    # Other mails contain links too. The test tries them to find the one that confirms the address.
    deadline = time.monotonic() + 60
    while not found.get("user/verifyemail", "").count("verified") and time.monotonic() < deadline:
        time.sleep(0.05)
        links = re.findall(rb"/#/link/([0-9a-f]{32})", MailServer.taken.replace(b"=\r\n", b""))
        if len(links) >= 1:
            call(anna, "user", "verifyemail", u="anna", tag=links[-1].decode())
    return found
