//! The running program: its uptime, its addresses, and whether its database works.

use crate::disk::database_disk::DatabaseDisk;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::Ground;
use std::path::PathBuf;
use std::time::{Duration, Instant};

impl Ground for DatabaseDisk {
    fn make_room(&self) -> bool {
        DatabaseDisk::make_room(self)
    }

    fn check_writable(&self) -> Result<()> {
        DatabaseDisk::check_writable(self)
    }

    fn is_there(&self) -> bool {
        DatabaseDisk::is_there(self)
    }

    fn make_rescue_file(&self) -> Result<PathBuf> {
        DatabaseDisk::make_rescue_file(self)
    }
}

impl Cloud {
    /// Sets the addresses of the server. Only the first call counts.
    pub fn is_reached_at(&self, addresses: Vec<String>) {
        self.addresses.get_or_init(|| addresses);
    }

    /// The time since the cloud was started.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl CloudView<'_> {
    pub fn uptime(&self) -> Duration {
        self.cloud.uptime()
    }

    /// The time when the disk was last used, by a call in the audit log or by this program itself,
    /// or the time of the start.
    pub fn disk_last_used(&self) -> Instant {
        self.cloud.store.last_written()
    }

    /// Checks that the database can be read, and that a change could begin within a time. Nothing
    /// is written.
    pub fn database_answers(&self, within: Duration) -> Result<()> {
        self.cloud.store.answers(within)
    }

    /// Checks that changes can be stored. Now and then, this writes something.
    pub fn database_is_writable(&self, within: Duration) -> Result<()> {
        self.cloud.store.is_writable(within)
    }

    /// The addresses of the server.
    pub fn addresses(&self) -> &[String] {
        self.cloud.addresses.get().map_or(&[], Vec::as_slice)
    }
}
