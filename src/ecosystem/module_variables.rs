//! The input variables of a Terraform module, with the attributes that their types require.
//!
//! Reads texts and judges nothing.

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey};
use hcl_edit::structure::{Block, Body};

use crate::format::hcl;

/// An input variable of a module.
#[derive(Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// True if every call must set it.
    pub required: bool,
    pub kind: VariableType,
}

/// The type of a variable or an attribute.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum VariableType {
    Object(Vec<ObjectAttribute>),
    /// A list, a set or a map, with the type of what is in it.
    Each(Box<VariableType>),
    /// A type without attributes, or one that is not known.
    #[default]
    Other,
}

/// An attribute that an object takes.
#[derive(Debug, PartialEq, Eq)]
pub struct ObjectAttribute {
    pub name: String,
    /// True if every object must have it: Terraform adds an optional one, and drops one that the
    /// type does not name.
    pub required: bool,
    pub kind: VariableType,
}

/// The variables of the files of a module, by name; `None` if one of them cannot be parsed.
pub(crate) fn of_module(files: &[(&str, &str)]) -> Option<Vec<Variable>> {
    let parse = |(name, text): &(&str, &str)| Some((is_override(name), hcl::parse(text).ok()?));
    let bodies: Vec<(bool, Body)> = files.iter().map(parse).collect::<Option<_>>()?;
    let blocks = |overrides: bool| {
        let bodies = bodies.iter().filter(move |(is_override, _)| *is_override == overrides);
        bodies.flat_map(|(_, body)| body.get_blocks("variable"))
    };
    let mut variables: Vec<Variable> = blocks(false).filter_map(variable).collect();
    for block in blocks(true) {
        let name = block.labels.first().map(|label| label.as_str());
        for variable in variables.iter_mut().filter(|it| Some(it.name.as_str()) == name) {
            variable.required &= !block.body.has_attribute("default");
            if let Some(kind) = block.body.get_attribute("type") {
                variable.kind = type_of(&kind.value);
            }
        }
    }
    Some(variables)
}

/// Returns true for a file whose blocks change those of the other files in its folder.
fn is_override(name: &str) -> bool {
    name == "override.tf" || name.ends_with("_override.tf")
}

/// Returns true if a file changes the call of a module in the other files of its folder.
pub(crate) fn overrides_call(name: &str, text: &str, module: &str) -> bool {
    is_override(name)
        && hcl::parse(text).is_ok_and(|body| {
            let mut calls = body.get_blocks("module");
            calls.any(|call| call.labels.first().is_some_and(|label| label.as_str() == module))
        })
}

fn variable(block: &Block) -> Option<Variable> {
    let kind = block.body.get_attribute("type");
    Some(Variable {
        name: block.labels.first()?.as_str().to_owned(),
        required: !block.body.has_attribute("default"),
        kind: kind.map(|kind| type_of(&kind.value)).unwrap_or_default(),
    })
}

fn type_of(expression: &Expression) -> VariableType {
    let Expression::FuncCall(call) = expression else { return VariableType::Other };
    match (call.name.name.as_str(), call.args.iter().next()) {
        ("object", Some(Expression::Object(attributes))) => object(attributes),
        ("list" | "set" | "map", Some(inner)) => VariableType::Each(Box::new(type_of(inner))),
        _ => VariableType::Other,
    }
}

fn object(attributes: &Object) -> VariableType {
    let attribute = |key: &ObjectKey, kind: &Expression| {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str().to_owned(),
            ObjectKey::Expression(key) => key.as_str()?.to_owned(),
        };
        let optional = optional(kind).map(|call| call.args.iter().next());
        let kind = optional.unwrap_or(Some(kind)).map(type_of).unwrap_or_default();
        Some(ObjectAttribute { name, required: optional.is_none(), kind })
    };
    let attributes = attributes.iter();
    let attributes = attributes.map(|(key, kind)| attribute(key, kind.expr()));
    attributes.collect::<Option<_>>().map_or(VariableType::Other, VariableType::Object)
}

fn optional(kind: &Expression) -> Option<&FuncCall> {
    match kind {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => Some(call),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(String, bool)> {
        let variables = of_module(files).unwrap().into_iter();
        variables.map(|it| (it.name, it.required)).collect()
    }

    #[test]
    fn a_variable_without_a_default_is_required() {
        let text = "variable \"a\" {}\nvariable \"b\" {\n  default = null\n}\n";
        assert_eq!(found(&[("a.tf", text)]), [("a".to_owned(), true), ("b".to_owned(), false)]);
        let with_default = "variable \"a\" {\n  default = 1\n}\nvariable \"c\" {}\n";
        for (name, required) in
            [("override.tf", false), ("my_override.tf", false), ("myoverride.tf", true)]
        {
            let found = found(&[("a.tf", text), (name, with_default)]);
            assert_eq!(found[0], ("a".to_owned(), required), "{name}");
        }
        assert_eq!(of_module(&[("a.tf", "variable {")]), None);
    }
}
