//! A client of the API: it has a keep-alive connection, a cookie jar, and methods for the calls
//! that most tests make.

use super::{Connection, Element, Multipart, PASSWORD, Reply, Server, contract, form};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;

/// A request that is being built.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    pub fn new(method: &str, target: &str) -> Request {
        Request { method: method.into(), target: target.into(), headers: Vec::new(), body: None }
    }

    pub fn get(target: &str) -> Request {
        Request::new("GET", target)
    }

    /// A POST request with a URL-encoded form.
    pub fn post(target: &str, fields: &[(&str, &str)]) -> Request {
        Request::new("POST", target).body("application/x-www-form-urlencoded", form(fields))
    }

    /// A POST request with a multipart body.
    pub fn multipart(target: &str, multipart: Multipart) -> Request {
        Request::new("POST", target).body(&Multipart::content_type(), multipart.end())
    }

    pub fn header(mut self, name: &str, value: &str) -> Request {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn body(mut self, content_type: &str, bytes: impl Into<Vec<u8>>) -> Request {
        self.body = Some(bytes.into());
        self.header("Content-Type", content_type)
    }

    /// Fails if the description of the API has no such answer to this request.
    #[track_caller]
    pub fn check(&self, reply: &Reply) {
        contract::check(&self.method, &self.target, reply);
    }

    /// The request line and the headers, without the empty line at their end.
    fn head(&self, host: &str) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: {host}\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head
    }

    /// The whole request as bytes, with the length of its body.
    pub fn bytes(&self, host: &str) -> Vec<u8> {
        let mut bytes = self.head(host);
        if let Some(body) = &self.body {
            bytes.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut bytes = (bytes + "\r\n").into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// A client of the server.
pub struct Caller {
    address: SocketAddr,
    connection: Option<Connection>,
    cookies: BTreeMap<String, String>,
    headers: Vec<(String, String)>,
    /// The name that it uses for the server in `Host`; `None` for the server's address.
    host: Option<String>,
}

impl Caller {
    pub fn new(address: SocketAddr) -> Caller {
        Caller { address, connection: None, cookies: BTreeMap::new(), headers: Vec::new(), host: None }
    }

    /// The same client with the same cookies on a connection of its own.
    pub fn twin(&self) -> Caller {
        Caller {
            cookies: self.cookies.clone(),
            headers: self.headers.clone(),
            host: self.host.clone(),
            ..Caller::new(self.address)
        }
    }

    /// Continues with a server that was started again.
    pub fn follow(&mut self, server: &Server) {
        self.address = server.address;
        self.connection = None;
    }

    /// Adds a header to every further request.
    pub fn always(mut self, name: &str, value: &str) -> Caller {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same client, which asks for replies in JSON.
    pub fn in_json(&self) -> Caller {
        self.twin().always("Accept", "application/json")
    }

    /// The same client, which uses another name for the server.
    pub fn with_host(mut self, name: &str) -> Caller {
        self.host = Some(name.into());
        self
    }

    pub fn host(&self) -> String {
        self.host.clone().unwrap_or_else(|| self.address.to_string())
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    /// Adds the cookies of another client to this one's jar.
    pub fn share_cookies(&mut self, other: &Caller) {
        self.cookies.extend(other.cookies.clone());
    }

    /// The `Cookie` header.
    pub fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// The bytes of a request with this client's cookies and headers.
    pub fn bytes(&self, request: &Request) -> Vec<u8> {
        let mut request = request.clone();
        request.headers.extend(self.headers.clone());
        if !self.cookies.is_empty() {
            request = request.header("Cookie", &self.cookie_header());
        }
        request.bytes(&self.host())
    }

    /// Sends a request and reads the answer.
    #[track_caller]
    pub fn send(&mut self, request: &Request) -> Reply {
        self.try_send(request)
            .unwrap_or_else(|error| panic!("{} {}: {error}", request.method, request.target))
    }

    /// Sends a request to a server that may end at any time. An answer must fit the description of
    /// the API.
    #[track_caller]
    pub fn try_send(&mut self, request: &Request) -> io::Result<Reply> {
        let bytes = self.bytes(request);
        // As clients do, it uses no connection that the server has closed.
        let mut connection = match self.connection.take().filter(|connection| !connection.is_closed()) {
            Some(connection) => connection,
            None => Connection::try_open(self.address)?,
        };
        connection.try_send(&bytes)?;
        let reply =
            if request.method == "HEAD" { Ok(connection.reply_to_head()) } else { connection.try_reply() }?;
        if !reply.closes() {
            self.connection = Some(connection);
        }
        self.remember(&reply);
        request.check(&reply);
        Ok(reply)
    }

    fn remember(&mut self, reply: &Reply) {
        for cookie in reply.headers("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
    }

    #[track_caller]
    pub fn get(&mut self, target: &str) -> Reply {
        self.send(&Request::get(target))
    }

    #[track_caller]
    pub fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(&Request::post(target, fields))
    }

    /// Calls an operation of the user side.
    #[track_caller]
    pub fn core(&mut self, operation: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(&format!("/core/{operation}"), fields)
    }

    /// Calls an operation of the admin side.
    #[track_caller]
    pub fn administer(&mut self, operation: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(&format!("/admin/{operation}"), fields)
    }

    pub fn sign_in(&mut self, name: &str) {
        self.core("loginguest", &[("userid", name), ("password", PASSWORD)]).done();
    }

    pub fn sign_in_as_admin(&mut self, name: &str) {
        self.administer("adminlogin", &[("adminuser", name), ("adminpassword", PASSWORD)]).done();
    }

    /// True if the server knows this client as a user.
    pub fn is_signed_in(&mut self) -> bool {
        let reply = self.get("/core/getauthenticationinfo");
        reply.xml().child("info").number("authenticated") == 1
    }

    /// True if the server knows this client as an administrator.
    pub fn is_admin(&mut self) -> bool {
        self.get("/admin/getauthstatus").result() == 1
    }

    /// The request that uploads a file in one part.
    pub fn upload_request(folder: &str, name: &str, content: &[u8]) -> Request {
        let size = content.len().to_string();
        let query = form(&[
            ("appname", "explorer"),
            ("path", folder),
            ("filename", name),
            ("offset", "0"),
            ("complete", "1"),
            ("filesize", &size),
        ]);
        let multipart = Multipart::new().file("file_contents", "file", content);
        Request::multipart(&format!("/core/upload?{query}"), multipart)
    }

    /// Uploads a file in one part.
    #[track_caller]
    pub fn upload(&mut self, folder: &str, name: &str, content: &[u8]) -> Reply {
        self.send(&Caller::upload_request(folder, name, content))
    }

    /// The URL path that downloads a file.
    pub fn download_target(path: &str) -> String {
        let name = path.rsplit('/').next().unwrap_or(path);
        format!("/core/downloadfile?{}", form(&[("filepath", path), ("filename", name)]))
    }

    #[track_caller]
    pub fn download(&mut self, path: &str) -> Reply {
        self.get(&Caller::download_target(path))
    }

    /// All entries of a folder.
    #[track_caller]
    pub fn list(&mut self, folder: &str) -> Vec<Element> {
        let reply = self.core("getfilelist", &[("path", folder), ("start", "0"), ("limit", "-1")]);
        let root = reply.xml();
        assert_eq!((reply.status, root.name.as_str()), (200, "entries"), "{reply:?}");
        root.all("entry").cloned().collect()
    }

    /// The names of a folder's entries, in the order of the listing.
    #[track_caller]
    pub fn list_names(&mut self, folder: &str) -> Vec<String> {
        self.list(folder).iter().map(|entry| entry.field("name").to_owned()).collect()
    }

    /// True if there is an entry at a path.
    #[track_caller]
    pub fn sees(&mut self, path: &str) -> bool {
        let reply = self.core("fileexists", &[("file", path)]);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.result() == 1
    }

    /// The rows of the audit log that match, the newest first.
    #[track_caller]
    pub fn audit(&mut self, filter: &[(&str, &str)]) -> Vec<Element> {
        let fields = [filter, &[("limit", "10000")]].concat();
        let reply = self.administer("getaudit", &fields);
        let root = reply.xml();
        assert_eq!((reply.status, root.name.as_str()), (200, "logs"), "{reply:?}");
        root.all("log").cloned().collect()
    }
}
