//! Every Terraform root as the real Terraform reads it: accepted, bound to its own account, and
//! changed by nothing but what was meant to change it.
//!
//! The providers are stand-ins that carry the real providers' schemas. What is expected is written
//! here by hand: nothing may read it from environments.toml or a template.

mod accepted;
mod changes;
mod growth;
mod guards;
mod journey;
mod project;
mod release;
mod secrets;

/// A service in an environment where it runs.
pub(crate) struct Place {
    pub service: &'static str,
    pub environment: &'static str,
    pub account: &'static str,
    pub hostname: &'static str,
    /// Whether its Postgres is in RDS rather than part of the release.
    pub rds: bool,
}

const PLACES: [Place; 7] = [
    Place {
        service: "icepack",
        environment: "dev",
        account: "411706531007",
        hostname: "icepack.dev.lakehouse.example.net",
        rds: false,
    },
    Place {
        service: "icepack",
        environment: "preprod",
        account: "391322830928",
        hostname: "icepack.preprod.lakehouse.example.net",
        rds: true,
    },
    Place {
        service: "icepack",
        environment: "prod",
        account: "857967394368",
        hostname: "icepack.lakehouse.example.net",
        rds: true,
    },
    Place {
        service: "icepack",
        environment: "stage",
        account: "174558682303",
        hostname: "icepack.stage.lakehouse.example.net",
        rds: false,
    },
    Place {
        service: "snowpack",
        environment: "dev",
        account: "411706531007",
        hostname: "snowpack.dev.lakehouse.example.net",
        rds: false,
    },
    Place {
        service: "snowpack",
        environment: "preprod",
        account: "391322830928",
        hostname: "snowpack.preprod.lakehouse.example.net",
        rds: false,
    },
    Place {
        service: "snowpack",
        environment: "stage",
        account: "174558682303",
        hostname: "snowpack.stage.lakehouse.example.net",
        rds: false,
    },
];

const ICEPACK_PROD: &Place = &PLACES[2];
const SNOWPACK_DEV: &Place = &PLACES[4];

impl Place {
    /// `icepack/dev`
    fn name(&self) -> String {
        format!("{}/{}", self.service, self.environment)
    }

    /// The folder of its root, from the project's own.
    fn root(&self) -> String {
        format!("generated/terraform/{}-api/env/{}", self.service, self.environment)
    }

    fn values(&self) -> String {
        format!("generated/charts/{}/values-{}.yaml", self.service, self.environment)
    }

    fn chart(&self) -> String {
        format!("charts/{}", self.service)
    }

    fn role_arn(&self) -> String {
        format!("arn:aws:iam::{}:role/{}-{}", self.account, self.service, self.environment)
    }

    fn secret(&self, of: &str) -> String {
        format!("{}/{}/{of}", self.service, self.environment)
    }
}
