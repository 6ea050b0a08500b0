//! Packs the portals' files and parts of the API's description into the program. Scripts lose
//! their comments, each file is compressed once, and all lie below one hash of their contents, so
//! that browsers may cache them forever.

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[expect(dead_code, reason = "the tests use items that the build does not")]
#[path = "build/javascript.rs"]
mod javascript;
#[expect(dead_code, reason = "the program uses what the build does not")]
#[path = "src/base/language.rs"]
mod language;
#[expect(dead_code, reason = "the program uses what the build does not")]
#[path = "src/portal/pages.rs"]
mod pages;

const FOLDER: &str = "src/portal/static";
const SAMPLES: &str = "src/api/samples.json";
const HOT_FUNCTIONS: &str = "build/hot_functions.ld";
const COMPONENTS: &str = "src/api/document/components.json";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed={SAMPLES}");
    println!("cargo::rerun-if-changed={COMPONENTS}");
    println!("cargo::rerun-if-changed=src/portal/pages.rs");
    println!("cargo::rerun-if-changed=src/base/language.rs");
    println!("cargo::rerun-if-changed=build/javascript.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("samples.json.gz"), packed(&fs::read(SAMPLES)?)?)?;
    fs::write(out.join("components.json.gz"), packed(&fs::read(COMPONENTS)?)?)?;
    let mut names = Vec::new();
    collect(Path::new(FOLDER), "", &mut names)?;
    names.sort();
    let mut hasher = Sha256::new();
    for name in &names {
        hasher.update(name.as_bytes());
        hasher.update(shipped(name)?);
    }
    let hash: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let names: Vec<&str> =
        names.iter().map(String::as_str).filter(|name| !pages::is_template(name)).collect();
    let mut assets = Vec::new();
    for name in &names {
        assets.push(asset(&out, name, &shipped(name)?)?);
    }
    let of_user_portal: Vec<&str> = names.into_iter().filter(|name| pages::is_of_user_portal(name)).collect();
    let mut filled = Vec::new();
    for page in pages::PAGES {
        let text = String::from_utf8(shipped(page.file)?).map_err(io::Error::other)?;
        let codes = language::Language::ALL.map(language::Language::code);
        // A page without words is the same in all languages.
        for language in if pages::has_words(page) { &codes[..] } else { &codes[..1] } {
            let text = pages::filled(&text, page, &hash, &of_user_portal, language);
            filled.push(asset(&out, &pages::packed_name(page, language), text.as_bytes())?);
        }
    }
    write_translations(&out)?;
    keep_hot_functions_together()?;
    let (assets, pages) = (table("ASSETS", &assets), table("PAGES", &filled));
    fs::write(out.join("assets.rs"), format!("pub const HASH: &str = {hash:?};\n{assets}{pages}"))
}

/// Lets the linker put the functions that a start and usual calls run next to each other, so that
/// less of the program is in memory. The script adds a section to the linker's own order.
fn keep_hot_functions_together() -> io::Result<()> {
    println!("cargo::rerun-if-changed={HOT_FUNCTIONS}");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|set| set == value);
    if is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux") {
        let script = fs::canonicalize(HOT_FUNCTIONS)?;
        println!("cargo::rustc-link-arg-bin=cloudlet=-T{}", script.display());
    }
    Ok(())
}

fn table(name: &str, lines: &[String]) -> String {
    format!("pub static {name}: [Asset; {}] = [\n{}];\n", lines.len(), lines.concat())
}

/// The content of a file as browsers get it.
fn shipped(name: &str) -> io::Result<Vec<u8>> {
    let bytes = fs::read(Path::new(FOLDER).join(name))?;
    if !name.ends_with(".js") {
        return Ok(bytes);
    }
    let script = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(javascript::without_comments(&script).into_bytes())
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name =
            entry.file_name().into_string().map_err(|_| io::Error::other("an asset's name is not UTF-8"))?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), names)?;
        } else {
            names.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

/// Writes a file's packed bytes; the line of the table that includes them.
fn asset(out: &Path, name: &str, bytes: &[u8]) -> io::Result<String> {
    let packed = packed(bytes)?;
    // Pictures are compressed already.
    let is_packed = packed.len() < bytes.len();
    let file = out.join(format!("{}.asset", name.replace('/', "!")));
    fs::write(&file, if is_packed { &packed } else { bytes })?;
    let content = match is_packed {
        true => format!("Packed(include_bytes!({file:?}), WhileUsed::new())"),
        false => format!("Plain(include_bytes!({file:?}))"),
    };
    Ok(format!("    Asset {{ name: {name:?}, content: AssetContent::{content} }},\n"))
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Packs the texts of each language, and writes the table that includes them.
fn write_translations(out: &Path) -> io::Result<()> {
    let mut lines = String::new();
    for language in language::Language::ALL.map(language::Language::code) {
        let file = out.join(format!("translations.{language}.gz"));
        fs::write(&file, packed(translations(language)?.as_bytes())?)?;
        lines += &format!("({language:?}, include_bytes!({file:?}).as_slice()), ");
    }
    fs::write(out.join("translations.rs"), format!("&[{lines}]"))
}

/// The texts of the portals in a language, as the operation `getuitranslations` sends them.
fn translations(language: &str) -> io::Result<String> {
    let mut xml = String::from("<translations>");
    for bundle in ["", "portal.", "search.", "notices.", "share.", "public.", "details.", "signup."] {
        let path = format!("{FOLDER}/shared/messages/{bundle}{language}.json");
        let texts: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&fs::read_to_string(&path)?)?;
        for (key, value) in &texts {
            // If a text has several plural forms, this is the general one.
            let text = value.as_str().or_else(|| value["other"].as_str());
            let text = text.ok_or_else(|| io::Error::other(format!("{path}: {key} has no text")))?;
            let (key, text) = (escaped(key), escaped(text));
            xml += &format!("<translation><key>{key}</key><value>{text}</value></translation>");
        }
    }
    Ok(xml + "</translations>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
