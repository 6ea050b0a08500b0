//! Removes the rights of a process before it becomes an outside program. This runs in a process of
//! its own, which the server starts for each picture. It needs no privilege.
//!
//! Four measures apply, and each covers what the others leave open: limits of resources, Landlock
//! (files, network and signals), a filter of system calls (network, processes), and the signal that
//! ends the program together with the server.

use crate::base::limits::programs::{FILES_MAX, MEMORY_BYTES_MAX, PROCESSOR_SECONDS_MAX};
use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{
    Resource, Rlimit, Signal, set_parent_process_death_signal, setpriority_process, setrlimit,
};
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// The first argument. It tells this program to become another one.
pub const WORD: &str = "--become-confined";
/// The second argument: the program must not run if a right cannot be removed.
pub const STRICT: &str = "strict";
pub const LENIENT: &str = "lenient";

/// The nice value. 19 is the lowest priority.
const NICENESS: i32 = 19;
/// The newest version of Landlock whose restrictions are requested. Older kernels know only some of
/// them.
const LANDLOCK: ABI = ABI::V6;
/// The files that programs may read and run: themselves, their libraries, fonts and tables.
const SYSTEM: [&str; 14] = [
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/bin",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/fonts",
    "/etc/alternatives",
    "/var/cache/fontconfig",
];
const DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// True if the kernel has Landlock.
pub fn is_possible() -> bool {
    let required = Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    required.handle_access(AccessFs::from_all(ABI::V1)).and_then(Ruleset::create).is_ok()
}

/// If the arguments ask for it, this process gives up its rights and becomes another program. It
/// returns only if that fails.
pub fn confined_call(arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let mut arguments = arguments.skip(1);
    arguments.next().filter(|word| word == WORD)?;
    let is_strict = arguments.next()? != LENIENT;
    let program = PathBuf::from(arguments.next()?);
    let failed: Box<dyn Error> = match confine(&program, is_strict) {
        Ok(()) => Command::new(&program).args(arguments).exec().into(),
        Err(error) => error,
    };
    // The server reads this message for its log. If it cannot, the exit code is enough.
    let _ = writeln!(io::stderr(), "{} does not start: {failed}", program.display());
    Some(ExitCode::from(126))
}

fn confine(program: &Path, is_strict: bool) -> Result<()> {
    // If memory runs out, the kernel must end this process and not the server.
    fs::write("/proc/self/oom_score_adj", "1000").or_else(|error| tolerated(is_strict, error.into()))?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // The configuration of a service may forbid changing priorities.
    let _ = setpriority_process(None, NICENESS);
    restrict_files(program).or_else(|error| tolerated(is_strict, error))?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Nofile, FILES_MAX)?;
    limit(Resource::Cpu, PROCESSOR_SECONDS_MAX)?;
    limit(Resource::As, MEMORY_BYTES_MAX)?;
    filter::apply().or_else(|error| tolerated(is_strict, error))
}

/// Ignores an error if the administrator lets programs run in any case.
fn tolerated(is_strict: bool, error: Box<dyn Error>) -> Result<()> {
    if is_strict { Err(error) } else { Ok(()) }
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Limits the process to the system's libraries, its program, and the file on its standard input.
/// Open pipes can still be used.
fn restrict_files(program: &Path) -> Result<()> {
    let read = AccessFs::from_read(LANDLOCK);
    let own = fs::canonicalize(program)?;
    let own = own.parent().ok_or("its program is in no directory")?;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(DEVICES, AccessFs::ReadFile | AccessFs::WriteFile))?
        .add_rule(PathBeneath::new(PathFd::new(own)?, read))?
        .add_rule(PathBeneath::new(io::stdin(), AccessFs::ReadFile))?
        .restrict_self()?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err("the kernel has no Landlock".into());
    }
    Ok(())
}

/// The filter of system calls forbids networks, further processes, and calls that affect other
/// processes. Threads are allowed.
#[cfg(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "x86_64"))]
mod filter {
    use super::Result;
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };
    use std::collections::BTreeMap;
    use std::process;

    /// These calls fail with "not permitted".
    const FORBIDDEN: &[i64] = &[
        libc::SYS_add_key,
        libc::SYS_bpf,
        libc::SYS_io_uring_setup,
        libc::SYS_keyctl,
        libc::SYS_kill,
        libc::SYS_perf_event_open,
        libc::SYS_pidfd_getfd,
        libc::SYS_pidfd_send_signal,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_ptrace,
        libc::SYS_request_key,
        libc::SYS_rt_sigqueueinfo,
        libc::SYS_rt_tgsigqueueinfo,
        libc::SYS_setns,
        libc::SYS_setpgid,
        libc::SYS_setsid,
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_tkill,
        libc::SYS_unshare,
        libc::SYS_userfaultfd,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_fork,
        #[cfg(target_arch = "x86_64")]
        libc::SYS_vfork,
    ];

    pub fn apply() -> Result<()> {
        let own = u64::from(process::id());
        let unless = |operator, value| -> Result<Vec<SeccompRule>> {
            let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, operator, value)?;
            Ok(vec![SeccompRule::new(vec![condition])?])
        };
        let thread = libc::CLONE_THREAD as u64;
        let mut forbidden: BTreeMap<i64, Vec<SeccompRule>> =
            FORBIDDEN.iter().map(|number| (*number, Vec::new())).collect();
        // A new process, but not a new thread.
        forbidden.insert(libc::SYS_clone, unless(SeccompCmpOp::MaskedEq(thread), 0)?);
        // A signal to another process.
        forbidden.insert(libc::SYS_tgkill, unless(SeccompCmpOp::Ne, own)?);
        // A filter cannot see the arguments of this call. If a library is told that the kernel does
        // not know the call, it uses `clone` instead.
        let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
        install(forbidden, libc::EPERM)?;
        install(unknown, libc::ENOSYS)
    }

    fn install(calls: BTreeMap<i64, Vec<SeccompRule>>, errno: i32) -> Result<()> {
        let answer = SeccompAction::Errno(errno.unsigned_abs());
        let machine = std::env::consts::ARCH.try_into()?;
        let filter = SeccompFilter::new(calls, SeccompAction::Allow, answer, machine)?;
        Ok(apply_filter(&BpfProgram::try_from(filter)?)?)
    }
}

/// There is no filter for this processor. Landlock and the limits still apply.
#[cfg(not(any(target_arch = "aarch64", target_arch = "riscv64", target_arch = "x86_64")))]
mod filter {
    pub fn apply() -> super::Result<()> {
        Ok(())
    }
}
