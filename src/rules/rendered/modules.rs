//! Every argument that a local module is given exists there, and every required one is given.
//!
//! A module is read once, from what is rendered or, by whoever runs this, from the disk: there stands
//! also what is rendered and current.

use crate::model::code::Code;
use std::collections::BTreeMap;

use super::Judge;
use crate::base::english;
use crate::ecosystem::terraform::{self, Call, Variable};
use crate::model::diagnostic::{Problem, Problems};
use crate::render::File;
use crate::render::trace;
use crate::resolve::Resolved;
use crate::rules::settings::or_waive;

pub const RULE: Code = Code::ModuleArguments;

/// The Terraform files of a folder by name; `None` where their variables cannot be known, as in JSON.
pub type ReadModule = Option<Vec<(String, String)>>;

/// The modules that were looked at, and those that are rendered.
pub struct Modules<'a, R> {
    files: &'a [File],
    /// The rendered files that differ from the disk, by folder, once a call has asked for one.
    rendered: Option<BTreeMap<&'a str, Vec<&'a File>>>,
    known: BTreeMap<String, Option<Vec<Variable>>>,
    read: R,
}

impl<'a, R> Modules<'a, R> {
    pub fn of(files: &'a [File], read: R) -> Modules<'a, R> {
        Modules { files, rendered: None, known: BTreeMap::new(), read }
    }

    fn rendered_in(&mut self, folder: &str) -> &[&'a File] {
        let files = self.files;
        let rendered = self.rendered.get_or_insert_with(|| {
            let mut rendered: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
            let differs = |file: &&File| !file.current && file.path.as_str().ends_with(".tf");
            for file in files.iter().filter(differs) {
                rendered.entry(file.path.directory()).or_default().push(file);
            }
            rendered
        });
        rendered.get(folder).map(Vec::as_slice).unwrap_or_default()
    }

    /// Judges the call of a module in a file.
    pub(super) fn check<E>(
        &mut self,
        judge: &Judge<'_>,
        call: &Call,
        resolved: &Resolved,
        problems: &mut Problems,
    ) -> Result<(), E>
    where
        R: Fn(&str) -> Result<ReadModule, E>,
    {
        let source = terraform::given(judge.line(call.source_line));
        let source = source.filter(|it| it.starts_with("./") || it.starts_with("../"));
        let folder = source.and_then(|it| joined(judge.rendered.file.path.directory(), it));
        let Some(folder) = folder else { return Ok(()) };
        if !self.known.contains_key(&folder) {
            let variables = self.variables(&folder)?;
            self.known.insert(folder.clone(), variables);
        }
        let judged = |variables| Judged { judge, call, folder: &folder, variables, resolved };
        if let Some(variables) = self.known[&folder].as_ref().filter(|_| !judge.waived(RULE)) {
            judged(variables).unknown(problems);
            judged(variables).missing(problems);
        }
        Ok(())
    }

    fn variables<E>(&mut self, folder: &str) -> Result<Option<Vec<Variable>>, E>
    where
        R: Fn(&str) -> Result<ReadModule, E>,
    {
        let Some(on_disk) = (self.read)(folder)? else { return Ok(None) };
        let rendered = self.rendered_in(folder);
        let is_rendered = |name: &str| rendered.iter().any(|it| it.path.file_name() == name);
        let on_disk = on_disk.iter().filter(|(name, _)| !is_rendered(name));
        let texts = on_disk.map(|(_, text)| text.as_str());
        let texts = texts.chain(rendered.iter().map(|file| file.text.as_str()));
        let texts: Vec<&str> = texts.collect();
        // A module that is not there, or cannot be read, is Terraform's to complain about.
        let is_readable = texts.iter().all(|text| terraform::root_facts(text).is_some());
        let variables = texts.iter().flat_map(|text| terraform::variables(text)).collect();
        Ok((is_readable && !texts.is_empty()).then_some(variables))
    }
}

/// The folder that a path leads to from another one, `None` outside the project.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

struct Judged<'a> {
    judge: &'a Judge<'a>,
    call: &'a Call,
    folder: &'a str,
    variables: &'a [Variable],
    resolved: &'a Resolved,
}

impl Judged<'_> {
    fn unknown(&self, problems: &mut Problems) {
        let known: Vec<&str> = self.variables.iter().map(|it| it.name.as_str()).collect();
        for (argument, line) in &self.call.arguments {
            if known.contains(&argument.as_str()) {
                continue;
            }
            let message = format!(
                "the module `{}` is given `{argument}`, which {} does not take",
                self.call.name, self.folder
            );
            let mend = match english::nearest(argument, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`? Mend it"),
                None => english::there_are(&known) + "; mend it",
            };
            problems.push(self.problem(message, *line, &mend));
        }
    }

    fn missing(&self, problems: &mut Problems) {
        let given = |name: &str| self.call.arguments.iter().any(|(argument, _)| argument == name);
        for variable in self.variables.iter().filter(|it| it.required && !given(&it.name)) {
            let message = format!(
                "the module `{}` is not given `{}`, which {} requires",
                self.call.name, variable.name, self.folder
            );
            problems.push(self.problem(message, self.call.line, "give it"));
        }
    }

    /// At the setting that decided the line where one did, or else at the pack's rule.
    fn problem(&self, message: String, line: usize, mend: &str) -> Problem {
        let file = self.judge.rendered.file;
        let body_line = line.checked_sub(file.head_lines());
        let decided = body_line.and_then(|line| trace::decided(file, line, self.resolved));
        match (decided, &self.judge.rendered.of) {
            (Some(decided), Some(of)) => {
                let at =
                    format!("environments.{}.services.{}", of.environment.name, of.service.name);
                let problem = Problem::error(RULE, message).at(decided.place);
                let problem = problem.note(format!("seen in {}:{}", file.path, line + 1));
                self.judge.target(problem.help(or_waive(mend, RULE, &at)))
            }
            _ => self.judge.problem(RULE, message, line, mend),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_is_followed_within_the_project() {
        assert_eq!(joined("a/b", "../../modules/x").as_deref(), Some("modules/x"));
        assert_eq!(joined("a", "./m").as_deref(), Some("a/m"));
        assert_eq!(joined("a", "../").as_deref(), Some(""));
        assert_eq!(joined("a", "../../x"), None);
    }
}
