"""The requests of PowerShell, byte by byte: `Invoke-WebRequest` of 5.1 and 7, whose cookies are the text of `Set-Cookie` headers and
whose `-Form` has parts in the order of its table. And a parse of the samples, as there is no PowerShell here to run them."""

import http.client
import pathlib
import sys
import urllib.parse

import tree_sitter
import tree_sitter_powershell
from told import ADDRESS, ENVELOPE, PASSWORD, USER, check, done, same

AGENTS = {
    "5.1": "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
    "7": "Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; en-US) PowerShell/7.6.9",
}
BOUNDARY = "a5c5d0f7-6f4e-4b52-8d6e-0a6e3c1c6f0e"


def send(agent, operation, body, cookies=None, kind="application/x-www-form-urlencoded"):
    """The reply to a POST: status, text and the lines of its `Set-Cookie` headers. `cookies` are whole header lines."""
    connection = http.client.HTTPConnection(ADDRESS, timeout=60)
    connection.putrequest("POST", f"/core/{operation}", skip_accept_encoding=True)
    for name, value in (("User-Agent", agent), ("Content-Type", kind), ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    for line in cookies or []:
        connection.putheader("Cookie", line)
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers.get_all("Set-Cookie") or []


def form(parts):
    """A body of `-Form @{...}` in 7: names without quotes, the name of a file in both of its forms."""
    body = b""
    for name, value in parts:
        if isinstance(value, tuple):
            leaf, content = value
            plain = leaf if leaf.isascii() else '"=?utf-8?B?' + "w7wudHh0" + '?="'
            quoted = f'"{plain}"' if " " in plain else plain
            encoded = urllib.parse.quote(leaf)
            head = f"Content-Disposition: form-data; name={name}; filename={quoted}; filename*=utf-8''{encoded}\r\n"
            head += "Content-Type: application/octet-stream\r\n"
        else:
            head, content = f"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name={name}\r\n", value.encode()
        body += f"--{BOUNDARY}\r\n{head}\r\n".encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode(), f'multipart/form-data; boundary="{BOUNDARY}"'


login = f"userid={USER}&password={PASSWORD.replace(' ', '+')}".encode()
for version, agent in AGENTS.items():
    status, text, _ = send(agent, "loginguest", f"userid={USER}&password=wrong".encode())
    envelope = ENVELOPE.fullmatch(text)
    same(f"{version}: a refusal is 400", (status, envelope and envelope[2]), (400, "0"))
    check(f"{version}: and its message can be read", envelope and envelope[3].startswith("Invalid Username"), text)
    status, text, lines = send(agent, "loginguest", login)
    same(f"{version}: a sign-in", (status, ENVELOPE.fullmatch(text)[2], len(lines)), (200, "1", 8))
    pairs = [line.split(";")[0] for line in lines]
    dated = [f"{line}; expires=Sat, 01 Jan 2050 00:00:00 GMT" for line in lines]
    for what, header in (
        ("joined by ','", [",".join(lines)]),
        ("joined by ', '", [", ".join(lines)]),
        ("joined by blanks", [" ".join(lines)]),
        ("joined by '; '", ["; ".join(lines)]),
        ("several lines", lines),
        ("with dates", [",".join(dated)]),
        ("the pairs alone", ["; ".join(pairs)]),
        ("beside a web session", [",".join(lines) + "; " + "; ".join(pairs)]),
    ):
        status, text, _ = send(agent, "getprofilesettings", b"", header)
        check(f"{version}: Set-Cookie {what} is the session", status == 200 and f"<peerid>{USER}<" in text, text)
        status, text, _ = send(agent, "setdisplayname", b"dispname=PowerShell", header)
        same(f"{version}: and may change something", (status, ENVELOPE.fullmatch(text)[2]), (200, "1"))
    same(f"{version}: a list as one word is nobody", send(agent, "getprofilesettings", b"", ["System.String[]"])[0], 401)
    other = send(agent, "loginguest", login)[2]
    mixed = [",".join(lines + other)]
    same(f"{version}: two sessions in one header are nobody", send(agent, "getprofilesettings", b"", mixed)[0], 401)

cookies = [",".join(lines)]
folder, file = ("path", f"/{USER}"), ("file", ("sea & more.txt", b"waves"))
for what, parts, name in (
    ("fields first", [folder, ("filename", "first.txt"), file], "first.txt"),
    ("the name in the file part alone", [folder, file], "sea & more.txt"),
    ("the file first", [file, ("appname", "explorer"), folder, ("filename", "late.txt")], "late.txt"),
    ("the file first and its name alone", [file, folder], "sea & more.txt"),
    ("a name that is not ASCII", [folder, ("file", ("\u00fc.txt", b"waves"))], "\u00fc.txt"),
):
    body, kind = form(parts)
    status, text, _ = send(AGENTS["7"], "upload", body, cookies, kind)
    same(f"-Form with {what}", (status, text), (200, "OK"))
    stored = send(AGENTS["7"], "fileexists", f"file=/{USER}/{name.replace('&', '%26')}".encode(), cookies)[1]
    same(f"{name} is there", ENVELOPE.fullmatch(stored)[2], "1")
body, kind = form([("path", "/nobody-here"), file])
status, text, _ = send(AGENTS["7"], "upload", body, cookies, kind)
check("a refused upload says why in a bare sentence", status == 400 and text and "<" not in text, text)

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
samples = pathlib.Path(sys.argv[0]).resolve().parents[3] / "examples"
for sample in sorted(samples.glob("*.ps1")):
    check(f"{sample.name} can be parsed", not parser.parse(sample.read_bytes()).root_node.has_error)
done()
