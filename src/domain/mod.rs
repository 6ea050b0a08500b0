//! The rules of the cloud: who may do what with which file. Nothing here knows HTTP or SQL, or
//! opens a file by its path.
//!
//! `Cloud` holds the back ends. Reading goes through `CloudView`, which cannot change anything.
//! Functions that change files do their work on the disk first and return a [`Change`]: the rows
//! that belong to it, to be committed in one short transaction together with the audit row of the
//! call.

pub mod access;
pub mod accounts;
mod call;
mod change;
pub mod files;
pub mod index;
pub mod mail;
pub mod maintenance;
pub mod metadata;
pub mod photos;
pub mod quota;
mod remove_account;
pub mod runtime;
pub mod search;
pub mod sharing;
pub mod social;
pub mod sync;
#[cfg(test)]
pub(crate) mod tests;
pub mod thumbnails;
pub mod upload;
pub mod volumes;

pub use call::{BegunRow, Call};
pub use change::{Change, Undo};

use crate::base::limits::DISK_START_TIME;
use crate::config::Settings;
use crate::disk::database_disk::DatabaseDisk;
use crate::error::Result;
use crate::store::{Ground, Store, Write, roots};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use volumes::registry::Volumes;

/// The database's file in the data directory.
pub const DATABASE_NAME: &str = "cloudlet.db";
/// The folder of volume 0, every user's My Files, in the data directory.
pub const FILES_NAME: &str = "files";
/// The folder in the data directory for a certificate that this program has made, and its key.
pub const KEYS_NAME: &str = "tls";

/// The running cloud: its back ends and its state in memory.
pub struct Cloud {
    directory: PathBuf,
    settings: runtime::settings::Current,
    store: Arc<Store>,
    database_disk: Arc<DatabaseDisk>,
    volumes: Arc<Volumes>,
    grants: access::remembered::Remembered,
    policies: accounts::policies::Remembered,
    sessions: accounts::sessions::Remembered,
    remembered: files::annotations::Remembered,
    passwords: accounts::passwords::Passwords,
    pairings: accounts::pairing::Pairings,
    second_factors: accounts::second_factor::SecondFactors,
    waiting_sign_ins: accounts::sign_in::WaitingSignIns,
    links: sharing::links::Links,
    mail: mail::administration::Mail,
    begun_downloads: access::begun_downloads::BegunDownloads,
    throttle: accounts::sign_in_throttle::Throttle,
    uploads: Arc<upload::attempts::Uploads>,
    reservations: Arc<quota::reservations::Reservations>,
    entry_grants: quota::entries::EntryGrants,
    on_their_way: Arc<files::cross_volume_move::OnTheirWay>,
    #[cfg(feature = "thumbs")]
    pictures: thumbnails::drawn::Pictures,
    index: Arc<index::rows::Index>,
    looked: files::listing::Looked,
    locks: Arc<files::locks::Locks>,
    brake: files::brake::Brake,
    walks: index::crawl::Walks,
    texts: runtime::backlog::Backlog,
    photos: runtime::backlog::Backlog,
    backup_disk: maintenance::backup::BackupDisk,
    counted: maintenance::storage_report::Counted,
    checkups: maintenance::check_runs::Checkups,
    findings: Arc<volumes::findings::Findings>,
    setup: accounts::first_run::Setup,
    started: Instant,
    /// True once long work must end early.
    is_stopping: AtomicBool,
    addresses: OnceLock<Vec<String>>,
    certificate: OnceLock<accounts::certificate::Certificate>,
    #[cfg(test)]
    panics_in_background: AtomicBool,
}

impl Cloud {
    /// True if a directory holds a cloud.
    pub fn is_in(directory: &Path) -> bool {
        directory.join(DATABASE_NAME).exists()
    }

    /// Opens the cloud in an existing data directory. Makes the database and volume 0 if it is
    /// empty.
    ///
    /// # Errors
    /// With a sentence that names what cannot be used and what to do.
    pub fn open(directory: &Path, settings: Settings) -> Result<Cloud> {
        let flush = Duration::from_secs(settings.config.audit_flush_seconds.into());
        let database = directory.join(DATABASE_NAME);
        // SQLite would leave its permissions to the umask. The files beside it inherit them.
        crate::disk::local::create_private(&database)?;
        let database_disk = Arc::new(DatabaseDisk::of(directory, DATABASE_NAME)?);
        let store = Arc::new(Store::open(&database, flush, Arc::clone(&database_disk) as Arc<dyn Ground>)?);
        let further = &settings.config.volumes;
        let findings = Arc::default();
        let volumes = Volumes::open(directory, further, Arc::clone(&store), Arc::clone(&findings))?;
        let volumes = Arc::new(volumes);
        volumes.look_for_all(DISK_START_TIME);
        let brake = files::brake::Brake::load(&store)?;
        let cloud = Cloud {
            directory: directory.to_owned(),
            settings: runtime::settings::Current::load(settings, &store)?,
            store,
            database_disk,
            #[cfg(feature = "thumbs")]
            pictures: thumbnails::drawn::Pictures::new(&volumes),
            volumes,
            grants: access::remembered::Remembered::default(),
            policies: accounts::policies::Remembered::default(),
            sessions: accounts::sessions::Remembered::default(),
            remembered: files::annotations::Remembered::default(),
            passwords: accounts::passwords::Passwords::default(),
            pairings: accounts::pairing::Pairings::default(),
            second_factors: accounts::second_factor::SecondFactors::default(),
            waiting_sign_ins: accounts::sign_in::WaitingSignIns::default(),
            links: sharing::links::Links::default(),
            mail: mail::administration::Mail::default(),
            begun_downloads: access::begun_downloads::BegunDownloads::default(),
            throttle: accounts::sign_in_throttle::Throttle::default(),
            uploads: Arc::default(),
            reservations: Arc::default(),
            entry_grants: Default::default(),
            on_their_way: Arc::default(),
            index: Arc::default(),
            looked: files::listing::Looked::default(),
            locks: Arc::default(),
            brake,
            walks: index::crawl::Walks::default(),
            texts: search::full_text::backlog(),
            photos: photos::reading::backlog(),
            backup_disk: maintenance::backup::BackupDisk::default(),
            counted: maintenance::storage_report::Counted::default(),
            checkups: maintenance::check_runs::Checkups::default(),
            findings,
            setup: accounts::first_run::Setup::default(),
            started: Instant::now(),
            is_stopping: AtomicBool::new(false),
            addresses: OnceLock::new(),
            certificate: OnceLock::new(),
            #[cfg(test)]
            panics_in_background: AtomicBool::new(false),
        };
        cloud.apply_limits();
        cloud.store.wait_for_writer()?;
        Ok(cloud)
    }

    /// Finishes or undoes what a crash left. The owner of the data lock calls it once, before
    /// anything else. Hidden entries are compared with their rows next, by
    /// [`Cloud::mend_at_start`].
    pub fn recover(&self) -> Result<()> {
        if self.view().awaits_setup()? {
            accounts::first_run::refuse_homes_without_accounts(
                &self.directory,
                &self.store.read(roots::former_names)?,
            )?;
        }
        self.database_disk.keep_reserve();
        self.ask_network_for_time();
        self.volumes.begin_claiming(&self.directory);
        let unfinished = self.unfinished_uploads()?;
        let kept = unfinished.iter().map(|upload| upload.id.clone()).collect();
        for sentence in self.volumes.begin_serving(kept) {
            log::info!("after the last stop: {sentence}");
        }
        self.note_elsewhere();
        self.load_uploads(unfinished)?;
        self.load_locks()
    }

    /// A view of the cloud that cannot change it.
    pub fn view(&self) -> CloudView<'_> {
        CloudView { cloud: self }
    }

    /// Commits a change of the database.
    pub fn commit<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Write) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.store.write(change)
    }

    /// Ends the cloud: all queued rows are written, nothing can be changed afterwards.
    pub fn close(&self) {
        self.volumes.end_claiming();
        self.store.close();
    }
}

/// A view of the cloud that cannot change it.
#[derive(Clone, Copy)]
pub struct CloudView<'a> {
    cloud: &'a Cloud,
}
