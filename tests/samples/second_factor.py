"""Answers of the operations of the second factor, on a server of their own."""

import pathlib
import re
import tempfile

from authenticator import Authenticator
from harness import Caller, Server

RECOVERY_CODE = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


def answers(binary, headers, password):
    """The answer of each operation, by its name in the samples."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, pathlib.Path(folder, "data"))
        for name, admin in (("anna", True), ("bert", False)):
            server.add_user(name, password, admin=admin)
        with server:
            found = of_admin(server, headers, password) | of_owner(server, headers, password)
            return {name: same_each_time(text) for name, text in found.items()}


def same_each_time(text):
    text = re.sub(r"\b[A-Z2-7]{32}\b", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", text)
    text = RECOVERY_CODE.sub("k7mq-2vxd-9hpt", text)
    return re.sub(r"[01,]{400,}", "1111111,1000001,1011101", text)


def of_admin(server, headers, password):
    """Sets it up at the sign-in, signs in as an administrator, and takes bert's away."""
    anna, found = Caller(server.address), {}
    anna.call("/admin/adminlogin", adminuser="anna", adminpassword=password)
    # Administrators may be required to have a second factor only if one of them has it already.
    anna.call("/admin/setadminstatus", profile="bert", adminstatus=1)
    bert = Caller(server.address)
    bert.call("/core/loginguest", userid="bert", password=password)
    key = bert.call("/core/startsecondfactor", password=password).xml.findtext("./key/secret")
    bert.call("/core/confirmsecondfactor", code=Authenticator(key).code())
    anna.call("/admin/updatepolicyforuser", username="anna", TONIDOCLOUD_ENABLE_2FA=1)

    def call(side, name, **fields):
        found[f"{side}/{name}"] = text = anna.call(f"/{'core' if side == 'user' else side}/{name}", headers, **fields).body.decode()
        return text

    waiting = anna.call("/core/loginguest", userid="anna", password=password).message
    fields = {"userid": "anna", "token": waiting}
    app = Authenticator(anna.call("/core/get2fagasecret", **fields).message)
    call("user", "get2fagasecret", **fields)
    codes = RECOVERY_CODE.findall(call("user", "2falogin", code=app.code(), **fields))
    waiting = anna.call("/admin/adminlogin", adminuser="anna", adminpassword=password).message
    call("admin", "2falogin", adminuser="anna", token=waiting, code=codes[0])
    call("admin", "resetsecondfactor", username="bert")
    anna.call("/admin/setadminstatus", profile="bert", adminstatus=0)
    return found


def of_owner(server, headers, password):
    bert, found = Caller(server.address), {}

    def call(name, **fields):
        found[f"user/{name}"] = text = bert.call(f"/core/{name}", headers, **fields).body.decode()
        return text

    bert.call("/core/loginguest", userid="bert", password=password)
    app = Authenticator(re.search(r"[A-Z2-7]{32}", call("startsecondfactor", password=password))[0])
    call("confirmsecondfactor", code=app.code())
    call("getsecondfactor")
    codes = RECOVERY_CODE.findall(call("renewrecoverycodes", code=app.code()))
    call("removesecondfactor", code=codes[0])
    return found
