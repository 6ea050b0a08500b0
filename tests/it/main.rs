//! The tests of the running server. It is started as a program and called through real sockets as
//! every kind of caller.
//!
//! Uploads and downloads above 4 GiB on a 32-bit build are not tested here. They run under an
//! emulator (`cross/`).

mod access_lists;
mod activity;
mod admins;
mod albums;
mod alerts;
mod archives;
mod audit;
mod backup;
mod brake;
mod clock;
mod command_line;
mod comments;
mod config_settings;
mod crash;
#[cfg(feature = "thumbs")]
mod customization;
mod database_trouble;
mod deadlines;
mod description;
mod device;
mod devices;
mod disk_trouble;
mod downloads;
mod externals;
mod failures;
mod favorites;
mod files;
mod first_run;
mod folder_sizes;
mod full_disk;
mod groups;
mod hammer;
mod harness;
mod http_hazards;
mod in_place;
mod integrity;
mod kept;
mod links;
mod locks;
mod log_trouble;
mod mail;
mod metadata;
mod monitor;
mod nothing_lost;
mod notifications;
mod one_time_links;
mod pairing;
#[cfg(feature = "thumbs")]
mod photos;
mod pictures;
mod policies;
mod quotas;
mod remembered;
mod replies;
mod reset;
mod search;
mod second_factor;
mod sessions;
mod share_hazards;
mod share_views;
mod shares;
mod sign_up;
mod spelling;
mod sweep;
mod sync;
mod texts;
mod tidy;
mod tidy_scripts;
mod tls;
mod unreadable;
mod upkeep;
mod uploads;
mod user_lists;
mod volumes;
mod watchdog;
