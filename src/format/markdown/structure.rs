//! The structure of a page, as a Markdown parser reads it.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};

/// Everything that a reader of a page sees or follows.
#[derive(Debug, PartialEq)]
pub(super) struct Structure {
    pub(super) events: Vec<Event<'static>>,
    pub(super) definitions: Vec<Definition>,
}

/// The definition of a link's address.
#[derive(Debug, PartialEq)]
pub(super) struct Definition {
    pub(super) label: String,
    pub(super) destination: String,
    pub(super) title: String,
}

impl Structure {
    pub(super) fn of(text: &str) -> Structure {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_GFM;
        let parser = Parser::new_ext(text, options);
        let mut spans: Vec<_> = parser.reference_definitions().iter().collect();
        spans.sort_by_key(|(_, definition)| definition.span.start);
        let definitions = spans.into_iter().map(|(label, definition)| Definition {
            label: label.to_owned(),
            destination: definition.dest.to_string(),
            title: definition.title.as_deref().unwrap_or_default().to_owned(),
        });
        let definitions = definitions.collect();
        Structure { events: merged(parser.map(Event::into_static)), definitions }
    }

    /// The structure with every string changed.
    pub(super) fn with(&self, change: &dyn Fn(&str) -> String) -> Structure {
        let events = self.events.iter().map(|event| changed(event, change));
        let definitions = self.definitions.iter().map(|it| Definition {
            label: change(&it.label),
            destination: change(&it.destination),
            title: change(&it.title),
        });
        Structure { events: merged(events), definitions: definitions.collect() }
    }

    /// The structure without differences that no reader sees: blanks between words, and paragraphs
    /// without text.
    pub(super) fn visible(&self) -> Structure {
        let mut in_code = false;
        let mut events: Vec<Event<'static>> = Vec::with_capacity(self.events.len());
        for event in &self.events {
            match event {
                Event::Start(Tag::CodeBlock(_)) => in_code = true,
                Event::End(TagEnd::CodeBlock) => in_code = false,
                _ => {}
            }
            let event = match event {
                Event::Text(text) if !in_code => Event::Text(without_blanks(text).into()),
                event => event.clone(),
            };
            if matches!(&event, Event::Text(text) if text.is_empty()) {
                continue;
            }
            let is_paragraph_end = matches!(event, Event::End(TagEnd::Paragraph));
            if is_paragraph_end && events.last() == Some(&Event::Start(Tag::Paragraph)) {
                events.pop();
                continue;
            }
            events.push(event);
        }
        let definitions = self.definitions.iter().map(|it| Definition {
            label: without_blanks(&it.label),
            destination: it.destination.clone(),
            title: without_blanks(&it.title),
        });
        Structure { events, definitions: definitions.collect() }
    }
}

fn without_blanks(text: &str) -> String {
    text.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The events with one text in place of several in a row.
fn merged(events: impl Iterator<Item = Event<'static>>) -> Vec<Event<'static>> {
    let mut merged: Vec<Event<'static>> = Vec::new();
    for event in events {
        match (merged.last_mut(), &event) {
            (Some(Event::Text(last)), Event::Text(text))
            | (Some(Event::Html(last)), Event::Html(text)) => {
                *last = format!("{last}{text}").into();
            }
            _ => merged.push(event),
        }
    }
    merged
}

/// An event with every string changed.
fn changed(event: &Event<'static>, change: &dyn Fn(&str) -> String) -> Event<'static> {
    let change = |text: &CowStr<'static>| CowStr::from(change(text));
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
