//! The place at which a waiver applies: a fact or a setting of one layer, or a rendered file.

use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Path;
use crate::model::tree::Node;
use crate::toml_file::TableReader;

/// A place as problems name it: a path of keys with quotes only where they are needed. Any other
/// text is the path of a file.
pub(crate) fn written(at: &str) -> String {
    match Path::parse(at) {
        Ok(path) => path.to_string(),
        Err(_) => at.to_owned(),
    }
}

/// Reports a place that holds more than one fact or setting, which would also waive the rule for
/// settings that do not exist yet.
pub(crate) fn is_narrow(reader: &mut TableReader, waiver: &Node, at: &str) -> bool {
    let Some(level) = Path::parse(at).ok().as_ref().and_then(level) else { return true };
    let place = waiver.get("at").map_or(waiver.origin.value, |node| node.origin.value);
    let message = format!("a waiver of `{}` is too wide: that is {level}", written(at));
    let problem = Problem::error(Code::WrongValue, message).at(place);
    reader.problems.push(problem.help("name the fact or setting, as the help of the problem does"));
    false
}

/// The level of the configuration that a path names, if it is no single fact or setting.
fn level(path: &Path) -> Option<&'static str> {
    let keys: Vec<&str> = path.0.iter().map(|key| &**key).collect();
    match keys.as_slice() {
        ["project" | "waivers", ..] => Some("no fact or setting"),
        ["defaults"] => Some("every default"),
        ["environments"] => Some("every environment"),
        ["environments", _] => Some("a whole environment"),
        ["profiles"] => Some("every profile"),
        ["profiles", _] => Some("a whole profile"),
        ["services"] | ["environments" | "profiles", _, "services"] => Some("every service"),
        ["services", _] | ["environments" | "profiles", _, "services", _] => {
            Some("a whole service")
        }
        ["packs", ..] => Some("all that a pack renders"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_level_is_too_wide() {
        for at in [
            "defaults",
            "environments",
            "environments.prod",
            "environments.prod.services",
            "environments.prod.services.web",
            "profiles",
            "profiles.live",
            "profiles.live.services",
            "profiles.live.services.web",
            "services",
            "services.web",
            "project",
            "project.accounts.tools",
            "waivers",
            "packs",
            "packs.web",
            "'services'.\"web\"",
            " services . web ",
        ] {
            assert!(level(&Path::parse(at.trim()).unwrap()).is_some(), "{at}");
        }
    }

    #[test]
    fn a_fact_a_setting_and_a_file_are_narrow() {
        for at in [
            "defaults.region",
            "environments.prod.account_id",
            "environments.prod.vars.a",
            "environments.prod.services.web.values.a",
            "services.web.policy",
            "profiles.live.services.web.values",
            "generated/prod/main.tf",
            "main.tf",
            "a.b.tf",
            "services/web/main.tf",
            "comments",
        ] {
            assert!(Path::parse(at).ok().as_ref().and_then(level).is_none(), "{at}");
        }
    }

    #[test]
    fn a_place_is_written_with_quotes_only_where_they_are_needed() {
        for (at, expected) in [
            ("services.web.values.'a'.b", "services.web.values.a.b"),
            ("services.web.values.'a.b/c'", "services.web.values.\"a.b/c\""),
            ("services . web . x", "services.web.x"),
            ("generated/prod/main.tf", "generated/prod/main.tf"),
        ] {
            assert_eq!(written(at), expected);
        }
    }
}
