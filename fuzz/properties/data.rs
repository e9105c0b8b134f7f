//! Any bytes as data, so that small changes of the bytes are small changes of the data.

use serde_json::Value;

/// How deep data may be: no deeper than envroot reads it.
const DEPTH: usize = 60;

/// The data that bytes encode; values missing at their end are null.
pub(crate) fn from(bytes: &[u8]) -> Value {
    Reader { bytes }.value(DEPTH)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Value {
        match self.byte() {
            b't' => true.into(),
            b'f' => false.into(),
            b'i' => i64::from_le_bytes(self.eight()).into(),
            b'd' => {
                let float = f64::from_le_bytes(self.eight());
                if float.is_finite() { float.into() } else { Value::Null }
            }
            b's' => self.text().into(),
            b'[' if depth > 0 => {
                let mut items = Vec::new();
                while self.goes_on(b']') {
                    items.push(self.value(depth - 1));
                }
                items.into()
            }
            b'{' if depth > 0 => {
                let mut entries = serde_json::Map::new();
                while self.goes_on(b'}') {
                    entries.insert(self.text(), self.value(depth - 1));
                }
                entries.into()
            }
            _ => Value::Null,
        }
    }

    /// Whether a collection goes on: not at its end, nor at that of the bytes.
    fn goes_on(&mut self, end: u8) -> bool {
        match self.bytes.split_first() {
            Some((first, rest)) if *first == end => {
                self.bytes = rest;
                false
            }
            Some(_) => true,
            None => false,
        }
    }

    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    fn eight(&mut self) -> [u8; 8] {
        std::array::from_fn(|_| self.byte())
    }

    /// A text up to the next byte that no UTF-8 holds.
    fn text(&mut self) -> String {
        let end = self.bytes.iter().position(|byte| *byte == 0xFF).unwrap_or(self.bytes.len());
        let text = String::from_utf8_lossy(&self.bytes[..end]).into_owned();
        self.bytes = self.bytes.get(end + 1..).unwrap_or_default();
        text
    }
}
