//! A connection to a mail server, plain or with TLS. No wait on it is longer than the delivery's
//! patience, and the server can send no more bytes than a dialogue needs.

use super::{Blame, Failure, MailServer, Patience};
use crate::base::limits::mail::{CONNECT_TIME, LINE_BYTES_MAX, RECEIVED_BYTES_MAX, REPLY_BYTES_MAX};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest wait before the next check whether the delivery may go on.
const SLICE: Duration = Duration::from_millis(250);

/// A connection to a mail server.
pub struct Line<'a> {
    stream: Stream<'a>,
    /// Bytes that have arrived but do not form a whole line yet.
    unread: Vec<u8>,
    local: IpAddr,
    is_loopback: bool,
}

enum Stream<'a> {
    Plain(Socket<'a>),
    Secure(Box<StreamOwned<ClientConnection, Socket<'a>>>),
    /// The connection is changing to TLS.
    Gone,
}

impl<'a> Line<'a> {
    /// Connects to the first of the server's addresses that answers.
    pub fn connect(server: &MailServer, patience: &'a Patience<'a>) -> Result<Line<'a>, Failure> {
        let (host, port) = (server.host.as_str(), server.port);
        let addresses = (host, port)
            .to_socket_addrs()
            .map_err(|error| unreachable(format!("The name {host} could not be looked up: {error}.")))?;
        let mut last = format!("The name {host} has no address.");
        for address in addresses {
            let left = patience.until.saturating_duration_since(Instant::now());
            if left.is_zero() || !(patience.goes_on)() {
                break;
            }
            match TcpStream::connect_timeout(&address, CONNECT_TIME.min(left)) {
                Ok(tcp) => return Line::on(tcp, address, patience).map_err(|error| lost(&error)),
                Err(error) => last = format!("The server {host}:{port} could not be reached: {error}."),
            }
        }
        Err(unreachable(last))
    }

    fn on(tcp: TcpStream, address: SocketAddr, patience: &'a Patience<'a>) -> io::Result<Line<'a>> {
        let local = tcp.local_addr()?.ip();
        let socket = Socket { tcp, patience, received_bytes: 0 };
        let is_loopback = address.ip().to_canonical().is_loopback();
        Ok(Line { stream: Stream::Plain(socket), unread: Vec::new(), local, is_loopback })
    }

    /// The address of this machine on the connection.
    pub fn local(&self) -> IpAddr {
        self.local
    }

    /// True if nobody on the way can read the bytes.
    pub fn is_private(&self) -> bool {
        self.is_loopback || matches!(self.stream, Stream::Secure(_))
    }

    /// Changes to TLS, after the server has proved that it owns this name.
    pub fn secure(&mut self, host: &str) -> Result<(), Failure> {
        // An attacker on the way could have sent these bytes, so that they would later be taken for
        // the server's.
        if !self.unread.is_empty() {
            return Err(unreachable("The server sent something between STARTTLS and TLS.".into()));
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| unreachable(format!("No certificate can be issued for the name {host}.")))?;
        let connection = ClientConnection::new(trusted()?, name)
            .map_err(|error| unreachable(format!("TLS is not possible: {error}.")))?;
        let Stream::Plain(socket) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(unreachable("The connection has TLS already.".into()));
        };
        let mut stream = StreamOwned::new(connection, socket);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).map_err(|error| untrusted(host, &error))?;
        }
        self.stream = Stream::Secure(Box::new(stream));
        Ok(())
    }

    /// Sends bytes.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let sent = match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            Stream::Secure(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Stream::Gone => Err(ErrorKind::NotConnected.into()),
        };
        sent.map_err(|error| lost(&error))
    }

    /// The lines of the server's next reply, each ended by CR LF.
    pub fn answer(&mut self) -> Result<String, Failure> {
        let mut answer = String::new();
        loop {
            let line = self.line()?;
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            answer.push_str(&line);
            // The library lettre needs the blank, although RFC 5321 lets a server leave it out.
            if is_last && line.len() == 3 {
                answer.push(' ');
            }
            answer.push_str("\r\n");
            if is_last {
                return Ok(answer);
            }
            if answer.len() > REPLY_BYTES_MAX {
                return Err(unreachable("The server's answer does not end.".into()));
            }
        }
    }

    fn line(&mut self) -> Result<String, Failure> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned());
            }
            if self.unread.len() > LINE_BYTES_MAX {
                return Err(unreachable("The server sent a line that does not end.".into()));
            }
            let mut bytes = [0; 1024];
            let read = match &mut self.stream {
                Stream::Plain(socket) => socket.read(&mut bytes),
                Stream::Secure(stream) => stream.read(&mut bytes),
                Stream::Gone => Err(ErrorKind::NotConnected.into()),
            };
            match read.map_err(|error| lost(&error))? {
                0 => return Err(unreachable("The server ended the connection.".into())),
                count => self.unread.extend_from_slice(&bytes[..count]),
            }
        }
    }
}

/// A socket whose waits end when the delivery's time is over.
struct Socket<'a> {
    tcp: TcpStream,
    patience: &'a Patience<'a>,
    received_bytes: usize,
}

impl Socket<'_> {
    /// Repeats a call, each time waiting for at most a slice of time, until the delivery's time is
    /// over.
    fn patiently<T>(&mut self, act: impl Fn(&mut TcpStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            let left = self.patience.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::Error::new(ErrorKind::TimedOut, "the server did not answer in time"));
            }
            if !(self.patience.goes_on)() {
                return Err(io::Error::new(ErrorKind::TimedOut, "this server is stopping"));
            }
            let slice = Some(SLICE.min(left));
            self.tcp.set_read_timeout(slice)?;
            self.tcp.set_write_timeout(slice)?;
            match act(&mut self.tcp) {
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) => {}
                done => return done,
            }
        }
    }
}

impl Read for Socket<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.received_bytes > RECEIVED_BYTES_MAX {
            return Err(io::Error::other("the server sends without end"));
        }
        // The closure may be called several times, so it cannot own the buffer. Therefore the bytes
        // are copied.
        let wanted = bytes.len().min(4096);
        let (read, count) = self.patiently(|tcp| {
            let mut read = [0; 4096];
            let count = tcp.read(&mut read[..wanted])?;
            Ok((read, count))
        })?;
        bytes[..count].copy_from_slice(&read[..count]);
        self.received_bytes += count;
        Ok(count)
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|tcp| tcp.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The configuration for checking a server's certificate: the authorities that this machine trusts.
fn trusted() -> Result<Arc<ClientConfig>, Failure> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let sentence = "This machine has no list of certificate authorities, so no server can be trusted. \
                        Install the package ca-certificates.";
        return Err(unreachable(sentence.into()));
    }
    Ok(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}

pub(super) fn unreachable(said: String) -> Failure {
    Failure::of(Blame::Server, said)
}

fn lost(error: &io::Error) -> Failure {
    unreachable(format!("The connection to the mail server was lost: {error}."))
}

fn untrusted(host: &str, error: &io::Error) -> Failure {
    unreachable(format!("TLS with {host} failed: {error}. Nothing was sent."))
}
