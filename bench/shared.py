"""Rows 21 and 22: files by a link and from a share, and the rights of many entries below a share with access lists."""

import contextlib
import functools
import os
import time

from harness import ADMIN, PASSWORD, Caller
from load import curl, latencies, wrk
from servers import MIB, Cloudlet

GUEST = "bob"
LISTED = 10_000
LISTS = 50
CPU_RATIO = 1.1
REACH_MILLISECONDS = 10


def ground(server):
    """A folder of alice's for bob and for everybody with its link: bob's cookie, and the path of the link."""
    alice = server.signed_in()
    share = alice.call("/core/quickshare", sharelocation="/alice/shared").xml.find("./share")
    shareid = share.findtext("shareid")
    for operation, fields in (
        ("addusertoshare", {"userid": GUEST}),
        ("setuseraccessforshare", {"userid": GUEST, "download": "true", "write": "false"}),
        ("setallowpublicaccess", {"allowpublicaccess": 1}),
    ):
        if alice.call(f"/core/{operation}", shareid=shareid, **fields).result != 1:
            raise RuntimeError(f"{operation} was refused")
    share = alice.call("/core/getshareforid", shareid=shareid).xml.find("./share")
    bob = Caller(server.address)
    if bob.sign_in(GUEST, PASSWORD).result != 1:
        raise RuntimeError("bob cannot sign in")
    return bob, share.findtext("linkpath").replace("!", "%21")


def shared_server(bench):
    """The server that other rows measure too, with a second account."""
    server = bench.server("cloudlet")
    add_guest(server)
    return server


def add_guest(server):
    admin = Caller(server.address)
    admin.sign_in_admin()
    admin.call("/admin/adduser", username=GUEST, password=PASSWORD, email="", status=1, authtype=0)


@contextlib.contextmanager
def server_behind_a_proxy(bench):
    """A server that takes all calls for those of a proxy: a network of strangers that calls without end would rest."""
    server = Cloudlet(bench.binary, bench.work / "visited", settings={"CLOUDLET_TRUSTED_PROXIES": "127.0.0.1"})
    server.prepare()
    with server:
        server.caller = server.signed_in()
        server.cookie = server.caller.cookie_header
        add_guest(server)
        for name, size in (("small", 10 * 1024), ("big", 1024 * MIB)):
            file = bench.work / "visited" / "files" / "alice" / "shared" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            os.link(bench.file(f"shared/{name}", size), file)
        yield server


def row_21(bench):
    with server_behind_a_proxy(bench) as server:
        measure_21(bench, server)


def measure_21(bench, server):
    bob, link = ground(server)
    ways = {
        "own": ("/alice/shared", server.cookie),
        "link": (link, ""),
        "share": ("/SHARED/alice/shared", bob.cookie_header),
    }
    small, big = {}, {}
    for name, (folder, cookie) in ways.items():
        target = f"/core/downloadfile?filepath={folder}/{{0}}&filename={{0}}"
        options = {"cookie": cookie, "processors": bench.load_processors}
        small[name] = functools.partial(wrk, server, target.format("small"), 32, **options)
        big[name] = functools.partial(curl, server, target.format("big"), cookie)
    with bench.pinned([server]):
        smalls = bench.medians(small)
    bigs = bench.medians(big)
    for what, found, show in (
        ("10 KiB download", smalls, lambda value: f"{value:.1f} us"),
        ("1 GiB download", bigs, lambda value: f"{value:.2f} s/GB"),
    ):
        own = found["own"]["cpu"]
        bench.line(21, f"{what}, one's own: CPU", "-", {"cloudlet": own}, show)
        for way, name in (("link", "by a public link"), ("share", "from a share")):
            cpu = found[way]["cpu"]
            goal, ratio = f"<= {CPU_RATIO} x one's own", cpu / own
            bench.line(21, f"{what}, {name}: CPU", goal, {"cloudlet": cpu}, show, ratio, ratio <= CPU_RATIO)


def row_22(bench):
    for number in range(LISTED):
        folder = f"f{number:05}/" if number < LISTS else ""
        bench.file(f"shared/many/{folder}Some file with a usual name {number:05}.txt", 1)
    server = shared_server(bench)
    bob, _ = ground(server)
    alice = server.signed_in()
    admin = Caller(server.address)
    admin.sign_in_admin()
    # Lists of folders beside the files, of each tenth for bob: each is looked at, some cut.
    for number in range(LISTS):
        perm = "W" if number % 10 else "RW"
        path = f"/alice/shared/many/f{number:05}"
        fields = {"path": path, "type": "user", "value": GUEST, "perm": perm, "flag": "deny", "adminproxyuserid": ADMIN}
        if admin.call("/core/addaclentry", **fields).result != 1:
            raise RuntimeError("an access list was refused")

    def listing(caller, folder):
        answer = caller.request(f"/core/getfilelist?path={folder}&start=0&limit=-1", method="GET")
        if answer.status != 200 or answer.body.count(b"<entry>") < LISTED * 0.9:
            raise RuntimeError(f"a listing of {folder}: {answer.status} {answer.body[:200]!r}")

    def measure(caller, folder):
        found = latencies(functools.partial(listing, caller, folder), 15, 30)
        return {"milliseconds": min(found)}

    listing(alice, "/alice/shared/many")
    time.sleep(1)
    found = bench.medians(
        {
            "own": functools.partial(measure, alice, "/alice/shared/many"),
            "share": functools.partial(measure, bob, "/SHARED/alice/shared/many"),
        }
    )
    own, share = (found[way]["milliseconds"] for way in ("own", "share"))
    show = "{:.1f} ms".format
    bench.line(22, f"list {LISTED:,} entries of one's own", "-", {"cloudlet": own}, show)
    bench.line(22, "the same below a share with access lists", "-", {"cloudlet": share}, show, share / own)
    more = share - own
    goal = f"<= {REACH_MILLISECONDS} ms more"
    bench.line(22, "what rights by share and lists take", goal, {"cloudlet": more}, show, good=more <= REACH_MILLISECONDS)
