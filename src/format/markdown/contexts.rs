//! The positions of the values on a page.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Tag, TagEnd};

use super::html::{self, HtmlContext};
use super::index;
use super::structure::Structure;
use crate::format::Refusal;
use crate::format::placeholders::PLACEHOLDER;
use crate::format::shell::{self, ShellContext};

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum MarkdownContext {
    /// In running text or a table cell; `start` if it could begin a heading, a list or the like.
    Text {
        start: bool,
    },
    /// In running text, alone between `<` and `>`, where an address would be a link.
    Bracketed {
        start: bool,
    },
    /// In a code span, whether or not in a table.
    Code {
        table: bool,
    },
    /// In a block of code.
    Block,
    Shell(ShellContext),
    /// In a comment, whether or not after a hyphen.
    Comment {
        after_hyphen: bool,
    },
    /// Between the tags of an HTML block.
    Html,
    /// In the destination of a link.
    Destination,
    /// Between `<` and `>` around an address.
    Autolink,
    /// In the title of a link.
    Title,
    Refused(Refusal),
}

/// The place of a value.
pub(super) struct PageValue {
    /// Its offset in the text.
    pub(super) at: usize,
    pub(super) context: MarkdownContext,
    /// Whether it could begin a heading, a list or the like.
    begins_line: bool,
    /// Whether an ordinary word fits here, whatever it is.
    takes_words: bool,
}

/// The values of a page with placeholders.
pub(super) fn values(text: &str, structure: &Structure) -> Vec<PageValue> {
    let has_labels = !structure.definitions.is_empty() || text.contains("[^");
    let (mut values, mut from) = (Vec::new(), 0);
    let (mut begins_line, mut takes_words) = (true, true);
    for (at, _) in text.char_indices().filter(|(_, c)| index(*c).is_some()) {
        let before = &text[from..at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        begins_line = (begins_line || line.len() < before.len()) && line.chars().all(opens_block);
        // No word can be a part of a label, a character reference, a tag or a formula.
        let paragraph = before.rsplit("\n\n").next().unwrap_or_default();
        takes_words = (takes_words || paragraph.len() < before.len())
            && !paragraph.contains(['<', '&', '$'])
            && !(has_labels && paragraph.contains('['));
        let takes_words = takes_words && !before.ends_with('[');
        values.push(PageValue { at, context: NOT_SHOWN, begins_line, takes_words });
        from = at;
    }
    ContextReader { text, values: &mut values, table: false, raw: false }.read(structure);
    values
}

impl PageValue {
    /// Returns true if a text changes nothing but itself, whatever is beside it.
    pub(super) fn takes(&self, text: &str) -> bool {
        let is_refused = matches!(self.context, MarkdownContext::Refused(_));
        let begins_list = self.begins_line && text.starts_with(|c: char| c.is_ascii_digit());
        self.takes_words && !is_refused && !begins_list && is_plain_word(text)
    }
}

/// Returns true if Markdown reads each character of a text as a letter in any position that takes
/// words.
fn is_plain_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    is_letter(bytes.first())
        && is_letter(bytes.last())
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'-' | b'.' | b'/' | b':' => true,
            b'_' => is_letter(bytes.get(at - 1)) && is_letter(bytes.get(at + 1)),
            byte => byte.is_ascii_alphanumeric(),
        })
}

/// Finds the positions of values by the strings of a structure.
struct ContextReader<'a> {
    text: &'a str,
    values: &'a mut [PageValue],
    /// Whether the current position is in a table.
    table: bool,
    /// Whether it is in an element whose text is not HTML.
    raw: bool,
}

impl ContextReader<'_> {
    fn read(&mut self, structure: &Structure) {
        // The block of code around the position, and its shell.
        let mut block: Option<Option<&str>> = None;
        let mut in_autolink = false;
        for event in &structure.events {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    self.set(info, |_| IN_INFO);
                    block = Some(shell::language(info));
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => block = Some(None),
                Event::End(TagEnd::CodeBlock) => block = None,
                Event::Start(Tag::Table(_)) => self.table = true,
                Event::End(TagEnd::Table) => self.table = false,
                Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                    in_autolink = matches!(link_type, LinkType::Autolink | LinkType::Email);
                    self.link(dest_url, title, id, *link_type);
                }
                Event::End(TagEnd::Link) => in_autolink = false,
                Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                    self.link(dest_url, title, id, *link_type);
                }
                Event::Start(Tag::FootnoteDefinition(label)) | Event::FootnoteReference(label) => {
                    self.set(label, |_| IN_LABEL);
                }
                Event::Text(text) => match block {
                    Some(Some(language)) => self.shell(language, text),
                    Some(None) => self.set(text, |_| MarkdownContext::Block),
                    None if in_autolink => self.set(text, |_| MarkdownContext::Autolink),
                    None => self.running_text(text),
                },
                Event::Code(text) => {
                    let table = self.table;
                    self.set(text, |_| MarkdownContext::Code { table });
                }
                Event::Html(text) => self.html(text),
                Event::InlineHtml(tag) => self.inline_html(tag),
                Event::InlineMath(text) | Event::DisplayMath(text) => {
                    self.set(text, |_| IN_FORMULA);
                }
                _ => {}
            }
        }
        for definition in &structure.definitions {
            self.set(&definition.label, |_| IN_LABEL);
            self.set(&definition.destination, |_| MarkdownContext::Destination);
            self.set(&definition.title, |_| MarkdownContext::Title);
        }
        self.refuse_after_backslash();
    }

    /// Sets the positions of the values in a string.
    fn set(&mut self, text: &str, context: impl Fn(usize) -> MarkdownContext) {
        for (at, c) in text.char_indices() {
            if let Some(value) = index(c).and_then(|index| self.values.get_mut(index)) {
                value.context = context(at);
            }
        }
    }

    fn link(&mut self, destination: &str, title: &str, label: &str, link_type: LinkType) {
        self.set(label, |_| IN_LABEL);
        let is_inline = matches!(link_type, LinkType::Inline);
        let here = |context| if is_inline { context } else { NOT_SHOWN };
        self.set(destination, |_| here(MarkdownContext::Destination));
        self.set(title, |_| here(MarkdownContext::Title));
    }

    fn running_text(&mut self, text: &str) {
        if self.raw {
            return self.set(text, |_| IN_TAG);
        }
        for index in text.chars().filter_map(index) {
            if let Some(value) = self.values.get_mut(index) {
                let start = value.begins_line;
                let rest = &self.text[value.at..];
                let is_bracketed =
                    self.text[..value.at].ends_with('<') && rest.chars().nth(1) == Some('>');
                value.context = match is_bracketed {
                    true => MarkdownContext::Bracketed { start },
                    false => MarkdownContext::Text { start },
                };
            }
        }
    }

    fn shell(&mut self, language: &str, code: &str) {
        let with_placeholders =
            code.chars().map(|c| if index(c).is_some() { PLACEHOLDER } else { c });
        let contexts = shell::contexts(language, &with_placeholders.collect::<String>());
        for (value, context) in code.chars().filter_map(index).zip(contexts) {
            if let Some(value) = self.values.get_mut(value) {
                value.context = context.map_or(MarkdownContext::Block, MarkdownContext::Shell);
            }
        }
    }

    fn html(&mut self, text: &str) {
        let contexts = html::contexts(text);
        self.set(text, |at| {
            let index = contexts.partition_point(|(start, _)| *start <= at);
            match contexts[index - 1].1 {
                HtmlContext::Text => MarkdownContext::Html,
                HtmlContext::Comment => comment(&text[..at]),
                HtmlContext::Refused => IN_TAG,
            }
        });
    }

    fn inline_html(&mut self, tag: &str) {
        let is_comment = tag.starts_with("<!--");
        self.set(tag, |at| if is_comment { comment(&tag[..at]) } else { IN_TAG });
        if html::is_raw(html::tag_name(tag)) {
            self.raw = !tag.starts_with("</");
        }
    }

    /// Refuses values whose first character a backslash would escape.
    fn refuse_after_backslash(&mut self) {
        for value in &mut *self.values {
            let before = &self.text[..value.at];
            let backslashes = before.len() - before.trim_end_matches('\\').len();
            let escapes = matches!(
                value.context,
                MarkdownContext::Text { .. }
                    | MarkdownContext::Bracketed { .. }
                    | MarkdownContext::Title
                    | MarkdownContext::Destination
                    | MarkdownContext::Autolink
            );
            if escapes && backslashes % 2 == 1 {
                value.context = AFTER_BACKSLASH;
            }
        }
    }
}

fn comment(before: &str) -> MarkdownContext {
    MarkdownContext::Comment { after_hyphen: before.ends_with('-') }
}

/// Returns true if a character can precede a value that begins a heading or a list item.
fn opens_block(c: char) -> bool {
    index(c).is_some()
        || matches!(c, ' ' | '\t' | '>' | '-' | '+' | '*' | '#' | '.' | ')')
        || c.is_ascii_digit()
}

const NOT_SHOWN: MarkdownContext = MarkdownContext::Refused(Refusal {
    reason: "a value is not shown at this position, or several links share it",
    help: "write the link or the cell where the value belongs",
});
const IN_INFO: MarkdownContext = MarkdownContext::Refused(Refusal {
    reason: "the language of a code block cannot be a template string",
    help: "write the language out",
});
const IN_LABEL: MarkdownContext = MarkdownContext::Refused(Refusal {
    reason: "labels of links and footnotes cannot contain template strings",
    help: "write the label out",
});
const IN_FORMULA: MarkdownContext = MarkdownContext::Refused(Refusal {
    reason: "formulas cannot contain template strings",
    help: "write `\\$` for a dollar sign",
});
const IN_TAG: MarkdownContext = MarkdownContext::Refused(Refusal {
    reason: "HTML tags cannot contain template strings",
    help: "write Markdown instead of HTML",
});
const AFTER_BACKSLASH: MarkdownContext = MarkdownContext::Refused(Refusal {
    reason: "a value follows a backslash",
    help: "double the backslash",
});
