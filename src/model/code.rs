//! The codes of problems: what scripts, waivers and `envroot explain` know a problem by.

use std::fmt;

macro_rules! codes {
    ($($variant:ident = $text:literal,)*) => {
        /// The kind of a problem. The order is that of the texts, by which reports sort.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($variant,)*
        }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The code in kebab case.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $text,)*
                }
            }
        }
    };
}

codes! {
    AccountGuard = "account-guard",
    Chart = "chart",
    ChartSchema = "chart-schema",
    ChartVersion = "chart-version",
    ChartVersionRange = "chart-version-range",
    Distinct = "distinct",
    IrsaTrust = "irsa-trust",
    MalformedReference = "malformed-reference",
    MergeConflict = "merge-conflict",
    MisplacedKey = "misplaced-key",
    MisplacedNull = "misplaced-null",
    MisplacedValue = "misplaced-value",
    MissingKey = "missing-key",
    MissingSetting = "missing-setting",
    MissingTemplate = "missing-template",
    MissingValue = "missing-value",
    ModuleArguments = "module-arguments",
    MovedState = "moved-state",
    NotDeployed = "not-deployed",
    NotGiven = "not-given",
    NotUtf8 = "not-utf8",
    Order = "order",
    PackCycle = "pack-cycle",
    PackManifest = "pack-manifest",
    PackSchema = "pack-schema",
    PathCollision = "path-collision",
    Placeholder = "placeholder",
    ReferenceCycle = "reference-cycle",
    ReferenceDepth = "reference-depth",
    ReferenceSize = "reference-size",
    ReferenceType = "reference-type",
    RoleAccount = "role-account",
    Same = "same",
    Scaling = "scaling",
    Secret = "secret",
    SharedState = "shared-state",
    Sibling = "sibling",
    StateMismatch = "state-mismatch",
    Template = "template",
    TemplateSyntax = "template-syntax",
    TemplateTag = "template-tag",
    TomlSyntax = "toml-syntax",
    TooDeep = "too-deep",
    TooLarge = "too-large",
    UndeclaredName = "undeclared-name",
    UnknownChartKey = "unknown-chart-key",
    UnknownEnvironment = "unknown-environment",
    UnknownFile = "unknown-file",
    UnknownFilter = "unknown-filter",
    UnknownFunction = "unknown-function",
    UnknownKey = "unknown-key",
    UnknownPack = "unknown-pack",
    UnknownProfile = "unknown-profile",
    UnknownReference = "unknown-reference",
    UnknownRule = "unknown-rule",
    UnknownService = "unknown-service",
    UnreadableFile = "unreadable-file",
    UnreadableOutput = "unreadable-output",
    UnsetNothing = "unset-nothing",
    UnusableValue = "unusable-value",
    UnusedWaiver = "unused-waiver",
    WrongFormat = "wrong-format",
    WrongName = "wrong-name",
    WrongPath = "wrong-path",
    WrongType = "wrong-type",
    WrongValue = "wrong-value",
    WrongVersion = "wrong-version",
}

impl Code {
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_by_their_text_and_distinct() {
        let texts: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.is_sorted_by(|a, b| a < b), "{texts:?}");
        assert_eq!(Code::parse("unknown-key"), Some(Code::UnknownKey));
        assert_eq!(Code::parse("Unknown-key"), None);
    }
}
