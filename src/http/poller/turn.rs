//! A connection's turn: its requests are answered one after the other, as far as that needs no waiting.

use super::Poller;
use crate::base::limits::{GATHERED_BODY_BYTES_MAX, GUEST_FORM_BYTES_MAX, PIPELINED_ANSWERS_MAX};
use crate::http::body::{ChunkScan, INVITATION};
use crate::http::call::panicked;
use crate::http::request::{Framing, Refusal, Request, Scan, scan};
use crate::http::response::{Response, Rest};
use crate::http::waiting::{Begun, Gathering};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// Bytes of answers to pipelined requests after which a connection has had its turn.
const ANSWERED_AT_ONCE_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a content of the program up to which it is copied behind its head, so that both leave together.
const COPIED_CONTENT_BYTES_MAX: usize = 16 * 1024;

/// What a turn of requests has led to.
pub(super) enum Turn {
    /// The rest is the beginning of a request, or nothing. `needed` bytes make it worth looking again.
    Wait(Begun),
    /// More requests may be there, but others have their turn first. This content follows what has been answered.
    Again(&'static [u8]),
    /// The request with a head of this length is for a worker. `is_known`: by somebody who is signed in.
    Work { head_bytes: usize, is_known: bool },
    /// A worker has to find out first whether somebody who is signed in sends it.
    Identify,
    /// Its chunked body comes from somebody who is not, and is gathered here.
    Gather(Gathering),
    /// The connection ends after what has been answered and this content.
    End { lingers: bool, content: &'static [u8] },
}

impl Turn {
    /// What follows the answers.
    pub fn content(&self) -> &'static [u8] {
        match self {
            Turn::Again(content) | Turn::End { content, .. } => content,
            _ => b"",
        }
    }
}

impl Poller {
    /// Answers request after request; how many bytes were used, and how it goes on.
    pub(super) fn answer(
        &mut self,
        bytes: &[u8],
        searched: usize,
        mut is_known: Option<bool>,
        answers: &mut Vec<u8>,
    ) -> (usize, Turn) {
        let (mut used, mut searched) = (0, searched);
        for _ in 0..PIPELINED_ANSWERS_MAX {
            // Some clients send an empty line between requests (RFC 9112, section 2.2).
            while bytes[used..].starts_with(b"\r\n") {
                (used, searched) = (used + 2, 0);
            }
            let left = &bytes[used..];
            let head_bytes = match scan(left, searched) {
                Scan::Partial(searched) => return (used, wait(searched, 0)),
                Scan::Refused(refusal) => return (used, refuse(answers, refusal, &self.request)),
                Scan::Complete(head_bytes) => head_bytes,
            };
            if let Err(refusal) = self.request.fill(&left[..head_bytes]) {
                return (used, refuse(answers, refusal, &self.request));
            }
            self.request.believe(|address| self.settings.is_proxy(address));
            // What a worker has found out holds for the first request alone.
            let verdict = is_known.take();
            let body_bytes = match self.body_bytes(left, head_bytes, verdict, answers) {
                Ok(body_bytes) => body_bytes,
                Err(turn) => return (used, turn),
            };
            let needed = head_bytes + body_bytes;
            let Some(response) = self.ask(&left[head_bytes..needed]) else {
                return (used, self.work(head_bytes, verdict));
            };
            (used, searched) = (used + needed, 0);
            let is_stopping = self.shared.is_stopping.load(Ordering::Relaxed);
            let outgoing = response.append_to(answers, &self.request, !is_stopping);
            let content = match outgoing.rest {
                Rest::Nothing => b"",
                Rest::Static(content) if content.len() <= COPIED_CONTENT_BYTES_MAX => {
                    answers.extend_from_slice(content);
                    b""
                }
                Rest::Static(content) => content,
                Rest::File(..) | Rest::Stream(..) => unreachable!("only what is in memory comes here"),
            };
            if !outgoing.keeps_alive {
                return (used, Turn::End { lingers: false, content });
            }
            if !content.is_empty() || answers.len() >= ANSWERED_AT_ONCE_BYTES_MAX {
                return (used, Turn::Again(content));
            }
            if used == bytes.len() {
                return (used, wait(0, 0));
            }
        }
        (used, Turn::Again(b""))
    }

    /// The bytes of a small body that is here; else what has to be done first.
    fn body_bytes(
        &self,
        left: &[u8],
        head_bytes: usize,
        is_known: Option<bool>,
        answers: &mut Vec<u8>,
    ) -> Result<usize, Turn> {
        let (request, body) = (&self.request, &left[head_bytes..]);
        let mut scan = ChunkScan::default();
        let is_here = match request.framing() {
            Framing::None => return Ok(0),
            Framing::Length(length)
                if length <= GATHERED_BODY_BYTES_MAX as u64 && !request.expects_continue() =>
            {
                let length = length as usize;
                return if body.len() >= length {
                    Ok(length)
                } else {
                    Err(wait(head_bytes - 1, head_bytes + length))
                };
            }
            Framing::Length(length) => body.len() as u64 >= length,
            Framing::Chunked => scan.is_over(body),
        };
        Err(match self.work(head_bytes, is_known) {
            Turn::Work { is_known: false, .. } if !is_here => self.gather(body, head_bytes, scan, answers),
            turn => turn,
        })
    }

    /// Leaves a request to a worker, once it is known whose it is.
    fn work(&self, head_bytes: usize, is_known: Option<bool>) -> Turn {
        match is_known.or_else(|| self.service.knows_at_once(&self.request)) {
            Some(is_known) => Turn::Work { head_bytes, is_known },
            None => Turn::Identify,
        }
    }

    /// What becomes of a stranger's body that has not arrived: it is gathered here up to a limit, so that no worker waits for
    /// it, or the request is answered without it.
    fn gather(&self, body: &[u8], head_bytes: usize, scan: ChunkScan, answers: &mut Vec<u8>) -> Turn {
        let length = match self.request.framing() {
            Framing::Length(length) => length,
            _ => body.len() as u64,
        };
        if length > GUEST_FORM_BYTES_MAX as u64 || !self.service.needs_body(&self.request) {
            return Turn::Work { head_bytes, is_known: false };
        }
        if self.request.expects_continue() && body.is_empty() {
            answers.extend_from_slice(INVITATION);
        }
        match self.request.framing() {
            Framing::Chunked => Turn::Gather(Gathering { head_bytes, scan }),
            _ => wait(head_bytes - 1, head_bytes + length as usize),
        }
    }

    fn ask(&self, body: &[u8]) -> Option<Response> {
        let asked = catch_unwind(AssertUnwindSafe(|| self.service.answer_at_once(&self.request, body)));
        let response = asked.unwrap_or_else(|_| Some(panicked(self.service.as_ref(), &self.request)));
        debug_assert!(response.as_ref().is_none_or(Response::is_in_memory), "only this can be sent at once");
        response.filter(Response::is_in_memory)
    }
}

fn refuse(answers: &mut Vec<u8>, refusal: Refusal, request: &Request) -> Turn {
    let peer = Request::new(request.peer(), 0);
    let response = Response::sentence(refusal.status, refusal.sentence).close();
    response.append_to(answers, &peer, false);
    Turn::End { lingers: true, content: b"" }
}

/// Both are below the limits of head and small body.
fn wait(searched: usize, needed: usize) -> Turn {
    Turn::Wait(Begun { searched: searched as u32, needed: needed as u32 })
}
