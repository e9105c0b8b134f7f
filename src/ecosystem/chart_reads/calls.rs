//! The functions of Helm's templates: what they read of their arguments, and what they return.

use super::expressions::Argument;
use super::frame::Place;
use super::things::{Thing, Things};
use super::walk::Interpreter;

/// What a function does with its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CallEffect {
    /// It returns one of them, or a part of one that has the same keys.
    Returns,
    /// It looks at what they are, not into them.
    Tests,
    /// It returns a text that contains them.
    Prints,
    /// It returns a copy of a table.
    Copies,
    /// It returns a list of items of all.
    Lists,
    /// It returns the items of one in the other order.
    Reverses,
    /// It returns an entry of one.
    Picks,
}

/// The functions that need no more than their effect. Any other one reads its arguments with all
/// that is below them.
fn effect(name: &str) -> Option<CallEffect> {
    Some(match name {
        "and" | "or" | "default" | "coalesce" | "required" => CallEffect::Returns,
        "not" | "empty" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "kindIs" | "kindOf"
        | "typeIs" | "typeIsLike" | "typeOf" => CallEffect::Tests,
        "toYaml" | "toYamlPretty" | "toJson" | "toPrettyJson" | "toRawJson" | "toToml"
        | "fromYaml" | "fromYamlArray" | "fromJson" | "fromJsonArray" | "fromToml" | "quote"
        | "squote" | "toString" | "trim" | "indent" | "nindent" | "replace" | "toStrings" => {
            CallEffect::Prints
        }
        "deepCopy" | "omit" => CallEffect::Copies,
        "initial" | "rest" | "uniq" | "compact" | "sortAlpha" | "slice" | "without" => {
            CallEffect::Lists
        }
        "reverse" => CallEffect::Reverses,
        "last" => CallEffect::Picks,
        _ => return None,
    })
}

/// The name of a function without the prefix of those that fail.
fn plain(name: &str) -> String {
    match name.strip_prefix("must").filter(|rest| rest.starts_with(char::is_uppercase)) {
        Some(rest) => rest[..1].to_lowercase() + &rest[1..],
        None => name.to_owned(),
    }
}

impl Interpreter<'_> {
    /// What a function returns.
    pub(super) fn call(&mut self, place: Place, name: &str, arguments: &[Argument]) -> Things {
        let name = plain(name);
        match effect(&name) {
            Some(effect) => self.apply(effect, place, arguments),
            None => self.special(&name, place, arguments),
        }
    }

    fn apply(&mut self, effect: CallEffect, place: Place, arguments: &[Argument]) -> Things {
        let all: Things = arguments.iter().flat_map(|it| it.things.iter()).collect();
        match effect {
            CallEffect::Returns => all,
            CallEffect::Tests => Things::of(Thing::Other),
            CallEffect::Prints => {
                // No chart means to print all that Helm gives it. Some do by mistake, in a branch
                // that is hardly ever taken: `toYaml .` outside of the `with` that it was for.
                let mut value =
                    all.without(|thing| matches!(thing, Thing::Text(_) | Thing::Chart(_)));
                self.store.whole(&value);
                value.add(Thing::Other);
                value
            }
            CallEffect::Lists => {
                let items = self.store.any(&all);
                self.made_list(place, &items)
            }
            CallEffect::Reverses => self.reversed(place, arguments),
            CallEffect::Copies => {
                let table = self.table(place);
                let tables = all.without(|thing| matches!(thing, Thing::Text(_)));
                self.store.write_all(&table, &tables);
                table
            }
            CallEffect::Picks => self.store.any(&all),
        }
    }

    fn special(&mut self, name: &str, place: Place, arguments: &[Argument]) -> Things {
        match (name, arguments) {
            ("include", [names, rest @ ..]) => {
                let value = rest.first().map(|it| it.things.clone()).unwrap_or_default();
                self.include(&names.things, &value, place.number)
            }
            ("tpl", [text, context]) => {
                self.render_value(&text.things, &context.things, place.number);
                Things::of(Thing::Other)
            }
            ("ternary", [yes, no, _]) => yes.things.iter().chain(no.things.iter()).collect(),
            ("index" | "get", [table, keys @ ..]) => self.index(table.things.clone(), keys),
            ("hasKey", [table, key]) => {
                self.entry(&table.things, key);
                Things::of(Thing::Other)
            }
            ("dig", [keys @ .., default, table]) => {
                let mut found = self.index(table.things.clone(), keys);
                found.join(&default.things);
                found
            }
            ("pluck", [key, tables @ ..]) => self.pluck(place, key, tables),
            ("pick", [table, keys @ ..]) => self.pick(place, &table.things, keys),
            ("set", [table, key, value]) => {
                self.write(&table.things, key, &value.things);
                table.things.clone()
            }
            ("unset", [table, _]) => table.things.clone(),
            ("merge" | "mergeOverwrite", [table, others @ ..]) => {
                for other in others {
                    self.store.write_all(&table.things, &other.things);
                }
                table.things.clone()
            }
            ("dict", _) => self.dict(place, arguments),
            ("list" | "tuple", _) => self.list_of(place, arguments.iter().map(|it| &it.things)),
            ("first", [list]) => self.store.item(&list.things, 0),
            ("append" | "push", [list, item]) => self.append(place, list, item),
            ("prepend", [list, item]) => {
                let mut items = self.store.any(&list.things);
                items.join(&item.things);
                self.made_list(place, &items)
            }
            ("concat", lists) => self.concat(place, lists),
            ("keys", _) => self.keys(place, arguments),
            ("values", [table]) => {
                let entries = self.store.any(&table.things);
                self.made_list(place, &entries)
            }
            ("print" | "printf" | "splitList", _) => self.text(name, place, arguments),
            _ => {
                arguments.iter().for_each(|argument| self.store.whole(&argument.things));
                Things::of(Thing::Other)
            }
        }
    }

    /// An entry of a table. A key that is written out leads anywhere.
    fn entry(&mut self, table: &Things, key: &Argument) -> Things {
        if let Some(position) = key.position {
            return self.store.item(table, position);
        }
        let mut keys = key.things.iter();
        match (keys.next(), key.is_literal) {
            (Some(Thing::Text(word)), true) => self.store.field(table, word),
            _ => {
                self.store.whole(&key.things);
                self.store.entry(table, &key.things)
            }
        }
    }

    fn index(&mut self, table: Things, keys: &[Argument]) -> Things {
        keys.iter().fold(table, |table, key| self.entry(&table, key))
    }

    fn write(&mut self, table: &Things, key: &Argument, value: &Things) {
        for key in key.things.iter() {
            let word = match key {
                Thing::Text(word) => Some(word),
                _ => None,
            };
            self.store.write(table, word, value);
        }
    }

    fn dict(&mut self, place: Place, arguments: &[Argument]) -> Things {
        let table = self.table(place);
        for entry in arguments.chunks(2) {
            let [key, value] = entry else { continue };
            self.write(&table, key, &value.things);
        }
        table
    }

    fn pick(&mut self, place: Place, of: &Things, keys: &[Argument]) -> Things {
        let table = self.table(place);
        for key in keys {
            let value = self.entry(of, key);
            self.write(&table, key, &value);
        }
        table
    }

    fn pluck(&mut self, place: Place, key: &Argument, tables: &[Argument]) -> Things {
        let mut entries = Things::default();
        for table in tables {
            entries.join(&self.entry(&table.things, key));
        }
        self.made_list(place, &entries)
    }

    /// The names of tables: each of them is read, and no value.
    fn keys(&mut self, place: Place, tables: &[Argument]) -> Things {
        let mut names = Things::default();
        for table in tables {
            self.store.any(&table.things);
            names.join(&self.store.names(&table.things));
        }
        self.made_list(place, &names)
    }

    pub(super) fn list_of<'t>(
        &mut self,
        place: Place,
        items: impl Iterator<Item = &'t Things>,
    ) -> Things {
        let list = self.table(place);
        let mut length = 0;
        for item in items {
            let word = self.store.words.word(&length.to_string());
            self.store.write(&list, Some(word), item);
            length += 1;
        }
        self.store.write_length(&list, length);
        list
    }

    /// The items of a list, if all are known.
    fn known_items(&self, list: &Things) -> Option<Vec<Things>> {
        let (items, least) = self.store.items_in_order(list)?;
        (least == items.len()).then(|| items.into_iter().map(|(_, item)| item).collect())
    }

    fn reversed(&mut self, place: Place, arguments: &[Argument]) -> Things {
        let all: Things = arguments.iter().flat_map(|it| it.things.iter()).collect();
        match self.known_items(&all) {
            Some(items) => self.list_of(place, items.iter().rev()),
            None => {
                let items = self.store.any(&all);
                self.made_list(place, &items)
            }
        }
    }

    fn append(&mut self, place: Place, list: &Argument, item: &Argument) -> Things {
        let is_again = self.table(place) == list.things;
        match self.known_items(&list.things).filter(|_| !is_again) {
            Some(mut items) => {
                items.push(item.things.clone());
                self.list_of(place, items.iter())
            }
            None => {
                let mut items = self.store.any(&list.things);
                items.join(&item.things);
                self.made_list(place, &items)
            }
        }
    }

    fn concat(&mut self, place: Place, lists: &[Argument]) -> Things {
        let known: Option<Vec<_>> = lists.iter().map(|it| self.known_items(&it.things)).collect();
        match known {
            Some(items) => self.list_of(place, items.iter().flatten()),
            None => {
                let all: Things = lists.iter().flat_map(|it| it.things.iter()).collect();
                let items = self.store.any(&all);
                self.made_list(place, &items)
            }
        }
    }

    /// A list of items in an order that is not known.
    pub(super) fn made_list(&mut self, place: Place, items: &Things) -> Things {
        let list = self.table(place);
        self.store.write(&list, None, items);
        list
    }
}
