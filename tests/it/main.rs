//! The tests of the running server: started as a program, called through real sockets as every kind of caller.
//!
//! Not here: uploads and downloads above 4 GiB on a 32-bit build, which run under an emulator (`cross/`).

mod audit;
mod backup;
mod clock;
mod command_line;
mod crash;
mod deadlines;
mod disk_trouble;
mod downloads;
mod files;
mod first_run;
mod harness;
mod http_hazards;
mod locks;
mod pairing;
mod quotas;
mod reset;
mod sessions;
mod sweep;
mod tidy;
mod tls;
mod uploads;
