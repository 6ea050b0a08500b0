//! Builds multipart bodies (RFC 7578) part by part.

const BOUNDARY: &str = "----it-cloudlet-7d1f0c5b9e";

/// A multipart body that is being built.
#[derive(Clone, Default)]
pub struct Multipart {
    bytes: Vec<u8>,
}

impl Multipart {
    pub fn new() -> Multipart {
        Multipart::default()
    }

    /// The `Content-Type` of the request.
    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// The bytes between two parts. A content that contains them would end there.
    pub fn delimiter() -> String {
        format!("\r\n--{BOUNDARY}")
    }

    /// Adds a text field.
    pub fn field(self, name: &str, value: &str) -> Multipart {
        self.part(&format!("Content-Disposition: form-data; name=\"{name}\""), value.as_bytes())
    }

    /// Adds a file part.
    pub fn file(self, name: &str, filename: &str, content: &[u8]) -> Multipart {
        let disposition = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"");
        self.part(&format!("{disposition}\r\nContent-Type: application/octet-stream"), content)
    }

    /// Adds a part with any header lines. The empty line after them is added here.
    pub fn part(mut self, header: &str, content: &[u8]) -> Multipart {
        self.bytes.extend_from_slice(format!("--{BOUNDARY}\r\n{header}\r\n\r\n").as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\r\n");
        self
    }

    /// The complete body.
    pub fn end(mut self) -> Vec<u8> {
        self.bytes.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.bytes
    }
}
