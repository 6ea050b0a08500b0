//! The thread that sends mails.

use crate::base::vital;
use crate::domain::Cloud;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Instant;

/// The running thread.
pub struct Mailing {
    ended: mpsc::Receiver<()>,
}

impl Mailing {
    pub fn start(cloud: &Arc<Cloud>) -> std::io::Result<Mailing> {
        let (running, ended) = mpsc::channel::<()>();
        let cloud = Arc::clone(cloud);
        vital::spawn("mail", move || {
            cloud.send_mails_until_stopped();
            drop(running);
        })?;
        Ok(Mailing { ended })
    }

    /// Waits until a deadline for a mail that is being sent. If the mail server or the look-up of
    /// its name takes longer, the stop continues. The mail is still in the database, and is sent
    /// after the next start.
    pub fn stop(self, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        if self.ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
            log::info!("a mail was being sent and will be sent again after the start");
        }
    }
}
