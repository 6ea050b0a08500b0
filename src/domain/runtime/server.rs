//! The running program as others see it: since when, where it is reached, and whether its database can be used.

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
    /// Says where the server is reached; the first time counts.
    pub fn is_reached_at(&self, addresses: Vec<String>) {
        self.addresses.get_or_init(|| addresses);
    }

    /// How long the cloud has been running.
    pub fn uptime(&self) -> Duration {
        self.started.elapsed()
    }
}

impl CloudView<'_> {
    pub fn uptime(&self) -> Duration {
        self.cloud.uptime()
    }

    /// When the disk was last in use, by every call that ends in the audit log and by this program itself; the start counts.
    pub fn disk_last_used(&self) -> Instant {
        self.cloud.store.last_written()
    }

    /// Whether the database can be read, and changed within a time. Nothing is written for it.
    pub fn database_answers(&self, within: Duration) -> Result<()> {
        self.cloud.store.answers(within)
    }

    /// Whether changes can be kept. Rarely, something is written to find out.
    pub fn database_is_writable(&self, within: Duration) -> Result<()> {
        self.cloud.store.is_writable(within)
    }

    /// Where the server is reached.
    pub fn addresses(&self) -> &[String] {
        self.cloud.addresses.get().map_or(&[], Vec::as_slice)
    }
}
