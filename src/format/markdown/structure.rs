//! The structure of a page, as a Markdown parser reads it.

use std::borrow::Cow;
use std::iter;
use std::mem::discriminant;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

/// Everything that a reader of a page sees or follows.
pub(super) struct Structure {
    pub(super) events: Vec<Event<'static>>,
    pub(super) definitions: Vec<Definition>,
}

/// The definition of a link's address.
#[derive(PartialEq)]
pub(super) struct Definition {
    pub(super) label: String,
    pub(super) destination: String,
    pub(super) title: String,
}

impl Structure {
    pub(super) fn of(text: &str) -> Structure {
        let parser = parser(text);
        let definitions = definitions(&parser);
        Structure { events: merged(parser).map(Event::into_static).collect(), definitions }
    }

    /// Returns true if a page has this structure with every string changed, but for differences that
    /// no reader sees: blanks between words, and paragraphs without text.
    pub(super) fn is_of(&self, page: &str, change: &dyn Fn(&str) -> Cow<'_, str>) -> bool {
        let parser = parser(page);
        let expected = self.definitions.iter().map(|it| Definition {
            label: without_blanks(change(&it.label)).into_owned(),
            destination: change(&it.destination).into_owned(),
            title: without_blanks(change(&it.title)).into_owned(),
        });
        let found = definitions(&parser).into_iter().map(|it| Definition {
            label: without_blanks(it.label.into()).into_owned(),
            destination: it.destination,
            title: without_blanks(it.title.into()).into_owned(),
        });
        let events = self.events.iter().map(|event| changed(event, change));
        expected.eq(found) && visible(events).eq(visible(merged(parser)))
    }
}

fn parser(text: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    Parser::new_ext(text, options)
}

/// The definitions of a page, in the order of its text.
fn definitions(parser: &Parser<'_>) -> Vec<Definition> {
    let mut spans: Vec<_> = parser.reference_definitions().iter().collect();
    spans.sort_by_key(|(_, definition)| definition.span.start);
    let definitions = spans.into_iter().map(|(label, definition)| Definition {
        label: label.to_owned(),
        destination: definition.dest.to_string(),
        title: definition.title.as_deref().unwrap_or_default().to_owned(),
    });
    definitions.collect()
}

/// The events with one text in place of several in a row.
fn merged<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut events = events.peekable();
    iter::from_fn(move || {
        let event = events.next()?;
        let kind = discriminant(&event);
        let next = || events.next_if(|next| discriminant(next) == kind).and_then(string);
        Some(match event {
            Event::Text(first) => Event::Text(joined(first, next)),
            Event::Html(first) => Event::Html(joined(first, next)),
            event => event,
        })
    })
}

/// The text of a text or of a line of HTML.
fn string(event: Event<'_>) -> Option<CowStr<'_>> {
    match event {
        Event::Text(text) | Event::Html(text) => Some(text),
        _ => None,
    }
}

fn joined<'a>(first: CowStr<'a>, mut next: impl FnMut() -> Option<CowStr<'a>>) -> CowStr<'a> {
    let Some(second) = next() else { return first };
    let mut all = [&*first, &*second].concat();
    while let Some(text) = next() {
        all.push_str(&text);
    }
    all.into()
}

/// The events without differences that no reader sees.
fn visible<'a>(events: impl Iterator<Item = Event<'a>>) -> impl Iterator<Item = Event<'a>> {
    let mut in_code = false;
    let shown = events.filter_map(move |event| {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            _ => {}
        }
        match event {
            Event::Text(text) => {
                let text = if in_code { text } else { without_blanks(text.into()).into() };
                (!text.is_empty()).then_some(Event::Text(text))
            }
            event => Some(event),
        }
    });
    let mut shown = shown.peekable();
    iter::from_fn(move || {
        loop {
            let event = shown.next()?;
            let opens = event == Event::Start(Tag::Paragraph);
            if !opens || shown.next_if_eq(&Event::End(TagEnd::Paragraph)).is_none() {
                return Some(event);
            }
        }
    })
}

/// A text with one blank between two words, and none around them.
fn without_blanks(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_clean = !text.contains('\n') && !text.contains("  ");
    if is_clean && bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ') {
        return text;
    }
    let words = text.split([' ', '\n']).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// An event with every string changed.
fn changed<'a>(event: &'a Event<'static>, change: &dyn Fn(&str) -> Cow<'_, str>) -> Event<'a> {
    let change = |text: &'a CowStr<'static>| CowStr::from(change(text));
    match event {
        Event::Text(text) => Event::Text(change(text)),
        Event::Code(text) => Event::Code(change(text)),
        Event::Html(text) => Event::Html(change(text)),
        Event::InlineHtml(text) => Event::InlineHtml(change(text)),
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(change(language))))
        }
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let (dest_url, title) = (change(dest_url), change(title));
            Event::Start(Tag::Link { link_type: *link_type, dest_url, title, id: change(id) })
        }
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let (dest_url, title) = (change(dest_url), change(title));
            Event::Start(Tag::Image { link_type: *link_type, dest_url, title, id: change(id) })
        }
        event => event.clone(),
    }
}
