//! TLS: rustls encodes and decodes records, and this server owns the sockets, so that nothing here
//! waits.

use crate::base::guarded::Guarded;
use crate::error::{Code, Error, Result};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The shortest time between two reads of the keys.
const KEYS_AGE: Duration = Duration::from_secs(10);
/// The number of bytes of ciphertext read at once. Their plaintext always fits into the poller's
/// buffer.
pub(super) const CIPHER_BYTES: usize = 16 * 1024;

/// The memory of a session whose records are all decoded and sent, in bytes (measured: 7.8 KB after
/// an answer, 8.8 KB in the middle of a handshake).
const SESSION_BYTES: usize = 8 * 1024;
/// The longest message that is put together from records, in bytes.
const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// A certificate and its key, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    pub certificates: String,
    pub key: String,
}

/// The source of the keys. It is called at the start and then from time to time when a client
/// connects, so that renewed files are used without a restart. `None` if the keys have not changed.
pub type KeySource = Box<dyn Fn() -> Result<Option<Pem>> + Send + Sync>;

/// The current keys of a server.
pub struct Keys {
    source: KeySource,
    state: Guarded<State>,
}

struct State {
    config: Arc<ServerConfig>,
    asked: Instant,
}

impl Keys {
    /// # Errors
    /// The source has no keys, or certificate and key do not match or cannot be used for TLS.
    pub fn new(source: KeySource) -> Result<Keys> {
        let pem = source()?.ok_or_else(|| Error::internal("the source of the TLS keys has no key"))?;
        let state = State { config: config(&pem)?, asked: Instant::now() };
        Ok(Keys { source, state: Guarded::new(state) })
    }

    /// Starts a session for a new connection.
    pub(super) fn session(&self) -> io::Result<Session> {
        let mut state = self.state.lock();
        if state.asked.elapsed() >= KEYS_AGE {
            state.asked = Instant::now();
            match (self.source)().and_then(|pem| pem.map(|pem| config(&pem)).transpose()) {
                Ok(None) => {}
                Ok(Some(config)) => {
                    log::info!("the TLS certificate has changed, and the new one is in use now");
                    state.config = config;
                }
                Err(error) => log::error!(
                    "the new TLS certificate cannot be used, and the old one stays in use: {error}"
                ),
            }
        }
        let mut connection = ServerConnection::new(Arc::clone(&state.config)).map_err(io::Error::other)?;
        connection.set_buffer_limit(None);
        Ok(Session { connection, undecoded_bytes: 0, unsent: Vec::new() })
    }
}

fn config(pem: &Pem) -> Result<Arc<ServerConfig>> {
    let unusable = |what: &str, error: &dyn std::fmt::Display| {
        Error::new(Code::Invalid, format!("The TLS {what} cannot be used.")).because(error)
    };
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(pem.certificates.as_bytes())
            .collect::<Result<_, _>>()
            .map_err(|error| unusable("certificate", &error))?;
    let key = PrivateKeyDer::from_pem_slice(pem.key.as_bytes()).map_err(|error| unusable("key", &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| unusable("certificate and key", &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// One connection's side of TLS.
pub(super) struct Session {
    connection: ServerConnection,
    /// The maximum number of bytes that wait for the rest of their record or message.
    undecoded_bytes: usize,
    /// Records that have not been sent.
    unsent: Vec<u8>,
}

impl Session {
    pub fn is_handshaking(&self) -> bool {
        self.connection.is_handshaking()
    }

    /// The memory that it takes, in bytes.
    pub fn held_bytes(&self) -> usize {
        SESSION_BYTES + self.undecoded_bytes + self.unsent.capacity()
    }

    /// Decodes records that have arrived.
    pub fn feed(&mut self, mut records: &[u8]) -> io::Result<()> {
        let (count, was_handshaking) = (records.len(), self.is_handshaking());
        let mut is_decoded = false;
        while !records.is_empty() {
            self.connection.read_tls(&mut records)?;
            let read = self.connection.process_new_packets();
            // There may be an alert for the peer even if decoding failed.
            self.collect()?;
            let state = read.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            is_decoded |= state.plaintext_bytes_to_read() > 0;
        }
        is_decoded |= was_handshaking && !self.is_handshaking();
        let before = if is_decoded { 0 } else { self.undecoded_bytes };
        self.undecoded_bytes = (before + count).min(MESSAGE_BYTES_MAX);
        Ok(())
    }

    /// Reads the decoded bytes. Returns 0 if the peer has ended the session, and `WouldBlock` if
    /// there are none yet.
    pub fn plaintext(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.connection.reader().read(buffer)
    }

    /// Encodes bytes into records.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.connection.writer().write_all(bytes)?;
        self.collect()
    }

    /// Tells the peer that nothing more will be sent.
    pub fn end(&mut self) -> io::Result<()> {
        self.connection.send_close_notify();
        self.collect()
    }

    fn collect(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.unsent)?;
        }
        Ok(())
    }

    pub fn unsent(&self) -> &[u8] {
        &self.unsent
    }

    /// Forgets the first of these bytes, which have been sent now.
    pub fn sent(&mut self, count: usize) {
        self.unsent.drain(..count);
    }

    pub fn take_unsent(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.unsent)
    }
}
