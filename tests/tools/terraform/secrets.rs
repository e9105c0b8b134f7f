//! Secrets are declared, named and read, and their values are nowhere.
//!
//! Nothing here may know how a secret's value looks.

use serde_json::{Value, json};

use crate::terraform::journey::{journeys, references};
use crate::terraform::release::values;

#[test]
fn every_root_makes_its_role_its_secrets_its_database_and_its_release_and_nothing_else() {
    for journey in journeys() {
        let expected: &[&str] = match journey.place.rds {
            true => &[
                "aws_db_instance.postgres",
                "aws_db_subnet_group.postgres",
                "aws_iam_role.service",
                "aws_iam_role_policy.service",
                "aws_secretsmanager_secret.polaris",
                "aws_security_group.postgres",
                "aws_vpc_security_group_ingress_rule.postgres",
                "helm_release.service",
            ],
            false => &[
                "aws_iam_role.service",
                "aws_iam_role_policy.service",
                "aws_secretsmanager_secret.polaris",
                "aws_secretsmanager_secret.postgres",
                "helm_release.service",
            ],
        };
        assert_eq!(journey.resources(), expected, "{}", journey.place.name());
    }
}

#[test]
fn the_secrets_bear_the_names_that_the_values_ask_for() {
    for journey in journeys() {
        let place = journey.place;
        let values = values(place);
        let polaris = &journey.planned("aws_secretsmanager_secret.polaris")["name"];
        assert_eq!(*polaris, place.secret("polaris"));
        assert_eq!(values["polaris"]["secretName"], *polaris);
        if place.rds {
            // AWS names the secret, so only Terraform can tell the release.
            assert_eq!(values["postgres"]["secretName"], Value::Null);
        } else {
            let postgres = &journey.planned("aws_secretsmanager_secret.postgres")["name"];
            assert_eq!(*postgres, place.secret("postgres"));
            assert_eq!(values["postgres"]["secretName"], *postgres);
        }
    }
}

#[test]
fn the_role_reads_its_own_secrets_and_does_nothing_else() {
    for journey in journeys() {
        let policy = &journey.written("data.aws_iam_policy_document.service")["statement"];
        let [statement] = policy.as_array().unwrap().as_slice() else { panic!("{policy}") };
        let actions = &statement["actions"]["constant_value"];
        assert_eq!(*actions, json!(["secretsmanager:GetSecretValue"]));
        let postgres = match journey.place.rds {
            true => "aws_db_instance.postgres.master_user_secret[0].secret_arn",
            false => "aws_secretsmanager_secret.postgres.arn",
        };
        let arns = references(&statement["resources"]);
        let arns: Vec<_> = arns.into_iter().filter(|it| it.ends_with("arn")).collect();
        assert_eq!(arns, ["aws_secretsmanager_secret.polaris.arn", postgres]);
    }
}

#[test]
fn no_value_of_a_secret_reaches_the_release() {
    for journey in journeys() {
        let release = journey.applied("helm_release.service");
        for argument in ["set_list", "set_sensitive", "set_wo"] {
            assert_eq!(release[argument], Value::Null, "{argument}");
        }
        let set = release["set"].as_array().unwrap().iter();
        let set = set.filter(|it| it["name"] != "image.tag");
        let set: Vec<_> = set.map(|it| json!([it["name"], it["value"]])).collect();
        // What follows the type of a resource is the stand-in's word for what AWS would answer.
        let mut expected = vec![json!(["service.certificateArn", "aws_acm_certificate.arn"])];
        if journey.place.rds {
            let secret = "aws_db_instance.master_user_secret.secret_arn";
            expected.push(json!(["postgres.external.host", "aws_db_instance.address"]));
            expected.push(json!(["postgres.secretName", secret]));
        }
        assert_eq!(set, expected, "{}", journey.place.name());
    }
}

#[test]
fn rds_keeps_its_own_password() {
    for journey in journeys().filter(|journey| journey.place.rds) {
        let database = journey.planned("aws_db_instance.postgres");
        assert_eq!(database["manage_master_user_password"], true);
        assert_eq!((&database["password"], &database["password_wo"]), (&Value::Null, &Value::Null));
        assert_eq!(database["storage_encrypted"], true);
        assert_eq!(database["deletion_protection"], true);
        let name = journey.place.name().replace('/', "-");
        assert_eq!(database["identifier"], name);
        assert_eq!(database["final_snapshot_identifier"], format!("{name}-final"));
        assert_eq!(values(journey.place)["postgres"]["internal"]["enabled"], false);
    }
}
