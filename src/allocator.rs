//! The allocator of the program. It gives memory back to the system as soon as it is free.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The allocator's setting for how many milliseconds it keeps free memory. Without it, memory goes
/// back when a thread uses the allocator after a second, which nobody does on an idle server.
const DELAY_SETTING: &str = "MIMALLOC_PURGE_DELAY";

/// Has free memory go back at once. The allocator reads its settings from the environment before
/// the program begins. So the program begins once more: in the same process, with the same
/// arguments, open files and limits. Whoever has set the delay keeps it.
///
/// # Errors
/// The program cannot be started once more. It can go on as it is.
pub fn give_memory_back_at_once() -> std::io::Result<()> {
    if std::env::var_os(DELAY_SETTING).is_some() {
        return Ok(());
    }
    let program = std::env::current_exe()?;
    // An emulator (qemu-user) hides behind the program's name, but not here. It cannot begin the
    // program once more: the kernel does not know it, and a shell would be asked to run it.
    if Path::new("/proc/thread-self/exe").read_link()? != program {
        return Err(std::io::Error::other("another program runs this one"));
    }
    let mut arguments = std::env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    // This returns only if it fails, and has undone then that a closed connection ends no program.
    let error = again.args(arguments).env(DELAY_SETTING, "0").exec();
    signal_hook::flag::register(signal_hook::consts::SIGPIPE, Arc::default())?;
    Err(error)
}
