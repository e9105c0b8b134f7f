//! Lines as people write them by hand, with a secret between `«` and `»`, and lines that only look so.

use super::super::masked_file;

/// Credentials are made here, so that no scanner finds one in this file.
pub(crate) fn filled(text: &str) -> String {
    text.replace("FORTY", &"a1B2".repeat(10))
        .replace("HEX", "0123456789abcdef0123456789abcdef")
        .replace("UUID", "123e4567-e89b-12d3-a456-426614174000")
}

/// The lines of a row without its marks, and the secrets between them.
pub(crate) fn secrets_of(row: &str) -> (String, Vec<String>) {
    let row = filled(row);
    let secrets = row.split('«').skip(1).filter_map(|part| part.split('»').next());
    (row.replace(['«', '»'], ""), secrets.map(str::to_owned).collect())
}

#[rustfmt::skip]
pub(crate) const SECRETS: &[&str] = &[
    // Keys
    "credentials = \"«hunter2secret»\"",
    "credentials: «hunter2secret»",
    "  gitCredential: \"«hunter2»\"",
    "creds: { app: x, cred: «hunter2secret» }",
    "basicAuth: \"admin:«hunter2»\"",
    "basic_auth = \"«admin:hunter2»\"",
    "auth: \"admin:«hunter2secret»\"",
    "pin = «482913»",
    "pin: \"«4829»\"",
    "door_pin: «482913»",
    "dbpass = \"«hunter2»\"",
    "rootpw «hunter2secret»",
    "Passwort: «hunter2»",
    "salt = \"«v7Qk2mZr9Xb»\"",
    "NEXTAUTH_SECRET=«hunter2secret»",
    "secret: «v7Qk2mZr9XbL4tN8»",
    "secret = \"«correct#horse»\"",
    "session: «s3cr3t0session»",
    "PresharedKey = «FORTY=»",
    "mnemonic: \"«legal winner thank year wave sausage worth»\"",
    "password: «correct horse battery staple»",
    "hook_key = \"«v7Qk2mZr9XbL4tN8sWc3»\"",
    // Values where no other is given
    "password = coalesce(var.password, \"«hunter2secret»\")",
    "password = var.password != \"\" ? var.password : \"«hunter2secret»\"",
    "password: {{ .Values.password | default \"«hunter2secret»\" }}",
    "DB_PASSWORD=${DB_PASSWORD:-«hunter2secret»}",
    // Tables
    "secrets:\n  anything: «hunter2secret»",
    "secrets:\n  shop:\n    deep:\n      anything: «plainword»",
    "app:\n  secrets: { anything: \"«hunter2»\" }",
    "secrets = {\n  anything = \"«hunter2»\"\n}",
    "[shop.secrets]\nanything = \"«hunter2»\"",
    "secrets:\n  - «hunter2secret»",
    "secretEnv:\n  STRIPE: «hunter2»",
    "tokens:\n  app: «hunter2secret»",
    "stringData:\n  anything: «plainword»",
    "{\"secrets\":{\"a\":\"«hunter2»\"}}",
    // Commands
    "curl -u admin:«hunter2secret» https://example.net",
    "curl -sS --user 'admin:«hunter2secret»' https://example.net",
    "curl -uadmin:«hunter2secret» https://example.net",
    "args: [\"curl\", \"-u\", \"admin:«hunter2»\"]",
    "curl -b 'sid=«v7Qk2mZr9Xb»' https://example.net",
    "curl --proxy-user app:«hunter2» -x proxy:3128",
    "mysql -uroot -p«hunter2secret» shop",
    "command: [\"mysqladmin\", \"-p«hunter2»\", \"ping\"]",
    "sshpass -p «hunter2secret» ssh a@b",
    "docker login -u app -p «hunter2secret» registry.example.net",
    "echo «hunter2secret» | docker login -u app --password-stdin",
    "echo 'app:«hunter2secret»' | chpasswd",
    "redis-cli -a «hunter2secret» ping",
    "mongosh -u app -p «hunter2secret»",
    "ldapsearch -x -w «hunter2secret»",
    "openssl rsa -passin pass:«hunter2secret» -in key.pem",
    "keytool -storepass «hunter2secret» -list",
    "kubectl create secret generic a --from-literal=anything=«hunter2secret»",
    "kubectl create secret generic a --from-literal anything=«plainword»",
    "vault kv put secret/app anything=«hunter2secret»",
    "gh secret set APP --body «hunter2secret»",
    "aws ssm put-parameter --type SecureString --value «hunter2secret»",
    "htpasswd -nb app «hunter2secret»",
    "smbclient -U app%«hunter2secret» //a/b",
    "ConvertTo-SecureString \"«hunter2secret»\" -AsPlainText",
    // Files of passwords
    "machine example.net login app password «hunter2secret»",
    "machine example.net\n  login app\n  password «hunter2»",
    "[client]\nuser=app\npassword=«hunter2secret»",
    "db.example.net:5432:shop:app:«hunter2secret»",
    "*:*:*:app:«hunter2»",
    "requirepass «hunter2secret»",
    "app:{SHA}«W6ph5Mm5Pz8GgiULbPgzG37mj9g=»",
    "app:«$apr1$FORTY»",
    "app:«$1$FORTY»",
    "//registry.example.net/:_auth=«YWRtaW46aHVudGVyMg==»",
    "{\"auths\":{\"registry.example.net\":{\"auth\":\"«YWRtaW46aHVudGVyMg==»\"}}}",
    "ALTER USER app IDENTIFIED BY '«hunter2secret»';",
    "CREATE ROLE app LOGIN PASSWORD '«hunter2secret»';",
    // Sentences
    "# the password is «hunter2»",
    "# password for the admin is «hunter2secret».",
    "// login: app, pw: «hunter2»",
    "The token is `«v7Qk2mZr9Xb»`",
    "Log in as admin with password «hunter2secret»",
    "<!-- passphrase = «Tr0ub4dor&3» -->",
    "# password was \"«plainword»\"",
    // Headers
    "Authorization: Bearer «abcdefghij12»",
    "-H \"Authorization: Bearer «hunter2secret»\"",
    "-H 'authorization: token «hunter2secret»'",
    "\"Authorization\" = \"Basic «YWRtaW46aHVudGVyMg==»\"",
    "Authorization: «v7Qk2mZr9XbL4tN8»",
    "Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=«HEX»",
    "Proxy-Authorization: Digest username=\"a\", response=«HEX»",
    "cookie: session=«v7Qk2mZr9Xb»; Path=/",
    "Set-Cookie: sid=«v7Qk2mZr9Xb»; HttpOnly",
    "X-Api-Key: «hunter2secret»",
    // Addresses
    "dsn: https://«HEX»@o1.ingest.sentry.io/42",
    "remote: https://«HEX»@git.example.net/a.git",
    "url: https://hooks.slack.com/services/«T0AB/B0CD/x1»",
    "url: https://discord.com/api/webhooks/«123456789/abc»",
    "url: https://discordapp.com/api/webhooks/«123456789/abc»",
    "url: https://acme.webhook.office.com/«webhookb2/UUID@UUID/IncomingWebhook/HEX/UUID»",
    "url: https://chat.example.net/hooks/«x1y2z3a4b5c6d7e8f9g0h1i2j3»",
    "url: https://hooks.zapier.com/hooks/«catch/123/abc»",
    "url: https://api.telegram.org/bot«123456:abcDEF»/sendMessage",
    "url: https://a.blob.core.windows.net/b?sv=2022-11-02&sig=«abc%2Bdef%3D»",
    "url: https://a.example.net/x?token=«hunter2secret»",
    "url: https://a.example.net/x?a=b&amp;token=«hunter2secret»",
    "url: https://a.s3.amazonaws.com/b?X-Amz-Expires=60&X-Amz-Signature=«HEX»",
    "url: https://a.example.net/x?key=«v7Qk2mZr9Xb»",
    "url: https://a.example.net/cb#access_token=«hunter2secret»",
    // Connections
    "conn: DefaultEndpointsProtocol=https;AccountName=a;AccountKey=«FORTY==»;",
    "conn: Endpoint=sb://a/;SharedAccessKeyName=b;SharedAccessKey=«FORTY=»",
    "conn = \"Server=db;User Id=sa;Password=«hunter2»;\"",
    "jdbc: jdbc:sqlserver://db:1433;user=app;password=«hunter2secret»",
    "jdbc: jdbc:postgresql://db/shop?user=app&password=«hunter2secret»",
    "jdbc: jdbc:oracle:thin:app/«hunter2secret»@db:1521/shop",
    "dsn: host=db user=app password=«hunter2secret» dbname=shop",
    "sqlplus app/«hunter2secret»@db",
    // Keys and tokens
    "jwt: «eyJFORTY.eyJFORTY.FORTY»",
    "key: |\n  -----BEGIN OPENSSH PRIVATE KEY-----\n  «FORTY»\n  «FORTY»\n  -----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n«FORTY»\n-----END PGP PRIVATE KEY BLOCK-----",
    "Private-Lines: 2\n«plainwordABCD»\n«plainwordEFGH»\nPrivate-MAC: «HEX»",
];

#[rustfmt::skip]
pub(crate) const INNOCENT: &[&str] = &[
    // Names of secrets
    "secretName: shop-tls",
    "secretName: web1",
    "existingSecret: grafana1",
    "existingSecretPasswordKey: pass1",
    "passwordKey: pass1",
    "secret: web1",
    "secret = \"shop/dev/postgres1\"",
    "credentials: include",
    "credentials: true",
    "credentials = file(\"key.json\")",
    "credentials = \"/etc/app/creds1.json\"",
    "credentials = google_service_account_key.a.private_key",
    "valueFrom:\n  secretKeyRef:\n    name: db1\n    key: pass1",
    "secretRef:\n  name: app1",
    "imagePullSecrets:\n  - name: registry1",
    "externalSecrets:\n  store: aws1",
    "secrets:\n  - name: default-token-abc12",
    "secrets:\n  db_password:\n    file: ./db_password1.txt\n    external: true",
    "secrets:\n  enabled: true\n  region: eu-west-1\n  secretName: web1",
    "secrets: inherit",
    "secrets:\n  token: ${{ secrets.TOKEN }}",
    "secrets = [{ name = \"DB_PASSWORD\", valueFrom = \"arn:aws:ssm:eu-west-1:111111111111:parameter/db\" }]",
    "tokens: 4096",
    "max_tokens:\n  input: 4096",
    // References
    "password = var.db_password",
    "password = \"${var.password}\"",
    "password = data.aws_secretsmanager_secret_version.v2.secret_string",
    "password = coalesce(var.password, local.password)",
    "password = lookup(local.names, \"db1\")",
    "password: {{ .Values.password | default .Values.other }}",
    "DB_PASSWORD=${DB_PASSWORD:-}",
    "role_arn = \"arn:aws:iam::111111111111:role/deploy\"",
    "curl -u \"$USER:$PASSWORD\" https://example.net",
    "curl -H \"Authorization: Bearer $TOKEN\" https://example.net",
    "Authorization: Bearer ${{ secrets.TOKEN }}",
    "mysql -uroot -p$MYSQL_PASSWORD shop",
    "echo \"$TOKEN\" | docker login --password-stdin",
    "kubectl create secret generic a --from-file=key1=./key1.txt",
    "url: https://a.example.net/x?token=${var.token}",
    // Commands with the same options
    "docker run -p 8080:80 -u 1000:1000 web:1.2",
    "chown -R app1:app1 /srv",
    "mkdir -p build/v1x2y3z",
    "kubectl create configmap a --from-literal=LEVEL=debug1",
    "cp -a src1 dst1",
    "grep -w max2 values.yaml",
    // Words
    "# the password is stored in the vault",
    "# The token is valid for 24h",
    "# password policy: strong",
    "# the secret is rotated every 30 days",
    "The password: ask the team",
    "# the key is base64 encoded",
    "# set the password to rotate it",
    "description = \"The password of the database\"",
    "authorization: required",
    "authorization_mode: rbac2",
    "cookie: session",
    "session_cookie_name: route1",
    "Set-Cookie: Path=/api1; SameSite=Strict",
    // Addresses, ids and others
    "url: https://shop.example.net/a?page=12&sort=name2",
    "url: https://docs.example.net/webhooks/getting-started",
    "image: registry.example.net/shop/web:1.27.3",
    "url: postgres://app@db:5432/shop",
    "repo: git@github.com:acme/shop.git",
    "key = \"shop/dev/terraform.tfstate\"",
    "partition_key = \"OrderId2\"",
    "routing_key: orders.created.v1",
    "pinned: 4711",
    "spinning: 4711",
    "ip: 10.0.0.1:5432",
    "ports: 80:8080:tcp",
    "arn:aws:sns:eu-west-1:111111111111:topic1",
    "ssh_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFORTY a@b",
    "pipeline: build2deploy",
    "hostname: k8s1.example.net",
    "author: jane42",
    "auth: ldap1",
    "signature_version: s3v4",
    "sessionAffinity: ClientIP",
    "schedule: \"12 30 4 * *\"",
    "seed = 12345",
];

#[test]
fn what_may_be_a_secret_is_hidden_and_nothing_else() {
    let mut wrong = Vec::new();
    for row in SECRETS {
        let (text, secrets) = secrets_of(row);
        let shown = masked_file(&text);
        if secrets.is_empty() || secrets.iter().any(|secret| shown.contains(secret)) {
            wrong.push(format!("shown: {shown}"));
        }
    }
    for row in INNOCENT {
        let text = filled(row);
        let shown = masked_file(&text);
        if shown != text {
            wrong.push(format!("hidden: {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
