//! Every input with which fuzzing has found something, held against the same properties again.
//!
//! Needs nothing that fuzzing needs. New findings are added as files below `fuzz/regressions`.

#[path = "../../fuzz/properties/hcl.rs"]
mod hcl;
#[path = "../../fuzz/properties/pipeline.rs"]
mod pipeline;
#[path = "../../fuzz/properties/seal.rs"]
mod seal;
#[path = "../../fuzz/properties/tree.rs"]
mod tree;
#[path = "../../fuzz/properties/yaml.rs"]
mod yaml;

use std::fs;

/// A target, and what must hold for its inputs.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 5] = [
    ("hcl", hcl::holds),
    ("pipeline", pipeline::holds),
    ("seal", seal::holds),
    ("tree", tree::holds),
    ("yaml", yaml::holds),
];

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_was_found_once_is_mended() {
    assert_eq!(names("fuzz/regressions"), TARGETS.map(|(target, _)| target));
    for (target, holds) in TARGETS {
        let folder = format!("fuzz/regressions/{target}");
        for name in names(&folder) {
            eprintln!("{target}: {name}");
            holds(&fs::read(format!("{folder}/{name}")).unwrap());
        }
    }
}

#[test]
fn every_property_is_fuzzed() {
    let targets = names("fuzz/fuzz_targets");
    assert_eq!(targets, TARGETS.map(|(target, _)| format!("{target}.rs")));
    let manifest = fs::read_to_string("fuzz/Cargo.toml").unwrap();
    for target in targets {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}\"")), "{target}");
    }
}
