//! A page about all deployments of a service sees their settings, by whatever route it reads them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Each environment has a size of its own.
const SIZES: &str = "
size = 3
[environments.prod.services.web]
size = 4
";

/// Ways to visit the deployments of a service as `target`.
const LOOPS: [&str; 5] = [
    "{% for target in service.environments %}",
    "{% for target in service.environments | reverse | reverse %}",
    "{% set all = service[\"environ\" ~ \"ments\"] %}{% for target in all %}",
    "{% set all = [one for one in service.environments] %}{% for target in all %}",
    "{% for at in range(end=2) %}{% set target = service.environments[at] %}",
];

/// Ways to pass a value on: `FROM` becomes `TO`.
const DETOURS: [&str; 6] = [
    "{% set TO = FROM %}",
    "{% set TO = FROM | default(value=1) %}",
    "{% set TO = FROM if FROM else 1 %}",
    "{% set inner = {\"a\": FROM} %}{% set TO = inner.a %}",
    "{% set inner = [1, FROM] %}{% set TO = inner | last %}",
    "{% set TO = [x for x in [FROM]] | first %}",
];

/// Ways to read an entry of a table: the entry `KEY` of `FROM` becomes `TO`. `HEAD` and `TAIL` are
/// the halves of its name.
const STEPS: [&str; 9] = [
    "{% set TO = FROM.KEY %}",
    "{% set TO = FROM?.KEY %}",
    "{% set TO = FROM[\"KEY\"] %}",
    "{% set name = \"HEAD\" ~ \"TAIL\" %}{% set TO = FROM[name] %}",
    "{% set TO = FROM | get(key=\"KEY\") %}",
    "{% set TO = FROM | get(key=\"HEAD\" ~ \"TAIL\") %}",
    "{% set found = [value for key, value in FROM if key == \"KEY\"] %}{% set TO = found[0] %}",
    "{% set found = [x.KEY for x in [FROM]] %}{% set TO = found[0] %}",
    "{% set TO = FROM.KEY if FROM is containing(pat=\"HEAD\" ~ \"TAIL\") else 0 %}",
];

/// Tags that read `target.service.size` by these ways, and print it.
fn route(ways: &[Vec<usize>; 2], steps: [usize; 2]) -> String {
    let mut tags = Vec::new();
    let keys = [("serv", "ice"), ("si", "ze")];
    for ((detours, step), (head, tail)) in ways.iter().zip(steps).zip(keys) {
        tags.extend(detours.iter().map(|way| DETOURS[*way].to_owned()));
        let step = STEPS[step].replace("KEY", &format!("{head}{tail}"));
        tags.push(step.replace("HEAD", head).replace("TAIL", tail));
    }
    let name = |at: usize| if at == 0 { "target".to_owned() } else { format!("v{at}") };
    let tags = tags.iter().enumerate();
    let text: String =
        tags.map(|(at, tag)| tag.replace("FROM", &name(at)).replace("TO", &name(at + 1))).collect();
    let last = ways.iter().map(Vec::len).sum::<usize>() + steps.len();
    format!("{text}{{{{ {} }}}}", name(last))
}

/// Compares the lines of a file that are not empty.
#[track_caller]
fn check_lines(rendered: &Rendered, path: &str, expected: &[&str]) {
    assert_eq!(rendered.problems, [""; 0]);
    let (_, text) = rendered.files.iter().find(|(known, _)| known == path).expect("a file");
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines, expected, "{path}");
}

/// Renders a route into a page about a service and a page about the project.
#[track_caller]
fn check_route(visit: &str, route: &str, is_component: bool) {
    let (component, inside) = match is_component {
        true => (
            format!("{{% component read(target) %}}{route}{{% endcomponent %}}"),
            "{{<read target={target} />}}".to_owned(),
        ),
        false => (String::new(), route.to_owned()),
    };
    let flow = format!("{component}\n{visit}\n- {inside}\n{{% endfor %}}\n");
    // Components of a pack share their names.
    let (component, inside) =
        (component.replace("read(", "again("), inside.replace("<read", "<again"));
    let page = format!(
        "{component}\n{{% for service in services %}}\n{visit}\n{inside};\n{{% endfor %}}\n{{% endfor %}}\n"
    );
    let rendered = render_all(&PROJECT.replace("size = 3\n", SIZES), "a = 1\n", &flow, &page);
    check_lines(&rendered, ".github/web.yml", &["- 3", "- 4"]);
    check_lines(&rendered, "out/page.md", &["3;", "4;"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_page_sees_the_settings_of_deployments_by_any_route(
        visit in 0..LOOPS.len(),
        before in vec(0..DETOURS.len(), 0..4),
        between in vec(0..DETOURS.len(), 0..4),
        steps in [0..STEPS.len(), 0..STEPS.len()],
        is_component in any::<bool>(),
    ) {
        check_route(LOOPS[visit], &route(&[before, between], steps), is_component);
    }
}

#[test]
fn a_page_sees_the_settings_of_deployments_by_each_way() {
    for (at, visit) in LOOPS.iter().enumerate() {
        check_route(visit, &route(&[vec![at], vec![]], [0, 0]), true);
    }
    for detour in 0..DETOURS.len() {
        check_route(LOOPS[0], &route(&[vec![detour], vec![detour]], [0, 0]), false);
    }
    for step in 0..STEPS.len() {
        check_route(LOOPS[0], &route(&[vec![], vec![]], [step, step]), false);
    }
}

#[test]
fn a_page_sees_whole_tables() {
    let component = "{% component c(x) %}{{ x | length }}{% endcomponent %}";
    for (item, expected) in [
        (
            "\"{% for key, value in target %}{{ key }} {% endfor %}\"",
            "\"env service files retiring step directory chart \"",
        ),
        (
            "\"{% for key in target | keys %}{{ key }} {% endfor %}\"",
            "\"env service files retiring step directory chart \"",
        ),
        ("{{ target | length }}", "7"),
        ("{{<c x={target} />}}", "7"),
        (
            "\"{% for key in target.service | keys %}{{ key }} {% endfor %}\"",
            "\"chart size name \"",
        ),
    ] {
        let flow = format!(
            "{component}\n{{% for target in service.environments %}}\n- {item}\n{{% endfor %}}\n"
        );
        let rendered = render_all(PROJECT, "a = 1\n", &flow, "");
        let line = format!("- {expected}");
        check_lines(&rendered, ".github/web.yml", &[&line, &line]);
    }
}
