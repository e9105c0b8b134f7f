//! Reads the charts that settings name, with the charts in the repository that they depend on.
//!
//! Finds folders; what is in them is the chart's to judge.

use crate::model::code::Code;
use std::collections::BTreeMap;

use crate::ecosystem::helm_chart::{self, Chart, ChartFault};
use crate::model::cause::Subject;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::name::RelativePath;
use crate::model::reference::Scope;
use crate::model::span::{Sources, Span};
use crate::render::Charts;
use crate::resolve::Resolved;
use crate::rules::settings::charts::{VENDOR, remotes};
use crate::world::{Failure, FolderFiles, UnreadFile, World};

/// The charts that settings name, each read once.
pub(crate) fn read(
    world: &dyn World,
    resolved: &Resolved,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Result<Charts, Failure> {
    let mut charts = Charts::new();
    let mut failed: BTreeMap<String, Problem> = BTreeMap::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let Some(setting) = &deployment.pack.chart else { continue };
            let node = deployment.settings.at(setting);
            let Some((node, path)) = node.and_then(|node| Some((node, node.str()?))) else {
                continue;
            };
            if charts.contains_key(path) {
                continue;
            }
            let problem = match failed.remove(path) {
                Some(problem) => problem,
                None => match chart_at(world, path)? {
                    Ok(chart) => {
                        charts.insert(path.to_owned(), chart);
                        continue;
                    }
                    Err(fault) => {
                        let help =
                            "a chart is a folder with a Chart.yaml, relative to environments.toml";
                        problem(fault, node.origin.value, help, sources)
                    }
                },
            };
            let environment = &resolved.environments[deployment.environment].name;
            let problem = problem
                .about([Subject::Setting(Scope::Service, setting.clone())])
                .for_target(Some(&service.name), Some(environment));
            failed.insert(path.to_owned(), problem);
        }
    }
    failed.into_values().for_each(|problem| problems.push(problem));
    copies(world, resolved, &mut charts, sources, problems)?;
    Ok(charts)
}

/// Copies of the charts that settings take from repositories.
fn copies(
    world: &dyn World,
    resolved: &Resolved,
    charts: &mut Charts,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Result<(), Failure> {
    let known = world.folders(VENDOR)?;
    let deployments = resolved.services.iter().flat_map(|service| &service.deployments);
    for remote in deployments.filter(|_| !known.is_empty()).flat_map(remotes) {
        for path in remote.folders() {
            let is_there = path.rsplit('/').next().is_some_and(|it| known.iter().any(|k| k == it));
            if !is_there || charts.contains_key(&path) {
                continue;
            }
            match chart_at(world, &path)? {
                Ok(chart) => _ = charts.insert(path, chart),
                Err(fault) => {
                    let help = "unpack the chart there, or remove the folder";
                    problems.push(problem(fault, remote.version.origin.value, help, sources));
                }
            }
        }
    }
    Ok(())
}

/// The problem of a chart, in the file that is wrong where there is one.
fn problem(fault: ChartFault, named: Span, help: &str, sources: &mut Sources) -> Problem {
    let ChartFault { file, at, message } = fault;
    match at {
        Some((text, line, column)) => {
            let file = sources.add(file, text);
            let place = sources.locate(file, line, column, 1);
            Problem::error(Code::Chart, message).at(place).label(named, "the chart is named here")
        }
        None => Problem::error(Code::Chart, format!("{file}: {message}")).at(named).help(help),
    }
}

fn chart_at(world: &dyn World, path: &str) -> Result<Result<Chart, ChartFault>, Failure> {
    let mut folders: BTreeMap<RelativePath, helm_chart::ChartFolder> = BTreeMap::new();
    let chart = match RelativePath::parse(path) {
        Ok(path) => path,
        Err(message) => return Ok(Err(ChartFault::whole(path, message))),
    };
    let mut wanted = vec![chart.clone()];
    while let Some(path) = wanted.pop() {
        if folders.contains_key(&path) {
            continue;
        }
        let Some(FolderFiles { files, unread }) = world.folder(path.as_str())? else {
            return Ok(Err(ChartFault::whole(&path, "there is no chart in this folder")));
        };
        if let Some(UnreadFile { path: file, why, .. }) = unread.first() {
            let message = format!("cannot be read: {why}");
            return Ok(Err(ChartFault::whole(format_args!("{path}/{file}"), message)));
        }
        let folder = helm_chart::ChartFolder { path: path.clone(), files };
        match helm_chart::local_dependencies(&folder) {
            Ok(dependencies) => wanted.extend(dependencies),
            Err(fault) => return Ok(Err(fault)),
        }
        folders.insert(path, folder);
    }
    let whole = folders.remove(&chart).expect("it was read first");
    let dependencies: Vec<helm_chart::ChartFolder> = folders.into_values().collect();
    Ok(helm_chart::read(&whole, &dependencies))
}
