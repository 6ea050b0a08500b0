//! Help text and manual page, made from the table of commands.

use super::arguments::Arguments;
use super::{COMMANDS, Command, Result, print};
use crate::config::SETTINGS;

const COMMON: &str = "\
Every command takes
  --data DIR       directory of files and database (default ./cloudlet-data, or CLOUDLET_DATA)
  --config FILE    settings file (default cloudlet.toml in the data directory, or CLOUDLET_CONFIG)
  --SETTING VALUE  a setting, for example --listen 0.0.0.0:8080 (\"cloudlet config\" lists all)
Settings also come from the environment, as CLOUDLET_SETTING, and from the settings file.
A flag overrides both.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done except for some files and folders, which are
listed (backup, restore).
";

/// The command `help`.
pub fn show(arguments: &Arguments) -> Result<()> {
    print(&if arguments.has("man") { manual_page() } else { text() })
}

fn synopsis(command: &Command) -> String {
    let mut text = format!("cloudlet {}", command.name);
    let options = command.options.iter().map(|option| format!("[--{option} {}]", option.to_uppercase()));
    let switches = command.switches.iter().map(|switch| format!("[--{switch}]"));
    let argument = (!command.arguments.is_empty()).then(|| command.arguments.to_owned());
    for part in argument.into_iter().chain(options).chain(switches) {
        text.push(' ');
        text.push_str(&part);
    }
    text
}

fn text() -> String {
    let commands =
        COMMANDS.iter().map(|command| format!("  {}\n      {}\n", synopsis(command), command.help.trim()));
    format!(
        "cloudlet {}: a personal cloud that speaks the FileCloud API\n\n{}\n{COMMON}",
        env!("CARGO_PKG_VERSION"),
        commands.collect::<String>()
    )
}

/// The manual page for man(1), in the macros of man(7).
fn manual_page() -> String {
    let escaped = |text: &str| text.trim().replace('\\', "\\e").replace('-', "\\-").replace("\n.", "\n\\&.");
    let mut page = format!(
        ".TH CLOUDLET 1 \"\" \"cloudlet {}\"\n.SH NAME\ncloudlet \\- a personal cloud that speaks the FileCloud API\n.SH COMMANDS\n",
        env!("CARGO_PKG_VERSION")
    );
    for command in COMMANDS {
        page.push_str(&format!(".TP\n.B {}\n{}\n", escaped(&synopsis(command)), escaped(command.help)));
    }
    page.push_str(&format!(".SH OPTIONS\n.nf\n{}\n.fi\n.SH SETTINGS\n", escaped(COMMON)));
    for setting in SETTINGS {
        page.push_str(&format!(
            ".TP\n.B {}\n{} Default: {}\n",
            escaped(setting.name),
            escaped(setting.help),
            escaped(setting.default)
        ));
    }
    page
}
