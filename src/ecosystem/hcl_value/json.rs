//! Reads JSON in a heredoc or a string, where it may become JSON only after Terraform has filled it in.

use std::ops::Range;

use super::own::HOLE;
use super::reader::{LineStarts, is_plain};
use super::{HclObject, HclText, HclValue, TextPart};

/// The deepest nesting that is read.
const DEEPEST: usize = 64;

/// The value of a range of a file, with some ranges that only Terraform knows; `None` if it is not JSON.
pub(super) fn read(
    lines: &LineStarts<'_>,
    range: Range<usize>,
    holes: &[Range<usize>],
) -> Option<HclValue> {
    let mut characters = Vec::new();
    let mut places = Vec::new();
    let mut hole = holes.iter().peekable();
    for (at, character) in lines.text[range.clone()].char_indices() {
        let at = range.start + at;
        while hole.next_if(|hole| hole.end <= at).is_some() {}
        match hole.peek() {
            Some(hole) if hole.start < at && hole.contains(&at) => continue,
            Some(hole) if hole.start == at => characters.push(HOLE),
            _ => characters.push(character),
        }
        places.push(at);
    }
    value(JsonReader { characters, at: 0, place: TextPlace::In(lines, places) })
}

/// The value of a string that begins on a line.
pub(super) fn of_string(line: usize, string: &str) -> Option<HclValue> {
    value(JsonReader { characters: string.chars().collect(), at: 0, place: TextPlace::On(line) })
}

fn value(mut reader: JsonReader<'_>) -> Option<HclValue> {
    if !matches!(reader.next()?, '{' | '[') {
        return None;
    }
    let value = reader.value(DEEPEST)?;
    reader.next().is_none().then_some(value)
}

struct JsonReader<'t> {
    characters: Vec<char>,
    /// The number of characters that are read.
    at: usize,
    place: TextPlace<'t>,
}

/// Where the characters are.
enum TextPlace<'t> {
    /// In a file, each at a place.
    In(&'t LineStarts<'t>, Vec<usize>),
    /// In a string with escapes on a line.
    On(usize),
}

impl JsonReader<'_> {
    /// The next character that is no blank, which is not read yet.
    fn next(&mut self) -> Option<char> {
        while self.characters.get(self.at)?.is_whitespace() {
            self.at += 1;
        }
        Some(self.characters[self.at])
    }

    fn line(&self) -> usize {
        match &self.place {
            TextPlace::In(lines, places) => places.get(self.at).map_or(0, |at| lines.line(*at)),
            TextPlace::On(line) => *line,
        }
    }

    fn value(&mut self, depth: usize) -> Option<HclValue> {
        match self.next()? {
            '{' if depth > 0 => self.object(depth - 1),
            '[' if depth > 0 => self.list(depth - 1),
            '"' => self.string().map(HclValue::Text),
            HOLE => {
                self.at += 1;
                Some(HclValue::Unknown)
            }
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<HclValue> {
        let mut object = HclObject::new(self.line());
        self.at += 1;
        loop {
            match self.next()? {
                '}' => break,
                ',' => self.at += 1,
                HOLE => {
                    object.is_open = true;
                    self.at += 1;
                }
                '"' => {
                    let key = self.string()?;
                    if self.next()? != ':' {
                        return None;
                    }
                    self.at += 1;
                    object.items.push((key, self.value(depth)?));
                }
                _ => return None,
            }
        }
        self.at += 1;
        Some(HclValue::Object(object))
    }

    fn list(&mut self, depth: usize) -> Option<HclValue> {
        let mut list = Vec::new();
        self.at += 1;
        loop {
            match self.next()? {
                ']' => break,
                ',' => self.at += 1,
                _ => list.push(self.value(depth)?),
            }
        }
        self.at += 1;
        Some(HclValue::List(list))
    }

    fn string(&mut self) -> Option<HclText> {
        let (line, start) = (self.line(), self.at + 1);
        let mut end = start;
        loop {
            match self.characters.get(end)? {
                '"' => break,
                '\n' => return None,
                '\\' => end += 2,
                _ => end += 1,
            }
        }
        let content: String = self.characters[start..end].iter().collect();
        let quote = std::mem::replace(&mut self.at, end + 1);
        if let TextPlace::In(lines, places) = &self.place
            && is_plain(&content)
            && !content.contains(HOLE)
        {
            return Some(HclText { line, parts: vec![TextPart::At(lines.spot(places[quote]))] });
        }
        let decoded = serde_json::from_str(&format!("\"{content}\"")).unwrap_or(content);
        let mut parts = Vec::new();
        for literal in decoded.split(HOLE) {
            parts.push(TextPart::Literal(literal.to_owned()));
            parts.push(TextPart::Hole);
        }
        parts.pop();
        Some(HclText { line, parts })
    }

    /// A number, a boolean or `null`.
    fn word(&mut self) -> Option<HclValue> {
        let (line, start) = (self.line(), self.at);
        let continues = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        while self.characters.get(self.at).is_some_and(|it| continues(*it)) {
            self.at += 1;
        }
        let word: String = self.characters[start..self.at].iter().collect();
        match word.as_str() {
            "" => None,
            "null" => Some(HclValue::Null),
            _ => Some(HclValue::Text(HclText::literal(line, word))),
        }
    }
}
