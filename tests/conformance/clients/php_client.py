"""The vendor's PHP client, as far as its calls are public, in both of its branches: `master` (2020) and `develop`.

It sends values as they are, without escaping; it takes the reply to a sign-in apart by a pattern and looks for results at fixed
positions; after a sign-in it sends the cookie `X-XSRF-TOKEN` back as a header; it uploads in pieces with `Expect: 100-continue`
and the full path of the local file as the name of the part."""

import http.client
import re
import socket
from xml.etree import ElementTree

from told import ADDRESS, PASSWORD, USER, check, done, same

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.149 Safari/537.36"
FORM = "application/x-www-form-urlencoded"


class Client:
    def __init__(self, side="user"):
        self.cookies, self.side = {}, side
        self.connection = http.client.HTTPConnection(ADDRESS, timeout=60)

    def post(self, target, body="", kind=FORM):
        headers = {"User-Agent": CHROME, "Content-Type": kind, "Accept": "*/*"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if "X-XSRF-TOKEN" in self.cookies:
            headers |= {"X-XSRF-TOKEN": self.cookies["X-XSRF-TOKEN"], "X-Requested-With": "XMLHttpRequest"}
        self.connection.request("POST", target, body if isinstance(body, bytes) else body.encode(), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def xml(self, target, body=""):
        status, text = self.post(target, body)
        return status, ElementTree.fromstring(text)

    def result(self, target, body=""):
        root = self.xml(target, body)[1]
        return root.findtext("./command/result"), root.findtext("./command/message")


def scraped(text):
    """The matches of the client's pattern in the reply to a sign-in."""
    return re.findall(r"<(\w+)>([^<>]*)</\1>", text)[:4]


for branch in ("master", "develop"):
    client = Client()
    status, text = client.post("/core/loginguest", f"userid={USER}&password=wrong")
    # The branch `develop` reads the body whatever the status is. The branch `master` ends the
    # script for any status except 200.
    same(f"{branch}: a refusal is read from its body", scraped(text)[:2], [("type", "loginguest"), ("result", "0")])
    same(f"{branch}: its status is that of FileCloud's server", status, 400)
    status, text = client.post("/core/loginguest", f"userid={USER}&password={PASSWORD}")
    same(f"{branch}: a sign-in needs 200", status, 200)
    same(
        f"{branch}: and exactly three children, the empty one with two tags",
        (scraped(text), "\n" in text),
        ([("type", "loginguest"), ("result", "1"), ("message", "")], False),
    )
    check(f"{branch}: the token is 20 letters and digits", re.fullmatch("[a-z0-9]{20}", client.cookies["X-XSRF-TOKEN"]))

home = f"/{USER}"
same("values come as they are", client.result("/core/createfolder", f"path={home}&name=Föto 1: a+b")[0], "1")
same("a + is a blank", client.result("/core/fileexists", f"file={home}/Föto 1: a b")[0], "1")
same("operations of an application", client.result("/app/explorer/createfolder", f"name=x&path={home}/Föto 1: a b")[0], "1")
same("parameters in query and body", client.result(f"/core/renamefile?path={home}", "name=Föto 1: a b&newname=php")[0], "1")


def upload(name, content, offset, complete, **more):
    fields = {"appname": "explorer", "path": f"{home}/php", "filename": name, "offset": offset, "complete": complete, **more}
    query = "&".join(f"{key}={value}" for key, value in fields.items()).replace(" ", "%20")
    head = f'--x\r\nContent-Disposition: form-data; name="file_contents"; filename="/var/www/{name}"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    if len(content) <= 1 << 20:
        return client.post(f"/core/upload?{query}", body, "multipart/form-data; boundary=x")
    # Above one megabyte, the client sends the body only after `100 Continue`.
    cookies = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
    headers = f"Host: {ADDRESS}\r\nUser-Agent: {CHROME}\r\nCookie: {cookies}\r\nExpect: 100-continue\r\n"
    headers += f"X-XSRF-TOKEN: {client.cookies['X-XSRF-TOKEN']}\r\nConnection: close\r\n"
    headers += f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {len(body)}\r\n\r\n"
    host, port = ADDRESS.rsplit(":", 1)
    with socket.create_connection((host, int(port)), 60) as line:
        line.sendall(f"POST /core/upload?{query} HTTP/1.1\r\n{headers}".encode())
        said = line.recv(1000)
        if not said.startswith(b"HTTP/1.1 100"):
            return 0, said.decode()
        line.sendall(body)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, answer.read().decode()


content = bytes(range(256)) * 12000
cut = 1_500_000
same("the first piece of a file", upload("big.bin", content[:cut], 0, 0), (200, "OK"))
same("and its last", upload("big.bin", content[cut:], cut, 1), (200, "OK"))
for text in ("one", "two"):
    same("a small file", upload("a b.txt", text.encode(), 0, 1), (200, "OK"))
status, text = upload("a b.txt", b"x", 0, 1, nofileoverwrite=1)
check("a refused upload is no OK", status == 400 and text != "OK" and "<" not in text, text)

status, root = client.xml("/core/getfilelist", f"path={home}/php&start=0&limit=10&sortby=name")
same("a list", (root.tag, root.findtext("meta/total"), len(root.findall("entry"))), ("entries", "3", 3))
entry = next(one for one in root.findall("entry") if one.findtext("name") == "a b.txt")
wanted = "path dirpath name ext fullsize modified type fullfilename size modifiedepoch canfavorite canupload candownload"
read = {name: entry.findtext(name) for name in f"{wanted} favoritelistid favoriteid order".split()}
check("an entry has all that is read", None not in read.values(), read)
same(
    "and 0 where there is no favorite, 1 where a content may be sent",
    [read[name] for name in ("favoritelistid", "favoriteid", "order", "canupload")],
    ["0", "0", "0", "1"],
)
check("no path at all lists the roots", b"<isroot>1</isroot>" in ElementTree.tostring(client.xml("/core/getfilelist")[1]))
root = client.xml("/core/fileinfo", f"file={home}/php/a b.txt")[1]
same("fileinfo", (root.tag, root.findtext("entry/disallowpreviewdownload")), ("fileinfo", "0"))
same("a missing file is no entry", len(client.xml("/core/fileinfo", f"file={home}/none")[1]), 0)
root = client.xml("/core/search", f"location={home}/php&keyword=big")[1]
same("search", (root.tag, root.findtext("meta/totalmatch"), root.findtext("entry/name")), ("entries", "1", "big.bin"))
root = client.xml("/core/getversions", f"filepath={home}/php&filename=a b.txt")[1]
same("versions with the live one", (root.findtext("meta/total"), len(root.findall("version"))), ("2", 2))
fields = "versionnumber size how createdon createdby filename sizeinbytes fileid".split()
check("a version has all that is read", all(root.find(f"version/{field}") is not None for field in fields))
status, text = client.post("/core/downloadversionedfile", f"filepath={home}/php&filename=a b.txt&fileid={'0' * 24}")
same("a failed version has its result at 52", text[52:53], "0")
status, text = client.post("/core/getfsslideimage", f"name={home}/none.jpg&width=10&height=10")
same("a failed picture has its result at 55", text[55:56], "0")
same("two names in one call", client.result("/core/addfavoriteList", "name=&name=PHP")[0], "1")
root = client.xml("/core/addcommentforitem", f"fullpath={home}/php&parent={home}&isfile=0&text=hello there")[1]
same("a comment", (root.tag, root.findtext("comment/text")), ("comments", "hello there"))
check("a refused change is read from its body", client.result("/core/deletefile", f"path={home}&name=none")[0] == "0")
root = client.xml("/core/getauthenticationinfo")[1]
read = [root.findtext(f"info/{name}") for name in ("profile", "authenticated", "OS", "authtype")]
same("who is signed in", read, [USER, "1", "TONIDO_CLOUD", "DEFAULT"])

same("develop: a share is left", client.result("/core/locksession", "share=1")[0], "1")
same("and the session goes on", client.post("/core/getprofilesettings")[0], 200)
same("signing out", client.result("/core/?op=logoutprofile")[0], "1")
same("ends it", client.post("/core/getprofilesettings")[0], 401)

admin = Client("admin")
for target in ("/admin/index.php", "/admin/", "/admin"):
    status, text = admin.post(target, f"op=adminlogin&adminuser={USER}&adminpassword={PASSWORD}")
    same(f"an administrator signs in by {target}", (status, scraped(text)[1]), (200, ("result", "1")))
root = admin.xml("/admin/index.php/?op=search&keyword=&groupid=&start=0&end=10")[1]
check("the accounts", root.tag == "users" and root.find("user/username") is not None, root.tag)
status, text = admin.post("/admin/index.php", "op=adduser&username=&password=x&email=&authtype =0")
same("a refused account", (status, scraped(text)[1]), (400, ("result", "0")))
same("the administrator signs out", admin.result("/admin/?op=logout")[0], "1")
done()
