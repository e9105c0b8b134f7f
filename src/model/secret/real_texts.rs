//! Texts as real files have them, reworded: those with a secret, and those that only look so. Credentials are made here, so that
//! no scanner finds one in this file.

use super::{is_secret, written};

const WORD: &str = "v7Qk2mZr9XbL4tN8sWc3yHd6GfJ1pUe5Aa0KxRqT";

/// `§N` is so many random letters and digits.
fn filled(text: &str) -> String {
    let mut parts = text.split('§');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        match part[..digits].parse() {
            Ok(length) => out.extend(WORD.chars().cycle().take(length)),
            Err(_) => out.push('§'),
        }
        out.push_str(&part[digits..]);
    }
    out
}

/// Judges a value as a setting and as the text of a template, in YAML and in HCL.
#[track_caller]
fn check(rows: &[(&str, &str, &str)], expected: bool) {
    for (kind, key, value) in rows {
        let value = filled(value);
        assert_eq!(is_secret(key, &value), expected, "{kind}: {key} = {value}");
        for text in [format!("{key}: \"{value}\"\n"), format!("{key} = \"{value}\"\n")] {
            assert_eq!(!written(&text).is_empty(), expected, "{kind}: {text}");
        }
    }
}

/// The kind of file that has such a value, its key, and the value.
#[test]
fn a_secret_is_found_in_settings_and_in_templates() {
    check(
        &[
            ("connection", "url", "postgres://app:hunter2@db:5432/x"),
            ("connection", "url", "postgresql+psycopg://app:hunter2@db/x?sslmode=require"),
            ("connection", "dsn", "mysql://root:hunter2@10.0.0.1:3306/x"),
            ("connection", "REDIS_URL", "redis://:hunter2@redis:6379/0"),
            ("connection", "broker", "amqps://app:hunter2@mq.example.net:5671/%2f"),
            ("connection", "mongo", "mongodb+srv://app:hunter2@cluster.example.net/x"),
            ("connection", "dsn", "app:hunter2@tcp(db:3306)/x"),
            ("connection", "jdbc", "jdbc:postgresql://db/x?user=app&password=hunter2"),
            ("connection", "conn", "Server=db;Database=x;User Id=sa;Password=hunter2;"),
            ("proxy", "HTTPS_PROXY", "http://proxy:hunter2@proxy.example.net:3128"),
            ("repository", "repo", "https://ci:hunter2@git.example.net/a.git"),
            ("chart", "adminPassword", "hunter2"),
            ("chart", "adminPassword", "prom-operator1"),
            ("chart", "postgresqlPassword", "s3cr3tpass"),
            ("chart", "secretKey", "hunter2"),
            ("chart", "accessKey", "minio123"),
            ("chart", "rootPassword", "Correct-Horse-7"),
            ("chart", "redisPassword", "p@ss/word!1"),
            ("application", "SECRET_KEY_BASE", "d41d8cd98f00b204e980"),
            ("application", "jwtSecret", "my5ecret"),
            ("application", "smtp_pass", "hunter2"),
            ("application", "clientSecret", "abc123def"),
            ("application", "encryptionKey", "0123456789abcdef"),
            ("application", "x", "§40"),
            ("CI", "x", "ghp_§36"),
            ("CI", "x", "github_pat_§40"),
            ("CI", "x", "glpat-§20"),
            ("CI", "x", "glft-§20"),
            ("CI", "x", "GR1348941§20"),
            ("CI", "x", "CCIPAT_§22_§40"),
            ("chat", "x", "xoxb-1234567890-§24"),
            ("chat", "x", "https://hooks.slack.com/services/T0/B0/§24"),
            ("chat", "x", "https://discord.com/api/webhooks/123456789012345678/§68"),
            ("payments", "x", "sk_live_§24"),
            ("payments", "x", "rk_live_§24"),
            ("mail", "x", "SG.§22.§43"),
            ("mail", "x", "xkeysib-§64"),
            ("models", "x", "sk-ant-§40"),
            ("models", "x", "sk-svcacct-§120"),
            ("models", "x", "sk-or-v1-§64"),
            ("Vault", "x", "hvs.§30"),
            ("OpenShift", "x", "sha256~§43"),
            ("network", "x", "tskey-auth-§30"),
            ("registry", "x", "npm_§36"),
            ("registry", "x", "dckr_pat_§27"),
            ("registry", "x", "dckr_oat_§32"),
            ("registry", "x", "AKCp§69"),
            ("cloud", "x", "doo_v1_§64"),
            ("cloud", "x", "HRKU-AA§58"),
            ("cloud", "x", "LTAI§20"),
            ("Grafana", "x", "glsa_§40"),
            ("header", "x", "Authorization: Bearer §30"),
            ("header", "x", "Basic §20=="),
            ("user data", "x", "export DB_PASSWORD=hunter2"),
            ("key", "x", "-----BEGIN RSA PRIVATE KEY-----"),
            ("key", "private_public_key", "§44"),
        ],
        true,
    );
}

#[test]
fn what_is_public_or_encrypted_or_a_name_is_no_secret() {
    let sealed = format!("Ag{}", format!("B{WORD}").repeat(10));
    let sealed_short = format!("AQ{}", format!("A{WORD}").repeat(9));
    check(
        &[
            ("access", "ssh_public_key", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ§300 a@b"),
            ("access", "key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI§43 a@b"),
            ("access", "key", "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHA§100="),
            (
                "access",
                "key",
                "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t§60",
            ),
            ("access", "known_hosts", "git.example.net ssh-rsa AAAAB3NzaC1yc2E§200"),
            ("access", "public_key", "§43="),
            ("access", "peerPublicKey", "§43="),
            ("certificate", "cluster_ca", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t§200"),
            (
                "certificate",
                "certificate-authority-data",
                "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t§40",
            ),
            ("certificate", "caBundle", "MIIDazCCAlOgAwIBAgIU§200"),
            ("certificate", "x509Certificate", "MIIC4jCCAcqgAwIBAgIQ§200"),
            ("certificate", "x", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA§100"),
            ("certificate", "x", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE§86=="),
            ("certificate", "tlsCert", "§200"),
            ("certificate", "fingerprint", "§43"),
            ("picture", "logo", "data:image/png;base64,iVBORw0KGgo§200"),
            ("picture", "logo", "iVBORw0KGgoAAAANSUhEUg§200"),
            ("picture", "favicon", "AAABAAEAEBAAAAEAIABoBA§100"),
            ("picture", "photo", "/9j/4AAQSkZJRgABAQ§200"),
            ("font", "font", "d09GMgABAAAAA§200"),
            ("archive", "user_data_base64", "H4sIAAAAAAAA§200"),
            ("secret of Kubernetes", "secretKey", "password"),
            ("secret of Kubernetes", "secretKey", "username"),
            ("secret of Kubernetes", "secretKey", "DATABASE_URL"),
            ("secret of Kubernetes", "secretKey", "db-password"),
            ("chart", "existingPasswordSecretKey", "password"),
            ("chart", "existingPasswordSecretKey", "redispass1"),
            ("chart", "existingSecretPasswordKey", "redispass1"),
            ("chart", "existingSecret", "grafana1"),
            ("chart", "passwordKey", "pass1"),
            ("chart", "token", "disabled"),
            ("chart", "accessKey", "none"),
            ("chart", "password", "generated"),
            ("chart", "apiKey", "required"),
            ("chart", "apiKey", "optional"),
            ("chart", "token", "enabled"),
            ("chart", "clientSecret", "unset"),
            ("chart", "adminPassword", "${var.admin_password}"),
            ("chart", "password", "$(DB_PASSWORD)"),
            ("chart", "password", "<path:secret/data/db#password>"),
            ("chart", "password", "vault:secret/data/db#password"),
            ("chart", "password", "ref+awssecrets://app/db"),
            ("chart", "password", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a-AbCdEf"),
            ("SOPS", "password", "ENC[AES256_GCM,data:§40=,iv:§43=,tag:§22==,type:str]"),
            ("SOPS", "mac", "ENC[AES256_GCM,data:§120=,iv:§43=,tag:§22==,type:str]"),
            ("SOPS", "enc", "AQICAHh§200"),
            ("SOPS", "enc", "CiQA§200"),
            ("SealedSecret", "password", &sealed),
            ("SealedSecret", "anything", &sealed_short),
            ("encrypted", "password", "ENC[PKCS7,MIIBeQYJKoZIhvcNAQcDoIIB§100]"),
            ("encrypted", "password", "EJ[1:§43=:§32:§40]"),
            ("encrypted", "password", "{cipher}AQ§100"),
            ("encrypted", "password", "vault:v1:§60"),
            ("web page", "publishableKey", "pk_live_§40"),
            ("web page", "recaptchaSiteKey", "6Le§37"),
            ("web page", "docs", "https://docs.google.com/spreadsheets/d/§44/edit"),
            ("checksum", "integrity", "sha512-§86=="),
            ("checksum", "h", "h1:§43="),
            (
                "checksum",
                "image",
                "a@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
            ("identifier", "id", "123e4567-e89b-12d3-a456-426614174000"),
            ("identifier", "pool", "eu-west-1_AbCdEf123"),
            ("connection", "url", "postgres://app@db:5432/x"),
            ("connection", "url", "postgres://app:${DB_PASSWORD}@db:5432/x"),
            ("connection", "url", "postgres://$(USER):$(PASSWORD)@db:5432/x"),
        ],
        false,
    );
}
