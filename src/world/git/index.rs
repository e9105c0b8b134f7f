//! The paths that Git's index calls unmerged, read without Git.
//!
//! Every command that merges records what it could not merge in the index, but only some of them
//! leave a `MERGE_HEAD` behind. Reading the index costs less than starting Git.

/// The paths with a version that is not merged, each once; `None` for an index that only Git can
/// read, such as one that is split over two files.
pub(super) fn unmerged(index: &[u8]) -> Option<Vec<Vec<u8>>> {
    // The length of an object's name depends on the repository. A wrong one never fits to the end.
    [SHA_1, SHA_256].into_iter().find_map(|length| IndexReader { rest: index }.paths(length))
}

const SHA_1: usize = 20;
const SHA_256: usize = 32;
/// The times, the device, the mode, the owner and the size of a file.
const STATUS: usize = 40;

struct IndexReader<'a> {
    rest: &'a [u8],
}

impl<'a> IndexReader<'a> {
    fn paths(mut self, object_length: usize) -> Option<Vec<Vec<u8>>> {
        (self.take(4)? == b"DIRC").then_some(())?;
        let version = self.number()?;
        (2..=4).contains(&version).then_some(())?;
        let mut paths: Vec<Vec<u8>> = Vec::new();
        let mut path = Vec::new();
        for _ in 0..self.number()? {
            let stage = self.entry(version, object_length, &mut path)?;
            if stage > 0 && paths.last() != Some(&path) {
                paths.push(path.clone());
            }
        }
        self.extensions(object_length).then_some(paths)
    }

    /// Reads an entry and returns its stage. `path` is that of the entry before.
    fn entry(&mut self, version: u32, object_length: usize, path: &mut Vec<u8>) -> Option<u16> {
        let start = self.rest.len();
        self.take(STATUS + object_length)?;
        let flags = self.flags()?;
        if flags & 0x4000 != 0 {
            self.flags()?;
        }
        if version == 4 {
            let dropped = self.variable()?;
            path.truncate(path.len().checked_sub(dropped)?);
        } else {
            path.clear();
        }
        let length = memchr::memchr(0, self.rest)?;
        path.extend_from_slice(self.take(length)?);
        // One NUL in version 4; before, as many as make the length a multiple of eight.
        let read = start - self.rest.len();
        self.take(if version == 4 { 1 } else { 8 - read % 8 })?;
        Some(flags >> 12 & 3)
    }

    /// Returns true if only extensions that add nothing to the entries follow, and the checksum.
    fn extensions(mut self, object_length: usize) -> bool {
        while self.rest.len() > object_length {
            let Some(name) = self.take(4) else { return false };
            let adds_nothing = name[0].is_ascii_uppercase() || name == b"sdir";
            let skipped = self.number().and_then(|length| self.take(length as usize));
            if !adds_nothing || skipped.is_none() {
                return false;
            }
        }
        self.rest.len() == object_length
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn flags(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    /// A number in as many bytes as it needs, as in the offsets of a pack file.
    fn variable(&mut self) -> Option<usize> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7F);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7F);
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of version 2 with a path in some stages.
    fn index(entries: &[(&str, u16)], object_length: usize, extension: &[u8]) -> Vec<u8> {
        let mut index = b"DIRC\0\0\0\x02".to_vec();
        index.extend((entries.len() as u32).to_be_bytes());
        for (path, stage) in entries {
            let start = index.len();
            index.resize(start + STATUS + object_length, 7);
            index.extend((stage << 12 | path.len() as u16).to_be_bytes());
            index.extend(path.as_bytes());
            index.resize(start + (index.len() - start) / 8 * 8 + 8, 0);
        }
        index.extend(extension);
        index.resize(index.len() + object_length, 9);
        index
    }

    #[test]
    fn the_paths_in_several_stages_are_found() {
        for length in [SHA_1, SHA_256] {
            let clean = index(&[("a", 0), ("b/c", 0)], length, b"");
            assert_eq!(unmerged(&clean), Some(Vec::new()));
            let entries = [("a", 0), ("b", 1), ("b", 2), ("b", 3), ("longer/path.tf", 2)];
            let found = unmerged(&index(&entries, length, b"TREE\0\0\0\x02xx")).unwrap();
            assert_eq!(found, [b"b".to_vec(), b"longer/path.tf".to_vec()]);
        }
    }

    #[test]
    fn an_index_that_is_not_understood_is_left_to_git() {
        let whole = index(&[("a", 0), ("b", 1)], SHA_1, b"");
        assert_eq!(unmerged(&index(&[("a", 0)], SHA_1, b"link\0\0\0\0")), None);
        for length in 0..whole.len() {
            assert_eq!(unmerged(&whole[..length]), None, "{length}");
        }
        for (at, byte) in [(0, b'X'), (7, 5), (7, 1), (11, 9), (8, 255)] {
            let mut damaged = whole.clone();
            damaged[at] = byte;
            assert_eq!(unmerged(&damaged), None, "{at}");
        }
    }
}
