//! A bare connection: sends any bytes, reads answers and what is left until the server closes.

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

    /// One from another address of this machine.
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

    /// Sends bytes that the server must take.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes.as_ref()).expect("the server takes what is sent");
    }

    /// Sends bytes that the server may not want any more.
    pub fn try_send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// The next answer.
    pub fn reply(&mut self) -> Reply {
        self.try_reply().unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    pub fn try_reply(&mut self) -> io::Result<Reply> {
        Reply::read(&mut self.stream, false)
    }

    /// The next answer, to a HEAD request: it has no body.
    pub fn reply_to_head(&mut self) -> Reply {
        Reply::read(&mut self.stream, true).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// The head of the next answer; its body stays where it is.
    pub fn reply_head(&mut self) -> Reply {
        Reply::read_head(&mut self.stream, false).unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Some bytes as they come, none at the end of the connection.
    pub fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }

    /// Everything until the server closes. A reset is an end too: it may follow bytes that the server did not read.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() != io::ErrorKind::ConnectionReset => {
                panic!("the server does not close: {error}")
            }
            _ => bytes,
        }
    }

    /// How long `read` waits before it fails.
    pub fn set_patience(&mut self, longest: Duration) {
        self.stream.get_mut().set_read_timeout(Some(longest)).expect("a timeout can be set");
    }

    /// How long sending waits for room before it fails.
    pub fn set_sending_patience(&mut self, longest: Duration) {
        self.stream.get_mut().set_write_timeout(Some(longest)).expect("a timeout can be set");
    }

    /// Ends the sending direction, as a caller that is done does.
    pub fn finish_sending(&mut self) {
        self.stream.get_mut().shutdown(Shutdown::Write).expect("an open connection can be shut down");
    }
}
