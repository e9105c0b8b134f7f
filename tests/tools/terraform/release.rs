//! Which chart is released with which values, and under which name.
//!
//! Nothing here may be about what the chart renders.

use std::fs;

use serde_json::{Value, json};

use crate::terraform::Place;
use crate::terraform::journey::journeys;
use crate::terraform::project::{line, repository, text};

/// The values file of a place, as it stands in the repository.
pub(crate) fn values(place: &Place) -> Value {
    serde_yaml::from_str(&text(&place.values())).unwrap()
}

#[test]
fn the_release_says_which_version_of_the_chart_it_is_and_proves_it_by_digest() {
    for journey in journeys() {
        let place = journey.place;
        let version = text(&format!("{}/Chart.yaml", place.chart()));
        let version = line(&version, "version: ");
        let main = text(&format!("{}/main.tf", place.root()));
        let third = main.lines().nth(2).unwrap();
        let record = third.strip_prefix(&format!("# envroot:chart {} {version} ", place.chart()));
        let digest = record.unwrap_or_else(|| panic!("{}: {third}", place.name()));
        assert!(digest.len() == 16 && digest.bytes().all(|it| it.is_ascii_hexdigit()), "{third}");

        let description = &journey.planned("helm_release.service")["description"];
        assert_eq!(*description, format!("{} {version} {digest}", place.service));
    }
}

#[test]
fn the_release_takes_the_service_s_chart_and_the_place_s_values() {
    for journey in journeys() {
        let place = journey.place;
        let release = journey.planned("helm_release.service");
        let root = repository().join(place.root());
        let chart = fs::canonicalize(root.join(release["chart"].as_str().unwrap())).unwrap();
        assert_eq!(chart, fs::canonicalize(repository().join(place.chart())).unwrap());
        assert_eq!(release["values"], json!([text(&place.values())]));
        assert_eq!(release["name"], place.service);
        assert_eq!(release["namespace"], place.service);
        assert_eq!(values(place)["environment"], place.environment);
    }
}

#[test]
fn the_certificate_the_load_balancer_and_the_output_name_one_host() {
    for journey in journeys() {
        let Place { hostname, .. } = journey.place;
        assert_eq!(journey.applied("data.aws_acm_certificate.api")["domain"], *hostname);
        assert_eq!(values(journey.place)["service"]["hostname"], *hostname);
        let url = &journey.state["values"]["outputs"]["url"]["value"];
        assert_eq!(*url, format!("https://{hostname}"));
    }
}
