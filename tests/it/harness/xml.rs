//! Reads XML strictly. A document that is not well-formed fails the test. Attributes are not
//! supported, because replies have none.

/// An element: its name, and either text or elements inside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// Reads a whole document. Returns what is wrong with it if it is not well-formed.
    pub fn parse(document: &str) -> Result<Element, String> {
        let mut reader = Reader { rest: document };
        let root = reader.element()?;
        if reader.rest.is_empty() {
            Ok(root)
        } else {
            Err(format!("something follows the root: {}", reader.rest))
        }
    }

    /// The only child with this name.
    pub fn child(&self, name: &str) -> &Element {
        let mut found = self.all(name);
        let first = found.next().unwrap_or_else(|| panic!("no {name} in {self:?}"));
        assert!(found.next().is_none(), "more than one {name} in {self:?}");
        first
    }

    /// The text of the only child with this name.
    pub fn field(&self, name: &str) -> &str {
        &self.child(name).text
    }

    /// The text of the only child with this name, as a number.
    pub fn number(&self, name: &str) -> i64 {
        self.field(name).parse().unwrap_or_else(|_| panic!("{name} is no number: {self:?}"))
    }

    /// All children with this name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn element(&mut self) -> Result<Element, String> {
        let name = self.tag("<")?.to_owned();
        let is_name = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
        if name.is_empty() || !name.chars().all(is_name) {
            return Err(format!("<{name}> is no plain tag"));
        }
        let mut element = Element { name, ..Element::default() };
        loop {
            let text_end = self.rest.find('<').ok_or_else(|| format!("{} is not closed", element.name))?;
            element.text.push_str(&unescaped(&self.rest[..text_end])?);
            self.rest = &self.rest[text_end..];
            if self.rest.starts_with("</") {
                let closed = self.tag("</")?;
                return if closed == element.name {
                    Ok(element)
                } else {
                    Err(format!("{} is closed by {closed}", element.name))
                };
            }
            element.children.push(self.element()?);
        }
    }

    fn tag(&mut self, open: &str) -> Result<&'a str, String> {
        let inside =
            self.rest.strip_prefix(open).ok_or_else(|| format!("{open} is expected at: {}", self.rest))?;
        let (name, rest) =
            inside.split_once('>').ok_or_else(|| format!("a tag without an end: {}", self.rest))?;
        self.rest = rest;
        Ok(name)
    }
}

fn unescaped(text: &str) -> Result<String, String> {
    let forbidden = |letter: char| matches!(letter, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) {
        return Err(format!("a character that XML cannot carry: {text:?}"));
    }
    let mut plain = String::with_capacity(text.len());
    let mut pieces = text.split('&');
    plain.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let (entity, rest) = piece.split_once(';').ok_or_else(|| format!("a bare & in {text}"))?;
        plain.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            "#13" => '\r',
            _ => return Err(format!("the unknown entity &{entity};")),
        });
        plain.push_str(rest);
    }
    Ok(plain)
}

#[test]
fn only_well_formed_documents_are_read() {
    let document = Element::parse("<a><b>1 &lt; 2</b><b></b><c><d>x</d></c></a>").unwrap();
    assert_eq!(document.all("b").map(|b| b.text.as_str()).collect::<Vec<_>>(), ["1 < 2", ""]);
    assert_eq!(document.child("c").field("d"), "x");
    for wrong in [
        "",
        "<a>",
        "<a></b>",
        "<a></a> ",
        "<a/>",
        "<a>&</a>",
        "<a x='1'></a>",
        "<a>\u{1}</a>",
        "<?xml?><a></a>",
    ] {
        assert!(Element::parse(wrong).is_err(), "{wrong:?}");
    }
}
