//! The allocator of the program. It returns memory to the system as soon as it is free, except for what
//! threads that rest must give back themselves (`base::free_memory`).

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The allocator's setting for how many milliseconds it keeps free memory. With its default of a
/// second, memory is returned only when a thread uses the allocator again, and on an idle server no
/// thread does.
const DELAY_SETTING: &str = "MIMALLOC_PURGE_DELAY";

/// Makes the allocator return free memory at once. The allocator reads its settings from the
/// environment before the program begins. So the program starts itself once more: in the same
/// process, with the same arguments, open files and limits. A delay that an administrator has set
/// stays.
///
/// # Errors
/// The program cannot start itself once more. It can go on as it is.
pub fn give_memory_back_at_once() -> std::io::Result<()> {
    if std::env::var_os(DELAY_SETTING).is_some() {
        return Ok(());
    }
    let program = std::env::current_exe()?;
    // Under an emulator (qemu-user), the program's name is the same, but this link leads to the
    // emulator. There, the program cannot start itself once more: the kernel does not know it, and
    // would let a shell run it.
    if Path::new("/proc/thread-self/exe").read_link()? != program {
        return Err(std::io::Error::other("another program runs this one"));
    }
    let mut arguments = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // `exec` returns only if it fails. By then it has restored the default for SIGPIPE, with which
    // a closed connection would end the program.
    let error = again.args(arguments).env(DELAY_SETTING, "0").exec();
    signal_hook::flag::register(signal_hook::consts::SIGPIPE, Arc::default())?;
    Err(error)
}
