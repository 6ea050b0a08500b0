//! A mail server for tests. It takes mails, or misbehaves as a test demands.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// The behaviour of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Good,
    /// Takes connections and says nothing.
    Hangs,
    /// Says its greeting one letter at a time, without end.
    Drips,
    /// Sends a line without end.
    Floods,
    /// Answers, but does not speak SMTP.
    Lies,
    /// Ends the connection in the middle of a mail.
    Cuts,
    /// Refuses every receiver for now.
    Greylists,
    /// Refuses every receiver permanently.
    Refuses,
    /// Refuses the login.
    RefusesLogin,
    /// Does not offer STARTTLS, as if an attacker on the way had removed the offer.
    StripsTls,
    /// Sends an unencrypted answer directly behind its consent to TLS.
    Injects,
}

/// The protection of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    None,
    StartTls,
    Tls,
}

/// A mail that the server took.
#[derive(Clone, Debug)]
pub struct Taken {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    /// The login as it came, decoded.
    pub login: String,
    pub is_encrypted: bool,
}

/// A running mail server.
pub struct SmtpSink {
    pub address: SocketAddr,
    /// The certificate, in PEM, of the authority that signed the server's certificate.
    pub authority: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    manner: Mutex<Manner>,
    protection: Protection,
    taken: Mutex<Vec<Taken>>,
    /// Every line that came, on all connections.
    lines: Mutex<Vec<String>>,
    /// The number of connections that were opened.
    connections: AtomicUsize,
    is_over: AtomicBool,
    tls: Arc<ServerConfig>,
}

impl SmtpSink {
    pub fn start(protection: Protection) -> SmtpSink {
        let (tls, authority) = certificate();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            manner: Mutex::new(Manner::Good),
            protection,
            taken: Mutex::default(),
            lines: Mutex::default(),
            connections: AtomicUsize::new(0),
            is_over: AtomicBool::new(false),
            tls,
        });
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            for socket in listener.incoming() {
                if for_thread.is_over.load(Ordering::Acquire) {
                    return;
                }
                let shared = Arc::clone(&for_thread);
                let socket = socket.unwrap();
                shared.connections.fetch_add(1, Ordering::AcqRel);
                std::thread::spawn(move || shared.serve(socket));
            }
        });
        SmtpSink { address, authority, shared, thread: Some(thread) }
    }

    pub fn behaves(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap() = manner;
    }

    /// The mails that the server has taken so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().unwrap().clone()
    }

    /// Waits until the server has taken this many mails.
    pub fn wait_for(&self, count: usize) -> Vec<Taken> {
        super::wait_until("the mails are taken", Duration::from_secs(30), || self.taken().len() >= count);
        self.taken()
    }

    /// The number of connections that were opened so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Acquire)
    }

    /// All lines that came so far.
    pub fn lines(&self) -> Vec<String> {
        self.shared.lines.lock().unwrap().clone()
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        // The connection wakes the thread that listens.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// A certificate for `localhost` from a new authority.
fn certificate() -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(params, authority_key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![own.der().clone()],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    (Arc::new(config), authority.pem())
}

enum Wire {
    Plain(TcpStream),
    Secure(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Read for Wire {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Wire::Plain(socket) => socket.read(bytes),
            Wire::Secure(stream) => stream.read(bytes),
        }
    }
}

impl Wire {
    fn say(&mut self, line: &str) -> std::io::Result<()> {
        let line = format!("{line}\r\n");
        match self {
            Wire::Plain(socket) => socket.write_all(line.as_bytes()),
            Wire::Secure(stream) => stream.write_all(line.as_bytes()).and_then(|()| stream.flush()),
        }
    }
}

impl Shared {
    fn manner(&self) -> Manner {
        *self.manner.lock().unwrap()
    }

    fn secured(&self, socket: TcpStream) -> Wire {
        let connection = ServerConnection::new(Arc::clone(&self.tls)).unwrap();
        Wire::Secure(Box::new(StreamOwned::new(connection, socket)))
    }

    /// Serves a connection until either side ends it.
    fn serve(&self, socket: TcpStream) {
        if self.misbehaves(&socket) {
            return;
        }
        let wire = match self.protection {
            Protection::Tls => self.secured(socket),
            _ => Wire::Plain(socket),
        };
        drop(self.talk(BufReader::new(wire)));
    }

    /// Plays the behaviours that are not a dialogue. Returns true if there was one to play.
    fn misbehaves(&self, socket: &TcpStream) -> bool {
        let go_on = || !self.is_over.load(Ordering::Acquire);
        let mut writer = socket;
        match self.manner() {
            Manner::Hangs => {
                while go_on() {
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            Manner::Drips => {
                while go_on() && writer.write_all(b"2").is_ok() {
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
            Manner::Floods => while go_on() && writer.write_all(&[b'2'; 4096]).is_ok() {},
            Manner::Lies => drop(writer.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
            _ => return false,
        }
        true
    }

    fn talk(&self, mut wire: BufReader<Wire>) -> std::io::Result<()> {
        wire.get_mut().say("220 sink ESMTP")?;
        let (mut taken, mut is_encrypted) = (nothing(), self.protection == Protection::Tls);
        let mut line = String::new();
        loop {
            line.clear();
            if wire.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let command = line.trim_end().to_owned();
            self.lines.lock().unwrap().push(command.clone());
            let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
            let answer = match (verb.to_ascii_uppercase().as_str(), self.manner()) {
                ("EHLO", manner) => self.greeting(is_encrypted, manner),
                ("STARTTLS", manner) => {
                    let injected = if manner == Manner::Injects { "\r\n250 injected" } else { "" };
                    wire.get_mut().say(&format!("220 go on{injected}"))?;
                    let Wire::Plain(socket) = wire.into_inner() else { return Ok(()) };
                    wire = BufReader::new(self.secured(socket));
                    is_encrypted = true;
                    continue;
                }
                ("AUTH", Manner::RefusesLogin) => "535 5.7.8 Wrong user or password".into(),
                ("AUTH", _) => {
                    taken.login = decoded(rest.split(' ').nth(1).unwrap_or_default());
                    "235 welcome".into()
                }
                ("MAIL", _) => {
                    taken.from = rest.to_owned();
                    "250 ok".into()
                }
                ("RCPT", Manner::Greylists) => "451 4.7.1 Greylisted, come again later".into(),
                ("RCPT", Manner::Refuses) => "550 5.1.1 No such user here".into(),
                ("RCPT", _) => {
                    taken.to.push(rest.to_owned());
                    "250 ok".into()
                }
                ("DATA", Manner::Cuts) => return Ok(()),
                ("DATA", _) => {
                    wire.get_mut().say("354 go on")?;
                    taken.data = data(&mut wire)?;
                    taken.is_encrypted = is_encrypted;
                    self.taken.lock().unwrap().push(std::mem::replace(&mut taken, nothing()));
                    "250 2.0.0 taken as number 1".into()
                }
                ("QUIT", _) => return wire.get_mut().say("221 bye"),
                _ => "502 what?".to_owned(),
            };
            wire.get_mut().say(&answer)?;
        }
    }

    fn greeting(&self, is_encrypted: bool, manner: Manner) -> String {
        let offers_tls =
            self.protection == Protection::StartTls && !is_encrypted && manner != Manner::StripsTls;
        let tls = if offers_tls { "250-STARTTLS\r\n" } else { "" };
        format!("250-sink\r\n{tls}250-AUTH PLAIN LOGIN\r\n250 8BITMIME")
    }
}

fn nothing() -> Taken {
    Taken {
        from: String::new(),
        to: Vec::new(),
        data: String::new(),
        login: String::new(),
        is_encrypted: false,
    }
}

/// Reads a mail to its end. Dots at the beginning of lines stay doubled.
fn data(wire: &mut BufReader<Wire>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let start = data.len();
        if wire.read_line(&mut data)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if &data[start..] == ".\r\n" {
            data.truncate(start);
            return Ok(data);
        }
    }
}

fn decoded(text: &str) -> String {
    use base64ct::{Base64, Encoding};
    let bytes = Base64::decode_vec(text).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', " ").trim().to_owned()
}
