//! Words that are spelt as an environment's name and mean something else: a device, a version, a flag, another's domain.
//!
//! Looks only at the text around a word, and at the keys that lead to it.

/// A word in a text.
#[derive(Clone, Copy)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub start: usize,
    pub end: usize,
    /// The keys that lead to the text.
    pub keys: &'a [&'a str],
}

/// Returns true if a word does not mean an environment.
pub(super) fn means_another_thing(word: Word<'_>) -> bool {
    [is_device, is_version, is_flag, is_of_a_domain, is_mailbox, is_package, is_path, is_issuer]
        .iter()
        .any(|check| check(word))
}

const QUOTES: &str = "\"'`,;()[]{}<>|";

impl<'a> Word<'a> {
    fn own(self) -> &'a str {
        &self.text[self.start..self.end]
    }

    /// What precedes and follows the word, up to a blank, a quote or one of some characters.
    fn around(self, ends: &str) -> (&'a str, &'a str) {
        let is_end = |c: char| c.is_whitespace() || QUOTES.contains(c) || ends.contains(c);
        let before = &self.text[..self.start];
        let begin = before.char_indices().rev().find(|(_, c)| is_end(*c));
        let after = &self.text[self.end..];
        let end = after.find(is_end).unwrap_or(after.len());
        (&before[begin.map_or(0, |(at, c)| at + c.len_utf8())..], &after[..end])
    }

    fn has_key(self, parts: &[&str]) -> bool {
        let holds = |key: &&&str| {
            let key = key.to_ascii_lowercase();
            parts.iter().any(|part| key.contains(part))
        };
        self.keys.iter().rev().take(2).any(|key| holds(&key))
    }
}

/// Roots of the file system, seen from a container.
const ROOTS: [&str; 5] = ["/", "/host/", "/hostfs/", "/rootfs/", "/host/root/"];
/// Files and folders in `/dev`.
const DEVICES: &str = " null zero full random urandom tty console stdin stdout stderr fd shm mapper disk dri kvm mem kmsg port ptmx \
    pts net fuse mqueue hugepages log input uinput usb bus snd vfio infiniband watchdog initctl core cpu char block termination-log \
    nvidiactl nvidia-uvm nvidia-uvm-tools nvidia-modeset nvidia-caps kfd serial ppp tcp udp loop-control vhost-net gpiomem ";
/// The beginnings of device names that a letter and perhaps a number follow, as in `sda1`.
const DISKS: [&str; 4] = ["sd", "xvd", "hd", "vd"];
/// The beginnings of device names that a number follows.
const NUMBERED: [&str; 22] = [
    "nvme", "loop", "md", "dm-", "sr", "ram", "tty", "ttyS", "ttyUSB", "ttyACM", "video", "nvidia",
    "neuron", "i2c-", "card", "nbd", "rbd", "drbd", "mmcblk", "rtc", "tpm", "tpmrm",
];

/// `/dev/null`, `/dev/xvdb`.
fn is_device(word: Word<'_>) -> bool {
    let (before, after) = word.around("=:@");
    if word.own() != "dev" || !ROOTS.contains(&before) {
        return false;
    }
    let name = after.trim_start_matches('/').split('/').next().unwrap_or_default();
    if name.is_empty() {
        return word.has_key(&["mount", "host", "device", "volume"]);
    }
    let follows = |prefixes: &[&str], fits: fn(char) -> bool| {
        prefixes.iter().filter_map(|prefix| name.strip_prefix(prefix)).any(|rest| {
            rest.starts_with(fits)
                && rest.len() <= 8
                && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    };
    DEVICES.contains(&format!(" {name} "))
        || name.len() <= 6 && follows(&DISKS, |c| c.is_ascii_lowercase())
        || follows(&NUMBERED, |c| c.is_ascii_digit())
}

/// Words that mark a version which is not released.
const RELEASES: [&str; 16] = [
    "dev", "develop", "devel", "test", "testing", "preview", "alpha", "beta", "canary", "edge",
    "next", "nightly", "snapshot", "release", "stable", "int",
];

/// `1.0.0-dev`, `python:3.12-dev`.
fn is_version(word: Word<'_>) -> bool {
    let (before, after) = word.around("=:/@");
    if !RELEASES.contains(&word.own()) || !before.ends_with(['-', '.', '+', '~', '_']) {
        return false;
    }
    let token = word.start - before.len();
    let is_tag = word.text[..token].ends_with(':');
    let number = before.trim_start_matches(['v', '^', '~']);
    let is_number =
        number.starts_with(|c: char| c.is_ascii_digit()) && (is_tag || number.contains('.'));
    let is_latest = is_tag && before.starts_with("latest");
    let mut rest = after.chars();
    let ends = match rest.next() {
        None | Some('-' | '+' | '~' | '_') => true,
        Some('.') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        Some(_) => false,
    };
    ends && (is_number || is_latest)
}

/// `--no-dev`, `--test.timeout=5m`, `-dev` of a command. Not `--env=dev`, and not the suffix `-dev`.
fn is_flag(word: Word<'_>) -> bool {
    let (before, after) = word.around("");
    let is_name = before.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !before.starts_with('-') || !is_name {
        return false;
    }
    before.starts_with("--")
        || after.contains('=')
        || word.text.trim().contains(char::is_whitespace)
        || word.has_key(&["args", "command", "cmd", "flags", "opts", "options"])
}

/// Top-level domains that are spelt as an environment may be.
const TOP: [&str; 16] = [
    "dev", "test", "local", "live", "app", "internal", "uk", "us", "eu", "de", "fr", "jp", "cloud",
    "tools", "global", "int",
];
/// Domains whose names their owners choose, and no customer.
const OTHERS: [&str; 41] = [
    "azure.com",
    "mysql.com",
    "pkg.dev",
    "gcr.io",
    "docker.io",
    "docker.com",
    "quay.io",
    "k8s.io",
    "live.com",
    "microsoft.com",
    "microsoftonline.com",
    "salesforce.com",
    "ntp.org",
    "datadoghq.com",
    "datadoghq.eu",
    "mailgun.net",
    "mailgun.org",
    "sendgrid.net",
    "newrelic.com",
    "nr-data.net",
    "pypi.org",
    "python.org",
    "mozilla.org",
    "apache.org",
    "debian.org",
    "ubuntu.com",
    "alpinelinux.org",
    "fedoraproject.org",
    "kernel.org",
    "w3.org",
    "grafana.net",
    "tableau.com",
    "golang.org",
    "google.com",
    "hashicorp.com",
    "elastic.co",
    "confluent.io",
    "honeycomb.io",
    "launchdarkly.com",
    "opsgenie.com",
    "posthog.com",
];

/// `https://go.dev`, `dev.azure.com`.
fn is_of_a_domain(word: Word<'_>) -> bool {
    let (before, after) = word.around("=");
    let (scheme, host) =
        before.rsplit_once("://").map_or((false, before), |(_, host)| (true, host));
    let (mail, host) = host.rsplit_once('@').map_or((false, host), |(_, host)| (true, host));
    let end = after.find(['/', ':', '?', '#']).unwrap_or(after.len());
    let rest = &after[..end];
    let is_host =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if !is_host(host) || !is_host(rest) {
        return false;
    }
    let whole = &word.text[word.start - host.len()..word.end + rest.len()];
    let is_below = |domain: &&str| {
        whole.strip_suffix(*domain).is_some_and(|it| it.is_empty() || it.ends_with('.'))
    };
    let is_top = rest.is_empty()
        && host.len() > 1
        && host.ends_with('.')
        && TOP.contains(&word.own())
        && (scheme
            || mail
            || !after.is_empty()
            || whole.ends_with(".cluster.local")
            || word.has_key(&[
                "host",
                "domain",
                "url",
                "uri",
                "issuer",
                "mail",
                "endpoint",
                "regist",
                "repository",
                "server",
                "origin",
                "zone",
                "site",
                "image",
            ]));
    is_top || OTHERS.iter().any(is_below) || whole.ends_with("logic.azure.com")
}

/// `ops@example.net`, the mailbox of a team.
fn is_mailbox(word: Word<'_>) -> bool {
    let (before, after) = word.around(":");
    let domain = after.strip_prefix('@').unwrap_or_default();
    before.is_empty() && domain.contains('.') && !word.text[..word.start].ends_with("://")
}

/// Commands that install packages.
const INSTALLERS: [&str; 5] = ["apt-get ", "apt ", "apk ", "dnf ", "yum "];

/// `libpq-dev`, and all packages of a command that installs some.
fn is_package(word: Word<'_>) -> bool {
    let (before, after) = word.around("=/:");
    let is_last =
        before.ends_with('-') && after.is_empty() && ["dev", "devel", "test"].contains(&word.own());
    is_last
        && (before.starts_with("lib")
            || INSTALLERS.iter().any(|command| word.text.contains(command)))
}

/// A path at which many programs tell their health, the certificates of Let's Encrypt, and the layers of Amazon's registry.
fn is_path(word: Word<'_>) -> bool {
    let (before, _) = word.around(":=");
    let in_health = ["health", "actuator", "/-/"].iter().any(|part| word.text.contains(part));
    let is_probe = || {
        before.starts_with('/')
            && before.ends_with('/')
            && (in_health || word.has_key(&["probe", "health", "live"]))
    };
    word.own() == "live" && (is_probe() || before.ends_with("/letsencrypt/"))
        || word.text.contains("-starport-layer-bucket")
}

/// `letsencrypt-prod`, the issuer of certificates that browsers trust. Not `letsencrypt-staging`: no
/// browser trusts those.
fn is_issuer(word: Word<'_>) -> bool {
    let (before, _) = word.around(":=/");
    ["prod", "production"].contains(&word.own())
        && ["letsencrypt-", "lets-encrypt-"].iter().any(|issuer| before.ends_with(issuer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[(&str, &str, &str, &str)], expected: bool) {
        for (kind, name, path, text) in rows {
            let keys: Vec<&str> = path.split('.').collect();
            let is_apart = |at: usize, word: &str| {
                let alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                alone(text[..at].chars().next_back())
                    && alone(text[at + word.len()..].chars().next())
            };
            let start = text
                .match_indices(name)
                .map(|(at, _)| at)
                .find(|at| is_apart(*at, name))
                .expect(text);
            let word = Word { text, start, end: start + name.len(), keys: &keys };
            assert_eq!(means_another_thing(word), expected, "{kind}: {path} = {text}");
        }
    }

    /// The kind of file that has such a text, the name of an environment, the path of the text, and the text.
    #[test]
    fn a_word_that_means_another_thing() {
        check(
            &[
                ("node group", "dev", "block_device_mappings.device_name", "/dev/xvda"),
                ("node group", "dev", "device", "/dev/sda1"),
                ("node group", "dev", "device", "/dev/nvme1n1"),
                ("user data", "dev", "user_data", "mkfs -t xfs /dev/nvme0n1"),
                ("cron job", "dev", "command", "curl -s x > /dev/null 2>&1"),
                ("cron job", "dev", "command", "cmd 2>/dev/null"),
                ("pod", "dev", "terminationMessagePath", "/dev/termination-log"),
                ("pod", "dev", "volumes.hostPath.path", "/dev/shm"),
                ("daemon set", "dev", "volumes.hostPath.path", "/dev"),
                ("daemon set", "dev", "mountPath", "/host/dev"),
                ("daemon set", "dev", "hostPath", "/dev/mapper"),
                ("log shipper", "dev", "output", "file:/dev/stdout"),
                ("GPU chart", "dev", "devices", "/dev/nvidia0"),
                ("compose file", "dev", "devices", "/dev/ttyUSB0:/dev/ttyUSB0"),
                ("JVM", "dev", "javaOpts", "-Djava.security.egd=file:/dev/urandom"),
                ("health check", "dev", "test", "exec 3<>/dev/tcp/localhost/80"),
                ("chart", "dev", "version", "1.0.0-dev"),
                ("chart", "dev", "version", "v2.3.1-dev.4"),
                ("chart", "dev", "version", "0.9.0-dev+g1a2b3c"),
                ("image", "dev", "image", "cgr.dev/chainguard/python:3.12-dev"),
                ("image", "dev", "image", "chainguard/node:latest-dev"),
                ("image", "dev", "tag", "20.1-dev-alpine"),
                ("Python", "dev", "version", "2.0.0.dev"),
                ("image", "test", "tag", "7.4.0-test"),
                ("chart", "beta", "version", "1.2.3-beta.1"),
                ("dependency", "dev", "go", "https://go.dev"),
                ("documentation", "dev", "docs", "https://pkg.go.dev/net/http"),
                ("image", "dev", "image", "europe-docker.pkg.dev/team/x"),
                ("label", "dev", "annotation", "tekton.dev/pipeline"),
                ("label", "dev", "annotation", "serving.knative.dev/creator"),
                ("identity provider", "dev", "issuer", "login.acme.dev"),
                ("agent pool", "dev", "url", "https://dev.azure.com/acme"),
                ("repository", "dev", "repo", "dev.mysql.com"),
                ("service", "local", "host", "db.svc.cluster.local"),
                ("service", "local", "x", "prometheus.svc.cluster.local:9090"),
                (
                    "metrics",
                    "prod",
                    "remote",
                    "https://prometheus-prod-01-eu-west-0.grafana.net/api/prom/push",
                ),
                ("monitoring", "eu", "site", "datadoghq.eu"),
                ("mail", "eu", "api", "api.eu.mailgun.net"),
                ("package index", "test", "index", "https://test.pypi.org/simple"),
                ("identity provider", "live", "url", "https://login.live.com/oauth20"),
                ("composer", "dev", "command", "composer install --no-dev"),
                ("composer", "dev", "args", "--no-dev"),
                ("vault", "dev", "args", "-dev"),
                ("vault", "dev", "command", "vault server -dev -dev-root-token-id=x"),
                ("go test", "test", "args", "-test.v"),
                ("logging", "dev", "x", "--zap-devel --dev-mode=true"),
                ("alerts", "ops", "email", "ops@example.net"),
                ("alerts", "dev", "to", "Team <dev@example.net>"),
                ("packages", "dev", "build", "apt-get install -y zlib1g-dev gcc"),
                ("packages", "dev", "packages", "libpq-dev"),
                ("packages", "dev", "run", "apk add --no-cache musl-dev"),
                ("probe", "live", "livenessProbe.path", "/live"),
                ("probe", "live", "path", "/health/live"),
                ("certificate", "live", "cert", "/etc/letsencrypt/live/example.net/fullchain.pem"),
                ("certificates", "prod", "cert-manager.io/cluster-issuer", "letsencrypt-prod"),
                ("certificates", "production", "issuer", "letsencrypt-production"),
                ("certificates", "prod", "issuer", "lets-encrypt-prod-dns"),
                ("policy", "prod", "arn", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"),
            ],
            true,
        );
    }

    #[test]
    fn a_word_that_is_the_name() {
        check(
            &[
                ("queue", "dev", "queue", "jobs-dev"),
                ("queue", "dev", "queue", "sqs/dev/queue"),
                ("bucket", "dev", "bucket", "acme-dev-state"),
                ("parameter", "dev", "parameter", "/dev/app/password"),
                ("parameter", "dev", "parameter", "/dev/sdk-key"),
                ("parameter", "dev", "parameter", "/dev/nullable"),
                ("parameter", "dev", "parameter", "/dev/mdm/token"),
                ("parameter", "dev", "parameter", "/dev"),
                ("parameter", "dev", "parameter", "/acme/dev/null"),
                ("log group", "dev", "log_group", "/aws/eks/dev/cluster"),
                ("database", "dev", "database", "app_dev"),
                ("database", "dev", "url", "postgres://db.dev.example.net/app"),
                ("host", "dev", "host", "dev.example.net"),
                ("host", "dev", "host", "api-dev.example.net"),
                ("host", "dev", "host", "v1-dev.example.net"),
                ("host", "dev", "host", "1.2-dev.example.net"),
                ("host", "dev", "host", "dev.go.example"),
                ("host", "dev", "host", "notazure.com.dev.example.net"),
                ("host", "dev", "url", "https://dev.acmeazure.com/x"),
                ("topic", "dev", "topic", "orders.dev"),
                ("topic", "dev", "topic", "dev.orders"),
                ("environment variable", "dev", "args", "NODE_ENV=dev"),
                ("flag", "dev", "args", "--env=dev"),
                ("flag", "dev", "args", "--values=values-dev.yaml"),
                ("flag", "dev", "args", "--profile dev-admin"),
                ("JVM", "dev", "javaOpts", "-Dspring.profiles.active=dev -Xmx1g"),
                ("suffix", "dev", "suffix", "-dev"),
                ("suffix", "prod", "name_suffix", "-prod"),
                ("image", "prod", "tag", "1.4.2-prod"),
                ("image", "dev", "image", "registry.example.net/app-dev:1.0"),
                ("image", "dev", "image", "registry.example.net/dev/app:1.0"),
                ("branch", "dev", "branch", "release/dev"),
                ("namespace", "dev", "namespace", "team-a-dev"),
                ("release", "dev", "name", "web-20-dev"),
                ("account", "dev", "account", "deploy-dev@acme.iam.gserviceaccount.com"),
                ("account", "dev", "dsn", "dev@db:5432"),
                ("address", "dev", "dsn", "postgres://dev@db.example.net/app"),
                ("path", "dev", "source", "../envs/dev/values.yaml"),
                ("path", "live", "path", "/live/config"),
                ("path", "live", "bucket", "live/state"),
                ("key", "dev", "key", "dev/terraform.tfstate"),
                ("role", "dev", "role", "arn:aws:iam::1:role/dev-deploy"),
                ("alias", "dev", "kms", "alias/dev"),
                ("address", "dev", "url", "https://github.com/acme/dev"),
                ("address", "prod", "url", "https://acme.example/prod"),
                (
                    "certificates",
                    "staging",
                    "server",
                    "https://acme-staging-v02.api.letsencrypt.org/directory",
                ),
                ("certificates", "staging", "issuer", "letsencrypt-staging"),
                ("certificates", "dev", "issuer", "letsencrypt-dev"),
                ("certificates", "prod", "issuer", "acme-prod"),
                ("payments", "sandbox", "url", "https://api.sandbox.paypal.com"),
            ],
            false,
        );
    }
}
