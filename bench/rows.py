"""The rows of the benchmark, one function each; README.md says what each one does."""

import contextlib
import functools
import itertools
import os
import pathlib
import socket
import subprocess
import time

from audit import row_24
from harness import Caller
from hung import row_20
from load import at_once, connect, connections, curl, exchange, latencies, peak_growth, percentile_99, upload, wrk
from memory import row_17, row_18, wait_for_rest
from names import row_16
from photos_view import row_27
from shared import row_21, row_22
from stranger import row_29
from servers import COLUMNS, MIB, PEERS, free_port
from zipped import row_9

UPLOAD_NUMBERS = itertools.count()
MB, GB = 1e6, 1e9
FILE_CALL = "/core/downloadfile?filepath=/alice/f10k&filename=f10k"
LIGHT_CALL = "/core/getauthenticationinfo"


def per_second(value):
    return f"{value:,.0f}/s"


def microseconds(value):
    return f"{value:.1f} us"


def milliseconds(value):
    return f"{value:.2f} ms"


def megabytes_a_second(value):
    return f"{value / MB:,.0f} MB/s"


def seconds_a_gigabyte(value):
    return f"{value:.2f} s/GB"


def megabytes(value):
    return f"{value / MB:.1f} MB"


def small_load(bench, target, connections_, close=False, names=COLUMNS):
    """wrk against every server: cloudlet signed in, the others openly serving the file."""
    measures = {}
    servers = bench.present(names)
    for server in servers:
        where, cookie = (target, server.cookie) if server.name == "cloudlet" else ("/f10k", "")
        options = {"cookie": cookie, "close": close, "processors": bench.load_processors}
        measures[server.name] = functools.partial(wrk, server, where, connections_, **options)
    with bench.pinned(servers):
        return bench.medians(measures)


def row_1(bench):
    found = small_load(bench, FILE_CALL, 32)
    bench.compared(1, "10 KiB download, 32 connections", ">= 1.0 x nginx", found, "rate", per_second, 1.0)
    bench.compared(1, "its CPU a request", "<= 1.0 x nginx", found, "cpu", microseconds, 1.0, at_least=False)


def row_2(bench):
    found = small_load(bench, FILE_CALL, 1)
    bench.compared(2, "the same, one connection", ">= 1.0 x nginx", found, "rate", per_second, 1.0)
    found = small_load(bench, FILE_CALL, 32, close=True)
    bench.compared(2, "the same, Connection: close", ">= 0.85 x nginx", found, "rate", per_second, 0.85)


def row_3(bench):
    bench.file("big", 1024 * MIB)
    measures = {}
    for server in bench.present():
        own = server.name == "cloudlet"
        target = "/core/downloadfile?filepath=/alice/big&filename=big" if own else "/big"
        measures[server.name] = functools.partial(curl, server, target, server.cookie if own else "")
        measures[server.name]()
    found = bench.medians(measures)
    bench.compared(3, "1 GiB download", ">= 1.0 x nginx", found, "rate", megabytes_a_second, 1.0)
    bench.compared(3, "its CPU", "<= 1.05 x nginx", found, "cpu", seconds_a_gigabyte, 1.05, at_least=False)


def uploader(bench, server, file):
    """An upload under a new name each time; what a peer stored is removed again."""

    def measure():
        name = f"up-{next(UPLOAD_NUMBERS)}-"
        found = upload(server, file, name, getattr(server, "cookie", ""))
        for stored in bench.open_files.glob(f"{name}*"):
            stored.unlink()
        return found

    return measure


def synced_write(bench, file):
    """The limit of the machine: this process reads the same bytes from a file, writes and syncs them."""
    target, begun, before = bench.work / "synced", time.monotonic(), time.process_time()
    with open(file, "rb") as source, open(target, "wb") as copy:
        while block := source.read(MIB):
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    seconds, cpu, size = time.monotonic() - begun, time.process_time() - before, os.path.getsize(file)
    target.unlink()
    return {"seconds": seconds, "rate": size / seconds, "cpu": cpu / (size / GB)}


def takes_checksums(server, value):
    """Turns checksums of uploads on or off."""
    caller = Caller(server.address)
    caller.sign_in_admin()
    if caller.call("/admin/setsetting", name="checksums", value=value).result != 1:
        raise RuntimeError("the setting was refused")


def row_4(bench):
    file = bench.file("big", 1024 * MIB)
    takes_checksums(bench.server("cloudlet"), "no")
    servers = bench.present([name for name in COLUMNS if name != "nginx"])
    measures = {server.name: uploader(bench, server, file) for server in servers}
    # Both are measured in the same rounds, because on a virtual machine, memory that has not been
    # used for a while costs several times as much.
    found = bench.medians({**measures, "machine": functools.partial(synced_write, bench, file)})
    machine = found.pop("machine")
    bench.compared(
        4,
        "1 GiB upload (cloudlet with fsync)",
        ">= 1.7 x miniserve",
        found,
        "rate",
        megabytes_a_second,
        1.7,
        "miniserve",
    )
    own = found["cloudlet"]
    cpu = {name: one["cpu"] for name, one in found.items()}
    bench.line(4, "its CPU", "<= 0.6 s/GB", cpu, seconds_a_gigabyte, good=own["cpu"] <= 0.6)
    bench.line(
        4,
        "its rate with fsync",
        ">= 1.2 GB/s",
        {"cloudlet": own["rate"]},
        megabytes_a_second,
        good=own["rate"] >= 1.2 * GB,
    )
    what = "(the machine: read, write and fsync, no server)"
    rate, ratio = machine["rate"], own["rate"] / machine["rate"]
    bench.line(4, what, "-", {"cloudlet": rate}, megabytes_a_second, ratio)
    bench.line(4, "(its CPU)", "-", {"cloudlet": machine["cpu"]}, seconds_a_gigabyte, own["cpu"] / machine["cpu"])


def row_5(bench):
    file, server = bench.file("big", 1024 * MIB), bench.server("cloudlet")

    def upload_with(checksums):
        takes_checksums(server, checksums)
        return uploader(bench, server, file)()

    # The same upload without a checksum, in the same rounds, shows the cost of the checksum.
    found = bench.medians({checksums: functools.partial(upload_with, checksums) for checksums in ("no", "yes")})
    own, plain = found["yes"], found["no"]
    what = "the same with the content's checksum"
    rate, cpu = {"cloudlet": own["rate"]}, {"cloudlet": own["cpu"]}
    bench.line(5, what, ">= 1.0 GB/s", rate, megabytes_a_second, own["rate"] / plain["rate"], own["rate"] >= GB)
    bench.line(5, "its CPU", "<= 0.9 s/GB", cpu, seconds_a_gigabyte, own["cpu"] / plain["cpu"], own["cpu"] <= 0.9)
    bench.line(5, "(without it)", "-", {"cloudlet": plain["rate"]}, megabytes_a_second)
    bench.line(5, "(its CPU)", "-", {"cloudlet": plain["cpu"]}, seconds_a_gigabyte)


def row_6(bench):
    nginx = small_load(bench, "", 32, names=("nginx",))
    for target in (LIGHT_CALL, "/core/fileinfo?file=/alice/f10k"):
        found = {**small_load(bench, target, 32, names=("cloudlet",)), **nginx}
        what = target.split("?")[0]
        bench.compared(6, f"{what}, 32 connections", ">= 1.0 x nginx row 1", found, "rate", per_second, 1.0)
        cpu = found["cloudlet"]["cpu"]
        bench.line(6, f"{what}, CPU a call", "<= 12 us", {"cloudlet": cpu}, microseconds, good=cpu <= 12)


def row_7(bench):
    server, script = bench.server("cloudlet"), pathlib.Path(__file__).with_name("change.lua")
    run = functools.partial(wrk, server, "/", cookie=server.cookie, script=script)
    found = bench.medians(
        {"one": functools.partial(run, connections=1), "many": functools.partial(run, connections=32)}
    )
    one, many = found["one"]["rate"], found["many"]["rate"]
    bench.line(7, "setdisplayname, one connection", "-", {"cloudlet": one}, per_second)
    bench.line(
        7, "setdisplayname, 32 connections", ">= 8 x one", {"cloudlet": many}, per_second, many / one, many / one >= 8
    )


def row_8(bench):
    for number in range(10_000):
        bench.file(f"many/Some file with a usual name {number:05}.txt", number % 97)
    measures = {}
    for server in bench.present():
        own = server.name == "cloudlet"
        target = "/core/getfilelist?path=/alice/many&start=0&limit=-1" if own else "/many/"
        measures[server.name] = functools.partial(curl, server, target, server.cookie if own else "")
        measures[server.name]()
        if own:
            wait_for_rest(server)  # the index follows the first visit in the background
    found = bench.medians(measures, max(5, bench.rounds))
    bench.compared(
        8,
        "list 10,000 entries",
        "<= 1.8 x nginx",
        found,
        "seconds",
        lambda value: milliseconds(value * 1000),
        1.8,
        at_least=False,
    )


def small_request(server):
    path = LIGHT_CALL if server.name == "cloudlet" else "/f10k"
    return f"GET {path} HTTP/1.1\r\nHost: {server.address}\r\n".encode()


def memory_of_idle(bench, kind):
    """PSS of a server just started, and what a connection adds that waits for its next request."""
    written = 6  # audit rows of the calls wait in memory for up to 5 s
    with kind() as server:
        request = small_request(server) + b"\r\n"
        with connections(server, 1, request, True):
            time.sleep(0.3)
            found = {"idle": server.memory_bytes()}
        # The cost of answering and auditing calls does not belong to the connections.
        with connect(server) as one:
            latencies(functools.partial(exchange, one, request), 1000, 3)
        time.sleep(written)
        before = server.memory_bytes()
        for count in (1000, 5000):
            if count == 1000 or server.name in ("cloudlet", "nginx"):
                with connections(server, count, request, True):
                    time.sleep(written)
                    found[count] = (server.memory_bytes() - before) / count
    return found


def memory_of_half_open(bench, kind, size):
    """Growth of PSS by 5,000 unfinished heads, and the p99 of a normal client meanwhile."""
    with kind() as server, connect(server) as normal:
        request = small_request(server)
        call = functools.partial(exchange, normal, request + b"\r\n")
        call()
        before = server.memory_bytes()
        unfinished = request + b"X-Pad: " + b"a" * (size - len(request) - 7)
        with connections(server, 5000, unfinished, False):
            p99 = percentile_99(latencies(call, 2000, 3))
            growth = server.memory_bytes() - before
    return {"growth": growth, "p99": p99}


def row_10(bench):
    kinds = bench.kinds()
    idle = bench.medians({name: functools.partial(memory_of_idle, bench, kind) for name, kind in kinds.items()})
    values = {name: one["idle"] for name, one in idle.items()}
    bench.line(10, "memory, idle", "<= 5 MB", values, megabytes, good=values["cloudlet"] <= 5 * MB)
    for count in (1000, 5000):
        values = {name: one[count] for name, one in idle.items() if count in one}
        what = f"memory an idle connection, {count:,} of them"
        bench.line(10, what, "<= 300 B", values, lambda value: f"{value:,.0f} B", good=values["cloudlet"] <= 300)
    for size, limit in ((100, 2), (8000, 24)):
        halves = bench.medians(
            {
                name: functools.partial(memory_of_half_open, bench, kinds[name], size)
                for name in ("cloudlet", "nginx")
                if name in kinds
            }
        )
        values = {name: one["growth"] for name, one in halves.items()}
        what = f"5,000 half-open heads of {size:,} B"
        bench.line(10, f"{what}: memory", f"<= +{limit} MB", values, megabytes, good=values["cloudlet"] <= limit * MB)
        values = {name: one["p99"] for name, one in halves.items()}
        bench.line(10, f"{what}: p99 of others", "<= 1 ms", values, milliseconds, good=values["cloudlet"] <= 1)


def growth_by(bench, kind, transfer):
    """Peak growth of the memory of an unused server during a transfer."""
    with kind() as server:
        server.cookie = server.signed_in().cookie_header if server.name == "cloudlet" else ""
        with connections(server, 1, small_request(server) + b"\r\n", True):
            time.sleep(0.3)
        return {"growth": peak_growth(server, functools.partial(transfer, server))}


def row_11(bench):
    big, part = bench.file("big", 1024 * MIB), bench.file("part", 256 * MIB)
    kinds = bench.kinds(big, without=("nginx",))

    def up(server):
        uploader(bench, server, big)()

    def down(server):
        own = server.name == "cloudlet"
        curl(server, "/core/downloadfile?filepath=/alice/big&filename=big" if own else "/big", server.cookie)

    def eight(server):
        at_once([uploader(bench, server, part)] * 8)

    for what, transfer, limit in (("1 GiB up", up, 1), ("1 GiB down", down, 1), ("8 uploads at once", eight, 8)):
        found = bench.medians(
            {name: functools.partial(growth_by, bench, kind, transfer) for name, kind in kinds.items()}
        )
        values = {name: one["growth"] for name, one in found.items()}
        bench.line(
            11, f"memory growth, {what}", f"<= {limit} MB", values, megabytes, good=values["cloudlet"] <= limit * MB
        )


def first_answer(command, request, port):
    """Milliseconds from the start of a process to the end of its first answer."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begun < 20:
            with contextlib.suppress(ConnectionRefusedError):
                with socket.create_connection(("127.0.0.1", port), 5) as connection:
                    connection.sendall(request)
                    if connection.recv(65536).startswith(b"HTTP/1.1 200"):
                        return {"milliseconds": (time.perf_counter() - begun) * 1000}
                raise RuntimeError(f"{command[0]}: no good answer")
            time.sleep(0.0002)
        raise RuntimeError(f"{command[0]}: no answer within 20 s")
    finally:
        process.terminate()
        process.wait(30)


def row_12(bench):
    """The cost of a restart, on existing data."""
    with bench.fresh() as server:
        server.signed_in()

    def own():
        port = free_port()
        command = [*server.server.command, "serve", "--data", server.server.data, "--listen", f"127.0.0.1:{port}"]
        return first_answer(command, f"GET {LIGHT_CALL} HTTP/1.1\r\nHost: x\r\n\r\n".encode(), port)

    def other(kind):
        port = free_port()
        return first_answer(
            kind(bench.open_files, bench.work).command(port), b"GET /f10k HTTP/1.1\r\nHost: x\r\n\r\n", port
        )

    measures = {"cloudlet": own, **{peer.name: functools.partial(other, peer) for peer in PEERS if peer.path()}}
    values = {name: one["milliseconds"] for name, one in bench.medians(measures, max(7, bench.rounds)).items()}
    bench.line(12, "start to first answer", "<= 20 ms", values, milliseconds, good=values["cloudlet"] <= 20)


def row_13(bench):
    values = {
        peer.name: os.path.getsize(os.path.realpath(peer.path()))
        for peer in PEERS
        if peer.path() and peer.name != "copyparty"
    }
    values["cloudlet"] = bench.binary.stat().st_size
    good = values["cloudlet"] <= 6 * MB
    bench.line(13, "the binary", "<= 4 MB core, 6 MB with everything", values, megabytes, good=good)


def beside_uploads(bench, server, written, quiet):
    """The bytes that an upload writes besides its content: rows of index and audit log, and the journal."""
    count, size = 100, MIB
    file = bench.file("beside.bin", size)

    def uploads():
        for number in range(count):
            upload(server, file, f"beside{number}.bin", server.cookie)
        time.sleep(quiet)

    # The first round makes files. The others replace them and keep versions.
    for what in "a new file", "a file that is replaced":
        found = written(uploads)
        for label, kind in (f"bytes written beside the content, {what} of 1 MiB", "wchar"), ("(as write_bytes)", "disk"):
            beside = found[kind] / count - size
            bench.line(14, label, "-", {"cloudlet": beside}, lambda value: f"{value / 1024:,.1f} KiB")


def row_14(bench):
    server = bench.server("cloudlet")
    quiet = 8  # audit rows of reads wait up to 5 s
    # The previous rows have taken longer than the server keeps an idle connection.
    server.caller.close()

    def written(action):
        before, wake_ups = server.input_output(), server.wake_ups()
        action()
        after = server.input_output()
        return {
            "wchar": after["wchar"] - before["wchar"],
            "disk": after["write_bytes"] - before["write_bytes"],
            "wake": server.wake_ups() - wake_ups,
        }

    def reads():
        begun = time.monotonic()
        for number in range(1000):
            time.sleep(max(0, begun + number / 50 - time.monotonic()))
            server.caller.request(LIGHT_CALL, method="GET")
        time.sleep(quiet)

    # What earlier rows left is still being indexed, which writes as well.
    wait_for_rest(server)
    busy = bench.medians({"cloudlet": lambda: written(reads)})["cloudlet"]
    bench.line(
        14,
        "bytes written, 1,000 audited reads at 50/s",
        "<= 200 KiB",
        {"cloudlet": busy["wchar"]},
        lambda value: f"{value / 1024:,.0f} KiB",
        good=0 < busy["wchar"] <= 200 * 1024,
    )
    bench.line(
        14, "(the same as write_bytes)", "-", {"cloudlet": busy["disk"]}, lambda value: f"{value / 1024:,.0f} KiB"
    )
    beside_uploads(bench, server, written, quiet)
    # This is a second server without any connection, because the one above has just closed its idle
    # connection.
    with bench.fresh() as unused:
        before, wake_ups = unused.input_output(), unused.wake_ups()
        time.sleep(60)
        after = unused.input_output()
        idle = {name: after[name] - before[name] for name in ("wchar", "write_bytes")}
        idle["wake"] = unused.wake_ups() - wake_ups
    bench.line(
        14,
        "bytes written, an idle minute",
        "0",
        {"cloudlet": idle["wchar"] + idle["write_bytes"]},
        lambda value: f"{value:,.0f} B",
        good=idle["wchar"] + idle["write_bytes"] == 0,
    )
    bench.line(14, "(wake-ups in that minute)", "-", {"cloudlet": idle["wake"]}, str)


def row_15(bench):
    server = bench.server("cloudlet")
    cold = [bench.file(f"cold/{number}", 10 * 1024) for number in range(200)]
    os.sync()
    stalled = (
        "\r\n".join(
            [
                "POST /core/upload?appname=explorer&path=/alice&filename=stalled&offset=0&complete=1 HTTP/1.1",
                f"Host: {server.address}",
                f"Cookie: {server.cookie}",
                "Content-Type: multipart/form-data; boundary=b",
                f"Content-Length: {1024 * MIB}",
                "",
                '--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n' + "x" * 65536,
            ]
        )
        .encode()
        .replace(b"\r\n--b", b"\r\n\r\n--b", 1)
    )

    def forget():
        for path in cold:
            with open(path, "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def measure():
        forget()
        left = iter(cold)
        with connections(server, 64, stalled, False):
            time.sleep(0.5)
            caller = server.caller
            caller.close()

            def light():
                caller.request(LIGHT_CALL, method="GET")

            def disk():
                name = next(left).name
                if (
                    caller.request(
                        f"/core/downloadfile?filepath=/alice/cold/{name}&filename={name}", method="GET"
                    ).status
                    != 200
                ):
                    raise RuntimeError("row 15: a download failed")

            return {
                "light": percentile_99(latencies(light, 1000, 8)),
                "disk": percentile_99(latencies(disk, len(cold), 15)),
            }

    found = bench.medians({"cloudlet": measure})["cloudlet"]
    for what, key, limit in (("a light call", "light", 5), ("a call that reads the disk", "disk", 50)):
        bench.line(
            15,
            f"{what} beside 64 stalled uploads, p99",
            f"<= {limit} ms",
            {"cloudlet": found[key]},
            milliseconds,
            good=found[key] <= limit,
        )


# The numbers are those of the goals.
ROWS = {number: globals()[f"row_{number}"] for number in (*range(1, 19), 20, 21, 22, 24, 27, 29)}
