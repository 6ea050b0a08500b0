"""Links as published PowerShell scripts use them, without any session: an anonymous download by `Invoke-WebRequest -OutFile`, and an
anonymous upload into a link by `-Form`, by a body that was put together by hand, and by `-InFile`-like streams in parts."""

import http.client
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from told import ADDRESS, PASSWORD, USER, check, done, same

AGENT = "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1"
BOUNDARY = "8d9c4f1e-3a51-4a0e-9f6e-d4b2f70c1a11"
LINE = "\r\n"


class Session:
    """A connection that is kept alive, as `Invoke-WebRequest -WebSession` keeps one."""

    def __init__(self, cookies=""):
        self.connection, self.cookies = http.client.HTTPConnection(ADDRESS, timeout=60), cookies

    def send(self, method, target, body=None, kind=None, **headers):
        self.connection.putrequest(method, target, skip_accept_encoding=True)
        self.connection.putheader("User-Agent", AGENT)
        if self.cookies:
            self.connection.putheader("Cookie", self.cookies)
        if body is not None:
            self.connection.putheader("Content-Type", kind or "application/x-www-form-urlencoded")
            self.connection.putheader("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.connection.putheader(name.replace("_", "-"), value)
        self.connection.endheaders(body)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers


def multipart(leaf, content, name="file"):
    """What the scripts put together line by line, in the encoding of one byte a letter."""
    head = [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{name}"; filename="{leaf}"', "Content-Type: application/octet-stream", ""]
    body = LINE.join([*head, ""]).encode("iso-8859-1") + content + LINE.encode() + f"--{BOUNDARY}--{LINE}".encode()
    return body, f'multipart/form-data; boundary="{BOUNDARY}"'


def owner():
    """The owner, signed in."""
    session = Session()
    form = urllib.parse.urlencode({"userid": USER, "password": PASSWORD}).encode()
    _, _, headers = session.send("POST", "/core/loginguest", form)
    return Session("; ".join(line.split(";")[0] for line in headers.get_all("Set-Cookie")))


def make_link(session, folder, **flags):
    """The token and the path of a new link."""
    call = lambda operation, **fields: session.send("POST", f"/core/{operation}", urllib.parse.urlencode(fields).encode())[1]
    call("createfolder", path=f"/{USER}", name=folder)
    share = ElementTree.fromstring(call("quickshare", sharelocation=f"/{USER}/{folder}")).find("./share")
    call("setallowpublicaccess", shareid=share.findtext("shareid"), allowpublicaccess=1, **flags)
    return share.findtext("shareurl").rsplit("/", 1)[1], share.findtext("shareid")


def path_of(token):
    """The path of a link from where its short address leads, as the scripts cut it out."""
    status, _, headers = Session().send("GET", f"/url/{token}")
    found = re.search(r"/SHARED/[^&#]+$", headers.get("Location", ""))
    check("the short address leads to a path below /SHARED", status == 303 and found, headers.get("Location"))
    return found[0] if found else "/SHARED/none"


own = owner()
down, _ = make_link(own, "download", allowpublicupload=0)
up, _ = make_link(own, "upload", allowpublicupload=1, allowpublicuploadonly=1)
body, kind = multipart("readme.txt", b"Hello, everybody")
status, text, _ = own.send("POST", f"/core/upload?appname=explorer&path=/{USER}/download&filename=read%20me.txt&offset=0&complete=1", body, kind)
same("the owner uploads", (status, text), (200, b"OK"))

link = path_of(down)
leaf = "read%20me.txt"
for what, target in (
    ("as the web page asks", f"/core/downloadfile?disposition=attachment&filename={leaf}&filepath={link}/{leaf}&redirect=1"),
    ("with the path escaped whole", f"/core/downloadfile?filepath={urllib.parse.quote(urllib.parse.unquote(link), safe='')}%2F{leaf}&filename={leaf}"),
    ("with the mark unescaped", f"/core/downloadfile?filepath={link.replace('%21', '!')}/{leaf}&filename={leaf}"),
    ("through websharepro", f"/app/websharepro/share?path={link}/{leaf}"),
):
    status, content, headers = Session().send("GET", target)
    same(f"a download {what}", (status, content), (200, b"Hello, everybody"))
    same(f"a download {what}: its length", headers.get("Content-Length"), "16")
status, content, headers = Session().send("POST", "/core/downloadfile", f"filepath={link}/{leaf}&filename={leaf}".encode())
same("a download by POST", (status, content), (200, b"Hello, everybody"))
status, content, _ = Session().send("GET", f"/core/downloadfile?filepath={link}/none.txt&filename=none.txt")
check("what is not there is no file of an error", status >= 400 and b"<result>0</result>" in content, status)

drop = path_of(up)
target = f"/upload?path={drop}&appname=explorer&filename={{0}}&complete=1&offset=0&uploadpath="
session = Session()
for number, (what, name) in enumerate((("part `file`", "file"), ("part `Image`", "Image"), ("part `filedata`", "filedata"))):
    body, kind = multipart(f"local{number}.log", b"line 1\r\nline 2\r\n", name)
    status, text, _ = session.send("POST", target.format(f"log{number}.txt"), body, kind)
    same(f"an upload by {what}, on a connection that is kept", (status, text), (200, b"OK"))
body, kind = multipart("local.log", b"again")
status, text, _ = session.send("POST", target.format("log0.txt"), body, kind, Expect="100-continue")
same("a second upload of a name", (status, text), (200, b"OK"))
status, text, _ = session.send("POST", target.format("log0.txt").replace(drop, "/SHARED/%21nobody/0123456789abcdef"), body, kind)
check("a link that leads nowhere: a bare sentence", status >= 400 and text and b"<" not in text, (status, text))

_, listed, _ = own.send("POST", "/core/getfilelist", f"path=/{USER}/upload&limit=-1".encode())
found = {entry.findtext("name"): entry.findtext("fullsize") for entry in ElementTree.fromstring(listed).iterfind("./entry")}
same("what has arrived", found, {"log0 (2).txt": "5", "log0.txt": "16", "log1.txt": "16", "log2.txt": "16"})
status, text, _ = Session().send("GET", f"/core/getfilelist?path={drop}")
check("and is told to no visitor", b"log0" not in text, text)
done()
