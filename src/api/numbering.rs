//! Names of parameters that are numbered.

/// The form of numbered names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering<'a> {
    /// The parts before and after the number.
    pub prefix: &'a str,
    pub suffix: &'a str,
    pub first: u64,
}

impl Numbering<'_> {
    pub fn name(&self, number: u64) -> String {
        format!("{}{number}{}", self.prefix, self.suffix)
    }
}

/// The numbering of names such as `fn1..fnN`, `param0..paramN` and `attribute0..attributeN_name`;
/// `None` for other names.
pub fn numbering(names: &str) -> Option<Numbering<'_>> {
    let from = |mark, first| {
        let (prefix, last) = names.split_once(mark)?;
        let suffix = last.strip_prefix(prefix)?.strip_prefix('N')?;
        Some(Numbering { prefix, suffix, first })
    };
    from("1..", 1).or_else(|| from("0..", 0))
}
