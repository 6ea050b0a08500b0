"""The server under test, the calls made to it, and the count of checks."""

import collections
import contextlib
import traceback
from xml.etree import ElementTree

import requests
from filecloudapi.fcserver import FCServer

from harness import ADMIN, PASSWORD, Caller, operation_of

MIB = 1024 * 1024
OTHER_PASSWORD = "another long password"


class Client(FCServer):
    """The vendor's client, which notes the methods that are used."""

    used = set()

    def __getattribute__(self, name):
        Client.used.add(name)
        return super().__getattribute__(name)


class Run:
    """The server under test, the calls made so far, and the count of checks."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.calls, self.replies = collections.Counter(), collections.deque(maxlen=500)
        self.passed = self.failed = 0

    def check(self, what, good, detail=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        text = f"ok    {what}" if good else f"FAIL  {what}" + (f": {str(detail)[:300]}" if detail != "" else "")
        print(text, flush=True)
        return bool(good)

    def same(self, what, found, wanted):
        return self.check(what, found == wanted, f"{found!r} instead of {wanted!r}")

    def raises(self, what, kind, action, words=""):
        """The action must fail with exactly this kind of exception and say something (with these words in it)."""
        try:
            action()
        except kind as error:
            return self.check(what, str(error) and words in str(error).lower(), f"message {str(error)!r}")
        except Exception as error:
            return self.check(what, False, f"{type(error).__name__}: {error}")
        return self.check(what, False, "did not fail")

    def refused(self, what, action, words=""):
        """A refused action: the client raises the error of its transport, as with FileCloud's own server, which answers
        400 too. It never reads the reason, which is in the body all the same."""
        try:
            action()
        except requests.HTTPError as error:
            body = error.response.text
            reason = said(body) if body.startswith("<") else body
            good = error.response.status_code == 400 and reason and words in reason.lower()
            return self.check(what, good, f"{error.response.status_code} {body}")
        except Exception as error:
            return self.check(what, False, f"{type(error).__name__}: {error}")
        return self.check(what, False, "did not fail")

    @contextlib.contextmanager
    def section(self, title):
        """Runs a section. A failure in it does not keep the next section from running."""
        print(f"--    {title}", flush=True)
        try:
            yield
        except Exception as error:
            here = [frame for frame in traceback.extract_tb(error.__traceback__) if "/conformance/" in frame.filename][
                -1
            ]
            self.check(
                f"{title}: runs to its end",
                False,
                f"{type(error).__name__} in {here.name}, line {here.lineno}: {error}",
            )

    def observe(self, response, **_):
        """Hook of the client's HTTP library: notes every answered call."""
        operation = operation_of(response.request.url, response.request.body)
        self.calls[operation] += 1
        self.replies.append((operation, response))

    def client(self, name=ADMIN, password=PASSWORD, admin=False, login=True, retries=False, **options):
        client = Client(
            self.server.url, f"{name}@example.org", name, password, admin, withretries=retries, login=False, **options
        )
        client.session.hooks["response"].append(self.observe)
        if login:
            client.login_as_admin() if admin else client.login()
        return client

    def caller(self):
        return Caller(self.server.address, lambda operation: self.calls.update([operation]))

    def signed_in(self, name=ADMIN, password=PASSWORD, admin=False):
        caller = self.caller()
        reply = caller.sign_in_admin(name, password) if admin else caller.sign_in(name, password)
        if reply.result != 1:
            raise RuntimeError(f"{name} cannot sign in: {reply.body!r}")
        return caller


def said(body):
    """Why something was refused: in the command envelope, or before the records that there are not."""
    root = ElementTree.fromstring(body)
    return root.findtext("./command/message") or root.findtext("./meta/message", "")


def download(client, path, folder):
    """The bytes of a file, through the client."""
    target = folder / "downloaded"
    client.downloadfile_no_retry(path, target)
    return target.read_bytes()


def names(listing):
    return [entry.name for entry in listing.entries]
