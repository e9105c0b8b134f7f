//! Facts and settings as the validator looks at them, so that no copy is made of what is right.
//!
//! Shows a tree as JSON and judges nothing.

use std::borrow::Cow;
use std::sync::Arc;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, Node, NodeIdentity, Object};
use serde_json::Number;

use crate::model::reference::Scope;
use crate::model::tree;

/// The representation of JSON that trees are.
pub struct Trees;

/// A part of what is validated.
#[derive(Clone, Copy)]
pub enum Instance<'a> {
    /// `{ env, service }`
    Whole {
        env: &'a tree::Node,
        service: &'a tree::Node,
    },
    /// Settings as the schema judges them: a null below `values` is Helm's affair.
    Settings(&'a tree::Node),
    Node(&'a tree::Node),
    /// The key of a table, where keys are judged.
    Key(&'a str),
}

impl<'a> Instance<'a> {
    /// The members of an object.
    fn list(self) -> Vec<(&'a str, Instance<'a>)> {
        match self {
            Instance::Whole { env, service } => vec![
                (Scope::Env.word(), Instance::Node(env)),
                (Scope::Service.word(), Instance::Settings(service)),
            ],
            Instance::Settings(node) | Instance::Node(node) => {
                let is_judged =
                    |key: &str| !matches!(self, Instance::Settings(_)) || key != "values";
                let members = node.table().into_iter().flatten();
                let members = members.map(|(key, item)| (&**key, Instance::Node(item)));
                members.filter(|(key, _)| is_judged(key)).collect()
            }
            Instance::Key(_) => Vec::new(),
        }
    }

    fn value(self) -> Option<&'a tree::Value> {
        match self {
            Instance::Settings(node) | Instance::Node(node) => Some(&node.value),
            Instance::Whole { .. } | Instance::Key(_) => None,
        }
    }
}

impl Json for Trees {
    type Node<'a> = Instance<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), text: &str, judge: impl FnOnce(Instance<'_>) -> T) -> T {
        judge(Instance::Key(text))
    }
}

impl<'a> Node<'a, Trees> for Instance<'a> {
    type Object = Instance<'a>;
    type Array = &'a [Arc<tree::Node>];
    type Number = Number;

    fn as_object(&self) -> Option<Instance<'a>> {
        (self.json_type() == JsonType::Object).then_some(*self)
    }

    fn as_array(&self) -> Option<&'a [Arc<tree::Node>]> {
        match self.value()? {
            tree::Value::List(items) => Some(items),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match (self, self.value()) {
            (Instance::Key(text), _) => Some(Cow::Borrowed(text)),
            (_, Some(tree::Value::String(text))) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Number> {
        match self.value()? {
            tree::Value::Integer(number) => Some((*number).into()),
            tree::Value::Float(number) => Number::from_f64(*number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.value()? {
            tree::Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.value(), Some(tree::Value::Null))
    }

    fn json_type(&self) -> JsonType {
        match (self, self.value()) {
            (Instance::Key(_), _) | (_, Some(tree::Value::String(_))) => JsonType::String,
            (_, None | Some(tree::Value::Table(_))) => JsonType::Object,
            (_, Some(tree::Value::Null)) => JsonType::Null,
            (_, Some(tree::Value::Boolean(_))) => JsonType::Boolean,
            (_, Some(tree::Value::Integer(_) | tree::Value::Float(_))) => JsonType::Number,
            (_, Some(tree::Value::List(_))) => JsonType::Array,
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(match self {
            Instance::Key(text) => (*text).into(),
            Instance::Node(node) => node.to_json(),
            Instance::Whole { .. } | Instance::Settings(_) => {
                let members = self.list().into_iter();
                let member =
                    |(key, it): (&str, Instance<'_>)| (key.to_owned(), it.to_value().into_owned());
                members.map(member).collect()
            }
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let address = |node| std::ptr::from_ref::<tree::Node>(node) as usize;
        match self {
            Instance::Whole { env, .. } => Some(NodeIdentity::tagged(address(env), 1)),
            Instance::Settings(node) | Instance::Node(node) => {
                Some(NodeIdentity::new(address(node)))
            }
            Instance::Key(_) => None,
        }
    }
}

impl<'a> Object<'a, Trees> for Instance<'a> {
    type Node = Instance<'a>;
    type MemberName = &'a str;
    type MembersIter = std::vec::IntoIter<(&'a str, Instance<'a>)>;

    fn len(&self) -> usize {
        match self {
            Instance::Node(node) => node.table().map_or(0, |table| table.len()),
            Instance::Whole { .. } | Instance::Settings(_) | Instance::Key(_) => self.list().len(),
        }
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        match self {
            Instance::Settings(_) if key == "values" => None,
            Instance::Settings(node) | Instance::Node(node) => {
                node.get(key).map(|item| Instance::Node(item))
            }
            Instance::Whole { env, .. } if key == Scope::Env.word() => Some(Instance::Node(env)),
            Instance::Whole { service, .. } if key == Scope::Service.word() => {
                Some(Instance::Settings(service))
            }
            Instance::Whole { .. } | Instance::Key(_) => None,
        }
    }

    fn members(&self) -> Self::MembersIter {
        self.list().into_iter()
    }
}

impl<'a> Array<'a, Trees> for &'a [Arc<tree::Node>] {
    type Node = Instance<'a>;
    type ElementsIter = std::iter::Map<
        std::slice::Iter<'a, Arc<tree::Node>>,
        fn(&'a Arc<tree::Node>) -> Instance<'a>,
    >;

    fn len(&self) -> usize {
        <[Arc<tree::Node>]>::len(self)
    }

    fn elements(&self) -> Self::ElementsIter {
        self.iter().map(|item| Instance::Node(item))
    }
}
