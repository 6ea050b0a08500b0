//! POSIX access control lists in the kernel's format, from `system.posix_acl_access` and
//! `system.posix_acl_default`: a version of four bytes, then eight bytes for each entry with tag,
//! permissions, and the id of a named user or group (acl(5)).

const VERSION: [u8; 4] = 2u32.to_le_bytes();
const ENTRY_BYTES: usize = 8;
const OWNER: u16 = 0x01;
const GROUP: u16 = 0x04;
const MASK: u16 = 0x10;
const OTHERS: u16 = 0x20;

/// An access control list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Acl(Vec<u8>);

impl Acl {
    /// Reads a list. `None` if it does not have Linux's version.
    pub fn parse(bytes: Vec<u8>) -> Option<Acl> {
        let entries = bytes.strip_prefix(&VERSION)?;
        let is_whole = !entries.is_empty() && entries.len() % ENTRY_BYTES == 0;
        is_whole.then_some(Acl(bytes))
    }

    /// The bytes in the kernel's format.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The list of an entry that is created with a mode in a folder with this default list. The
    /// mode limits the rights, as in the kernel's `posix_acl_create`, and the umask does not count.
    pub fn of_new_entry(&self, mode: u32) -> Acl {
        let group = if self.permissions(MASK).is_some() { MASK } else { GROUP };
        let mut bytes = self.0.clone();
        for entry in bytes[VERSION.len()..].chunks_exact_mut(ENTRY_BYTES) {
            let tag = u16::from_le_bytes([entry[0], entry[1]]);
            let class = match tag {
                OWNER => mode >> 6,
                OTHERS => mode,
                _ if tag == group => mode >> 3,
                _ => 0o7,
            };
            entry[2] &= (class & 0o7) as u8;
        }
        Acl(bytes)
    }

    /// The permission bits that grant no more than this list grants to the owner, the group and all
    /// others. The bits that the kernel shows for an entry with a list differ: its group bits are
    /// the list's mask.
    pub fn mode(&self) -> u32 {
        let of = |tag| self.permissions(tag).unwrap_or(0);
        of(OWNER) << 6 | (of(GROUP) & self.permissions(MASK).unwrap_or(0o7)) << 3 | of(OTHERS)
    }

    fn permissions(&self, wanted: u16) -> Option<u32> {
        let mut entries = self.0[VERSION.len()..].chunks_exact(ENTRY_BYTES);
        let found = entries.find(|entry| u16::from_le_bytes([entry[0], entry[1]]) == wanted)?;
        Some(u32::from(u16::from_le_bytes([found[2], found[3]])) & 0o7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMED_USER: u16 = 0x02;

    fn acl(entries: &[(u16, u8)]) -> Acl {
        let mut bytes = VERSION.to_vec();
        for (tag, permissions) in entries {
            bytes.extend_from_slice(&tag.to_le_bytes());
            bytes.extend_from_slice(&[*permissions, 0]);
            bytes.extend_from_slice(&if *tag == NAMED_USER { 1000 } else { u32::MAX }.to_le_bytes());
        }
        Acl::parse(bytes).unwrap()
    }

    #[test]
    fn the_mask_never_becomes_the_right_of_the_group() {
        for (group, mask, mode) in [(0, 7, 0o704), (6, 4, 0o744), (7, 0, 0o704), (5, 7, 0o754)] {
            let list = acl(&[(OWNER, 7), (NAMED_USER, 6), (GROUP, group), (MASK, mask), (OTHERS, 4)]);
            assert_eq!(list.mode(), mode, "{group} {mask}");
        }
        assert_eq!(acl(&[(OWNER, 6), (GROUP, 4), (OTHERS, 0)]).mode(), 0o640);
    }

    #[test]
    fn the_mode_of_a_new_entry_limits_owner_mask_and_others() {
        let of = |owner, user, group, mask, others| {
            acl(&[(OWNER, owner), (NAMED_USER, user), (GROUP, group), (MASK, mask), (OTHERS, others)])
        };
        let default = of(7, 7, 5, 7, 5);
        assert_eq!(default.of_new_entry(0o666), of(6, 7, 5, 6, 4));
        assert_eq!(default.of_new_entry(0o777), default);
        assert_eq!(default.of_new_entry(0o600), of(6, 7, 5, 0, 0));
        // Without a mask, the mode limits the group itself.
        let plain = acl(&[(OWNER, 7), (GROUP, 7), (OTHERS, 7)]);
        assert_eq!(plain.of_new_entry(0o640), acl(&[(OWNER, 6), (GROUP, 4), (OTHERS, 0)]));
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let cut = [VERSION.as_slice(), &[1, 0, 7]].concat();
        for bytes in [vec![], vec![2, 0], VERSION.to_vec(), cut, vec![1, 0, 0, 0, 1, 0, 7, 0, 0, 0, 0, 0]] {
            assert_eq!(Acl::parse(bytes), None);
        }
    }
}
