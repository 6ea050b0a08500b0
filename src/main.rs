#![forbid(unsafe_code)]
//! The program. All of it is in the library beside it, which `fuzz/` uses as well.

fn main() -> std::process::ExitCode {
    cloudlet::main()
}
