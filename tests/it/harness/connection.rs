//! A plain TCP connection. It sends any bytes, reads answers, and reads what comes until the server
//! closes.

use super::Reply;
use socket2::{Domain, Socket, Type};
use std::io::{self, BufReader, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

/// A server that is silent for longer than this fails the test.
const SILENCE_LONGEST: Duration = Duration::from_secs(20);

/// One connection to the server.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Connection {
        Connection::try_open(address).unwrap_or_else(|error| panic!("no connection to {address}: {error}"))
    }

    /// Opens a connection from another address of this machine.
    pub fn open_from(from: IpAddr, address: SocketAddr) -> Connection {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None).expect("a socket");
        socket.bind(&SocketAddr::new(from, 0).into()).expect("all of 127.0.0.0/8 is this machine");
        socket.connect(&address.into()).unwrap_or_else(|error| panic!("no connection to {address}: {error}"));
        Connection::of(socket.into()).expect("an open connection can be set up")
    }

    pub fn try_open(address: SocketAddr) -> io::Result<Connection> {
        Connection::of(TcpStream::connect_timeout(&address, Duration::from_secs(5))?)
    }

    fn of(stream: TcpStream) -> io::Result<Connection> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(SILENCE_LONGEST))?;
        stream.set_write_timeout(Some(SILENCE_LONGEST))?;
        Ok(Connection { stream: BufReader::with_capacity(64 * 1024, stream) })
    }

    /// True if the server has closed the connection meanwhile, for example because nothing was asked
    /// for a minute.
    pub fn is_closed(&self) -> bool {
        let stream = self.stream.get_ref();
        stream.set_nonblocking(true).expect("an open connection can be set up");
        let peeked = stream.peek(&mut [0]);
        stream.set_nonblocking(false).expect("an open connection can be set up");
        !matches!(peeked, Ok(1..)) && !peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Sends bytes. Fails if the server does not take them.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes.as_ref()).expect("the server takes what is sent");
    }

    /// Sends bytes to a server that may have closed the connection already.
    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads the next answer.
    pub fn reply(&mut self) -> Reply {
        self.try_reply().unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    pub fn try_reply(&mut self) -> io::Result<Reply> {
        Reply::read(&mut self.stream, false)
    }

    /// Reads the next answer, which has no body because the request was a HEAD request.
    pub fn reply_to_head(&mut self) -> Reply {
        Reply::read(&mut self.stream, true).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Reads the head of the next answer and leaves its body on the connection.
    pub fn reply_head(&mut self) -> Reply {
        Reply::read_head(&mut self.stream, false).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Reads the bytes that have come. Returns 0 at the end of the connection.
    pub fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }

    /// Reads everything until the server closes the connection. A reset is an end too: the system
    /// sends one if the server closes without having read everything.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                panic!("the server does not close: {error}")
            }
            _ => bytes,
        }
    }

    /// Sets how long `read` waits for bytes before it fails.
    pub fn set_patience(&mut self, longest: Duration) {
        self.stream.get_mut().set_read_timeout(Some(longest)).expect("a timeout can be set");
    }

    /// Sets how long sending waits for the server before it fails.
    pub fn set_sending_patience(&mut self, longest: Duration) {
        self.stream.get_mut().set_write_timeout(Some(longest)).expect("a timeout can be set");
    }

    /// Closes the sending direction of the connection, as a client does after its last request.
    pub fn finish_sending(&mut self) {
        self.stream.get_mut().shutdown(Shutdown::Write).expect("an open connection can be shut down");
    }
}
