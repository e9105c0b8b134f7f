//! The charts with every environment's values: what Helm, Kubernetes and KEDA make of them.
//!
//! No module here may read a template: only what Helm renders counts.

mod accepted;
mod added;
mod charts;
mod inventory;
mod manifests;
mod pods;

use charts::Place;

/// Every service in every environment where it runs.
const PLACES: [Place; 7] = [
    Place { service: "icepack", environment: "dev", account: "411706531007" },
    Place { service: "icepack", environment: "preprod", account: "391322830928" },
    Place { service: "icepack", environment: "prod", account: "857967394368" },
    Place { service: "icepack", environment: "stage", account: "174558682303" },
    Place { service: "snowpack", environment: "dev", account: "411706531007" },
    Place { service: "snowpack", environment: "preprod", account: "391322830928" },
    Place { service: "snowpack", environment: "stage", account: "174558682303" },
];

const ICEPACK_DEV: &Place = &PLACES[0];

/// Settings of a release whose database is in RDS, whatever the values file says.
const IN_RDS: [&str; 4] =
    ["--set", "postgres.internal.enabled=false", "--set", "postgres.external.host=db.example.net"];
