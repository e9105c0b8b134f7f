//! Tables of secrets as people write them, and of what looks like one and is none.

use super::*;

/// Letters and digits that no table of known examples has.
const RANDOM: &str = "v7Qk2mZr9XbL4tN8sWc3yHd6GfJ1pUe5Aa0KxR";

/// A word in place of each letter of a template: credentials are made here, so that no scanner finds one in this file.
fn filled(text: &str) -> String {
    text.replace("RANDOM", RANDOM)
        .replace("SIXTEEN", "A2B3A2B3A2B3A2B3")
        .replace("FORTY", &"a1B2".repeat(10))
}

/// Checks that a file's text is shown without the secret `S3cr3t`.
#[track_caller]
fn hides(text: &str) {
    let secret = "hunter2secret";
    let text = text.replace('§', secret);
    let shown = masked_file(&text);
    assert!(!shown.contains(secret), "{shown}");
    assert_eq!(shown.len(), text.len());
}

#[track_caller]
fn shows(text: &str) {
    let text = filled(text);
    assert_eq!(masked_file(&text), text);
}

#[test]
fn a_value_is_hidden_by_its_key_in_every_format() {
    for text in [
        // TOML, also with a mistake
        "password = \"§\"",
        "password = \"§",
        "password = \"§\" x",
        "password = § x",
        "text = { password = \"§\", a = inf }",
        "db.\"admin password\" = '§'",
        "password = \"\"\"\n§\n\"\"\"\n",
        "[values.passwords]\napp = \"§\"",
        "passwords = { app = \"§\" }",
        "passwords = [\"§\", \"x\"]",
        "env = [{ name = \"DB_PASSWORD\", value = \"§\" }]",
        "[[env]]\nname = \"DB_PASSWORD\"\nvalue = \"§\"",
        // HCL
        "locals {\n  db_password = \"§\"\n}",
        "  password = <<-EOT\n    §\n  EOT\n",
        "variable \"db_password\" {\n  type    = string\n  default = \"§\"\n}",
        "set {\n  name  = \"db.password\"\n  value = \"§\"\n}",
        "resource \"aws_ssm_parameter\" \"x\" {\n  type  = \"SecureString\"\n  value = \"§\"\n}",
        "resource \"azurerm_key_vault_secret\" \"x\" {\n  name  = \"x\"\n  value = \"§\"\n}",
        "  secret_string = \"§\"",
        "environment = [{ name = \"API_TOKEN\", value = \"§\" }, { name = \"A\", value = \"b\" }]",
        "output \"api_token\" {\n  value = \"§\"\n}",
        "resource \"aws_ssm_parameter\" \"db_password\" {\n  value = \"§\"\n}",
        "  password = base64encode(\"§\")",
        "  password = sensitive(\"§\")",
        "  password = [\"§\"]",
        "  password = [\n    \"§\",\n  ]\n",
        "  args = [\n    \"--password\",\n    \"§\",\n  ]\n",
        // YAML
        "password: [§]",
        "password:\n  - §\n  - other1\n",
        "password:\n- §\nother: 1\n",
        "args:\n- --password\n- §\n- more",
        "stringData:\n  anything: §\n",
        "db:\n  password: §\n",
        "password: '§' # a comment",
        "password: !!str §",
        "password: |\n  §\n  more\nother: 1\n",
        "password:\n  §\n",
        "password: \"a\n  §\"\n",
        "{ password: §, user: a }",
        "env:\n  - name: DB_PASSWORD\n    value: §\n",
        "env:\n- value: §\n  name: DB_PASSWORD\n",
        "env:\n  - name: DB_PASSWORD\n    # why\n\n    value: \"§\"\n",
        "passwords:\n  - §\n  - other\n",
        "passwords:\n  app: §\n",
        "args:\n  - --password=§\n",
        "args: [\"--password\", \"§\"]",
        "kind: Secret\ndata:\n  anything: §\n",
        "stringData:\n  config: |\n    user a\n    § b\nkind: Secret\n",
        "# password: §",
        "# - name: DB_PASSWORD\n#   value: §",
        // JSON
        "{\"password\":\"§\",\"a\":1}",
        "{\n  \"name\": \"DB_PASSWORD\",\n  \"value\": \"§\"\n}",
        "body = \"{\\\"password\\\":\\\"§\\\"}\"",
        "{\"kind\":\"Secret\",\n \"stringData\": {\"x\": \"§\"}}",
        // Others
        "export PGPASSWORD=§",
        "DB_PASSWORD_PROD=§",
        "mysql --password=§ -u a",
        "mysql --password § -u a",
        "conn = \"Server=db;Password=§;\"",
        "conn: Server=db;Pwd=§;Timeout=3",
        "url = \"https://a.example/x?user=a&token=§&b=c\"",
        "<password>§</password>",
    ] {
        hides(text);
    }
}

#[test]
fn a_password_in_an_address_is_hidden() {
    for text in [
        "url = \"postgres://app:§@db/app\"",
        "redis://:§@redis:6379/0",
        "https://user:§@example.net/a.git",
        "amqp://app:§@mq:5672/%2f?heartbeat=5",
        "mongodb+srv://app:§@cluster.example.net/?retryWrites=true",
        "app:§@tcp(db:3306)/app",
        "jdbc:postgresql://app:§@db/app",
        "Authorization: Basic §hunter2secret=",
    ] {
        hides(text);
        let whole = text.replace('§', "hunter2secret");
        assert!(!masked(&whole).contains("hunter2"), "{whole}");
        assert!(is_secret("x", &whole), "{whole}");
    }
    for text in [
        "https://example.net:8080/a@b",
        "https://app@example.net",
        "postgres://app:${var.password}@db/app",
        "postgres://app:{{ service.password }}@db/app",
        "postgres://$USER:$PASSWORD@db/app",
        "git@github.com:a/b.git",
        "oci://registry.example.net/a:1.2@sha256:0123",
        "http://[::1]:80/a@b",
    ] {
        shows(text);
        assert!(!is_secret("x", text), "{text}");
    }
}

#[test]
fn a_credential_is_known_by_its_form_in_values_and_keys() {
    for secret in [
        "AKIASIXTEEN",
        "ASIASIXTEEN",
        "ghp_FORTY",
        "ghs_FORTY",
        "github_pat_FORTY",
        "glpat-FORTY",
        "xoxb-123-FORTY",
        "https://hooks.slack.com/services/T0/B0/FORTY",
        "sk_live_SIXTEEN",
        "rk_test_SIXTEEN",
        "whsec_FORTY",
        "AIzaFORTY",
        "GOCSPX-FORTY",
        "sk-ant-FORTY",
        "hvs.FORTY",
        "eyJFORTY.eyJFORTY.FORTY",
        "npm_FORTY",
        "pypi-FORTY",
        "dckr_pat_FORTY",
        "SG.FORTY.FORTY",
        "abcdefghij.atlasv1.FORTY",
        "shpat_FORTY",
        "glsa_FORTY",
        "AGE-SECRET-KEY-1SIXTEENSIXTEENSIXTEEN",
        "RANDOM",
        "$2y$10$FORTYFORTY",
        "-----BEGIN EC PRIVATE KEY-----\\nMHc\\n-----END EC PRIVATE KEY-----",
    ] {
        let secret = filled(secret);
        let text = format!("a: {secret}\nvalues.{secret} = 1\n\"{secret}\": b\n");
        let shown = masked_file(&text);
        let end = secret.rsplit(['/', '\\']).nth(usize::from(secret.contains("KEY--"))).unwrap();
        let part = &end[..end.len().min(12)];
        assert!(!shown.contains(part), "{secret}:\n{shown}");
        assert!(is_secret("anything", &secret), "{secret}");
        assert!(masked(&secret).contains("****"), "{secret}");
    }
}

#[test]
fn base64_of_a_known_form_is_a_secret_and_of_text_is_none() {
    let encoded = |text: &str| data_encoding::BASE64.encode(filled(text).as_bytes());
    for text in [
        "-----BEGIN RSA PRIVATE KEY-----\nMII\n",
        "AKIASIXTEEN",
        "{\"auths\":{\"a\":{\"password\":\"hunter2\"}}}",
        "postgres://app:hunter2secret@db/app",
        "DB_PASSWORD=hunter2secret\nA=b\n",
        "ghp_FORTY",
        "machine a login b\npassword=hunter2secret",
        "Server=db;Password=hunter2secret;",
        "token=hunter2secret&a=b",
        "{ \"client_secret\": \"hunter2secret\" }",
    ] {
        let text = format!("x = \"{}\"", encoded(text));
        assert_ne!(masked_file(&text), text);
    }
    for text in [
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ4\n-----END CERTIFICATE-----\n",
        "#!/bin/bash\nset -e\nyum install -y amazon-cloudwatch-agent\n",
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\"}]}",
        "log_level = debug\nregion = eu-west-1\n",
    ] {
        shows(&format!("x = \"{}\"", encoded(text)));
    }
}

#[test]
fn what_only_looks_like_a_secret_is_shown() {
    for text in [
        "role = \"arn:aws:iam::111111111111:role/deploy\"",
        "lb = \"arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/Api2/50dc6c495c0c9188\"",
        "token = \"arn:aws:secretsmanager:eu-west-1:111111111111:secret:a-AbCdEf\"",
        "image: a@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1",
        "id = \"123e4567-e89b-12d3-a456-426614174000\"",
        "id = \"123E4567-E89B-12D3-A456-426614174000\"",
        "version = \"1.10.0-rc.1+build.5\"",
        "account_id = \"111111111111\"",
        "subnet = \"subnet-0123456789abcdef0\"",
        "name: web-7d9c5b8f6d-x2x4z",
        "ssh_public_key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIRANDOM a@b\"",
        "hashes = [\"h1:RANDOM=\"]",
        "integrity = \"sha512-RANDOM==\"",
        "# envroot:seal v1 7876eec3bfb493c4d7ff782259b7371d shop/dev",
        "password = var.db_password",
        "password = random_password.db.result",
        "password = data.aws_secretsmanager_secret_version.v2.secret_string",
        "password = jsondecode(data.x.y.secret_string)[\"password\"]",
        "password = \"${var.password}\"",
        "password = \"{{ service.password }}\"",
        "password: {{ service.password }}",
        "password: $(POSTGRES_PASSWORD)",
        "password: \"\"",
        "password: null",
        "passwordKey: db",
        "existingSecret: grafana",
        "password_length = 32",
        "password_policy = \"strict2\"",
        "max_tokens = 4096",
        "permissions:\n  id-token: write\n  contents: read",
        "password:\n  valueFrom:\n    secretKeyRef:\n      vault: db1\n",
        "password:\n  - vault: db1\n",
        "password = lookup(local.names, \"db1\")",
        "args:\n- --password\n- --user1\n- admin1\n",
        "output \"db_password_length\" {\n  value = \"x12\"\n}",
        "tokenTtl: 24h1",
        "secretName: web1",
        "password = \"icepack/dev/postgres\"",
        "password = \"grafana-admin-password\"",
        "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: db1\n      key: password",
        "- name: A\n  value: b1\n- name: DB_PASSWORD\n  valueFrom: c\n- name: D\n  value: e1",
        "variable \"db_password\" {\n  type = string\n  sensitive = true\n}",
        "variable \"size\" {\n  default = \"t3.large\"\n}",
        "resource \"aws_secretsmanager_secret\" \"a\" {\n  name = \"a1\"\n}",
        "kind: ExternalSecret\nspec:\n  data:\n    - secretKey: password\n      remoteRef: a1",
        "kind: ConfigMap\ndata:\n  level: debug1\n---\nkind: SecretStore\ndata: x1\n",
        "-----BEGIN CERTIFICATE-----\nRANDOM\n-----END CERTIFICATE-----",
        "if [ \"$password\" == \"x1\" ]; then",
        "key = \"ThisIsQuiteALongNameInCamelCaseForAThing2\"",
        "url = \"https://Example.net/A/Path/With/Some/Parts/V1/Items/And/More/Of/Them\"",
        "The password: ask the team; see token handling = 2",
        "AKIA",
        "eyJ",
        "token: ENC[AES256_GCM,data:RANDOM=,type:str]",
    ] {
        shows(text);
    }
}

#[test]
fn a_message_hides_credentials_and_keeps_its_words() {
    let message = filled("`AKIASIXTEEN` is no token: write password=VALUE, or `password: a word`");
    assert_eq!(
        masked(&message),
        "`********************` is no token: write password=VALUE, or `password: a word`"
    );
}

#[track_caller]
fn judge(key: &str, value: &str, expected: bool) {
    assert_eq!(is_secret(key, value), expected, "{key} = {value}");
}

#[test]
fn a_secret_is_known_by_its_key() {
    for key in [
        "password",
        "adminPassword",
        "DB_PASSWORD",
        "DBPassword",
        "PGPASSWORD",
        "api-key",
        "clientSecret",
        "token",
        "MYSQL_PWD",
        "password_1",
        "password2",
        "smtp_pass",
        "ROOT_PASSWORD_PROD",
        "SECRET_KEY_BASE",
        "signingKey",
        "account-key",
        "password_wo",
    ] {
        judge(key, "hunter2", true);
        judge(key, "Correct-Horse-7", true);
        judge(key, "p@ss/word!1", true);
        assert_eq!(masked_value(key, "\"hunter2\" (from a)"), "\"*******\" (from a)");
    }
    for key in ["passwordKey", "password_length", "tokenUrl", "compass", "bypass", "partition_key"]
    {
        judge(key, "hunter2", false);
    }
    assert!(is_secret_number("password", "123456") && !is_secret_number("token", "123456"));
    assert!(!is_secret_number("password", "12") && !is_secret_number("port", "5432"));
}

#[test]
fn the_name_of_a_secret_and_what_has_an_order_are_none() {
    for (key, value) in [
        ("secret", "icepack/dev/postgres"),
        ("existingSecret", "grafana"),
        ("password", "icepack/dev/postgres"),
        ("password", "grafana_admin_password"),
        ("adminPassword", "grafana-admin-password"),
        ("grafana_admin_password", "The password of Grafana's administrator"),
        ("password", "{{ service.database.password }}"),
        ("password", "$(POSTGRES_PASSWORD)"),
        ("password", ""),
        ("passwordKey", "password"),
        ("secretKey", "password"),
        ("token", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a"),
    ] {
        judge(key, value, false);
    }
}

/// Texts of any kind: the length stays, lines stay, and no run fails.
#[test]
fn places_stay_where_they_are_in_any_text() {
    let pieces = [
        "password",
        " = ",
        ": ",
        "\"",
        "'",
        "\n",
        "  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "|",
        "<<EOT",
        "EOT",
        "é",
        "\u{202e}",
        "\r\n",
        "name",
        "value",
        "kind: Secret",
        "data:",
        "\"\"\"",
        "#",
        "--",
        "://",
        "a:b@c",
        "passwords",
        "\\",
        "<",
        ">",
        "&",
        "=",
        "AKIA",
        "eyJ",
        "hunter2",
        "---",
    ];
    let mut state: u64 = 7;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let shown = masked_file(&text);
        assert_eq!(shown.len(), text.len());
        let ends = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(ends(&shown), ends(&text));
    }
}

#[test]
fn each_of_many_secrets_in_a_line_is_hidden() {
    for part in [
        "{ name: DB_PASSWORD, value: hunter2 }, ",
        "{ password: hunter2 }, ",
        "password: \"hunter2\" ",
        "password=hunter2 ",
        "--password hunter2 ",
        "the password is hunter2 ",
    ] {
        let shown = masked_file(&part.repeat(500)).into_owned();
        assert!(!shown.contains("hunter2"), "{part}");
    }
}

#[test]
fn a_long_sentence_is_hidden_to_its_end() {
    let words = "correct horse battery staple 4 ".repeat(400);
    for line in [format!("password: {words}hunter2"), format!("mnemonic: {words}hunter2")] {
        assert!(!masked_file(&line).contains("hunter2"), "{}", &line[..20]);
    }
}
