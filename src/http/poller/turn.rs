//! A connection's turn: answers its requests one after the other, as far as that needs no waiting.

use super::Poller;
use crate::base::limits::{GATHERED_BODY_BYTES_MAX, GUEST_FORM_BYTES_MAX, PIPELINED_ANSWERS_MAX};
use crate::http::AtOnce;
use crate::http::body::{ChunkScan, INVITATION};
use crate::http::call::panicked;
use crate::http::packed::CommonBytes;
use crate::http::request::{Framing, Refusal, Request, Scan, scan};
use crate::http::response::{Response, Rest};
use crate::http::waiting::{Begun, Gathering};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

/// A connection's turn ends after this many bytes of answers to pipelined requests.
const ANSWERED_AT_ONCE_BYTES_MAX: usize = 64 * 1024;
/// Static content up to this size is copied behind the head of its answer, so that both are sent in
/// one call.
const COPIED_CONTENT_BYTES_MAX: usize = 16 * 1024;

/// Requests of a stranger that are answered before others have their turn. Everybody waits for a
/// turn that has begun.
const STRANGER_ANSWERS_MAX: usize = 4;

/// The sender of the requests of a turn.
pub(super) struct TurnSender {
    /// Before a turn, tells whether a signed-in caller sends the first request, if a worker has found
    /// that out. Afterwards, tells it of the last request of which it was found out.
    pub is_known: Option<bool>,
    pub is_stranger: bool,
    /// True if requests of strangers must rest before they are answered.
    pub must_rest: bool,
}

/// The result of a turn.
pub(super) enum Turn {
    /// The rest is empty, or the beginning of a request. It is read again when it has `needed`
    /// bytes.
    Wait(Begun),
    /// There may be more requests, but other connections have their turn first. The content is sent
    /// after the answers.
    Again(CommonBytes),
    /// A worker must answer the request, whose head has this length. `is_known` is true if its
    /// caller is signed in.
    Work { head_bytes: usize, is_known: bool },
    /// A worker must first find out whether the caller is signed in.
    Identify,
    /// A stranger sends the request, and must rest before it is answered.
    Rest,
    /// A caller who is not signed in sends a chunked body. The poller gathers it.
    Gather(Gathering),
    /// The connection ends after the answers and this content.
    End { lingers: bool, content: CommonBytes },
}

impl Turn {
    /// The content that is sent after the answers.
    pub fn content(&self) -> CommonBytes {
        match self {
            Turn::Again(content) | Turn::End { content, .. } => content.clone(),
            _ => CommonBytes::default(),
        }
    }
}

impl Poller {
    /// Answers requests one after the other. Returns the number of used bytes, and the result.
    pub(super) fn answer(
        &mut self,
        bytes: &[u8],
        searched: usize,
        sender: &mut TurnSender,
        answers: &mut Vec<u8>,
    ) -> (usize, Turn) {
        let (mut used, mut searched) = (0, searched);
        let mut verdict = sender.is_known;
        let answers_max = if sender.is_stranger { STRANGER_ANSWERS_MAX } else { PIPELINED_ANSWERS_MAX };
        for _ in 0..answers_max {
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
            // The worker's finding applies only to the first request.
            if sender.must_rest {
                if self.service.knows_at_once(&self.request) != Some(true) {
                    return (used, Turn::Rest);
                }
                sender.is_known = Some(true);
            }
            let verdict = verdict.take();
            let body_bytes = match self.body_bytes(left, head_bytes, verdict, answers) {
                Ok(body_bytes) => body_bytes,
                Err(turn) => return (used, turn),
            };
            let needed = head_bytes + body_bytes;
            let response = match self.ask(&left[head_bytes..needed]) {
                AtOnce::Answer { response, is_known } => {
                    sender.is_known = is_known.or(sender.is_known);
                    response
                }
                AtOnce::Worker { is_known } => return (used, self.work(head_bytes, verdict.or(is_known))),
            };
            (used, searched) = (used + needed, 0);
            let (content, keeps_alive) = self.append(response, answers);
            if !keeps_alive {
                return (used, Turn::End { lingers: false, content });
            }
            if !content.is_empty() || answers.len() >= ANSWERED_AT_ONCE_BYTES_MAX {
                return (used, Turn::Again(content));
            }
            if used == bytes.len() {
                return (used, wait(0, 0));
            }
        }
        (used, Turn::Again(CommonBytes::default()))
    }

    /// Appends an answer. Returns the content that is sent after all answers, and whether the
    /// connection goes on.
    fn append(&self, response: Response, answers: &mut Vec<u8>) -> (CommonBytes, bool) {
        let is_stopping = self.shared.is_stopping.load(Ordering::Relaxed);
        let outgoing = response.append_to(answers, &self.request, !is_stopping);
        let content = match outgoing.rest {
            Rest::Nothing => CommonBytes::default(),
            Rest::Common(content) if content.len() <= COPIED_CONTENT_BYTES_MAX => {
                answers.extend_from_slice(&content);
                CommonBytes::default()
            }
            Rest::Common(content) => content,
            Rest::File(..) | Rest::Stream(..) => unreachable!("only what is in memory comes here"),
        };
        (content, outgoing.keeps_alive)
    }

    /// The length of a small body that has arrived. The error says what must happen first.
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

    /// Leaves a request to a worker. If it is not known whether the caller is signed in, a worker
    /// finds that out first.
    fn work(&self, head_bytes: usize, is_known: Option<bool>) -> Turn {
        match is_known.or_else(|| self.service.knows_at_once(&self.request)) {
            Some(is_known) => Turn::Work { head_bytes, is_known },
            None => Turn::Identify,
        }
    }

    /// Decides about a body of a stranger that has not arrived. The poller gathers it up to a
    /// limit, so that no worker waits for it, or the request is answered without it.
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

    fn ask(&self, body: &[u8]) -> AtOnce {
        let asked = catch_unwind(AssertUnwindSafe(|| self.service.answer_at_once(&self.request, body)));
        let panicked = |_| {
            let response = panicked(self.service.as_ref(), &self.request);
            AtOnce::Answer { response, is_known: None }
        };
        let (response, is_known) = match asked.unwrap_or_else(panicked) {
            AtOnce::Answer { response, is_known } => (response, is_known),
            worker @ AtOnce::Worker { .. } => return worker,
        };
        debug_assert!(response.is_in_memory(), "only this can be sent at once");
        // An answer that must be unpacked first is left to a worker.
        let response = Some(response).filter(Response::is_in_memory);
        let response = response.and_then(|response| response.at_once_for(&self.request));
        match response {
            Some(response) => AtOnce::Answer { response, is_known },
            None => AtOnce::Worker { is_known },
        }
    }
}

fn refuse(answers: &mut Vec<u8>, refusal: Refusal, request: &Request) -> Turn {
    let peer = Request::new(request.peer(), 0);
    let response = Response::sentence(refusal.status, refusal.sentence).close();
    response.append_to(answers, &peer, false);
    Turn::End { lingers: true, content: CommonBytes::default() }
}

/// Both numbers are limited by the size of a head and of a small body.
fn wait(searched: usize, needed: usize) -> Turn {
    Turn::Wait(Begun { searched: searched as u32, needed: needed as u32 })
}
