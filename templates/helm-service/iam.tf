{{<eks_oidc />}}

data "aws_iam_policy_document" "trust" {
  {{<irsa_statement namespace={service.namespace} service_account={service.service_account} />}}
  {% if service.keda_role %}

  # KEDA reads the database's secret with this role to count the queued jobs.
  statement {
    sid     = "Keda"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["{{ service.keda_role }}"]
    }
  }
  {% endif %}
}

resource "aws_iam_role" "service" {
  name               = "{{ service.role }}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "service" {
  statement {
    sid     = "ReadSecrets"
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      aws_secretsmanager_secret.polaris.arn,
      {% if service.database.external %}
      aws_db_instance.postgres.master_user_secret[0].secret_arn,
      {% else %}
      aws_secretsmanager_secret.postgres.arn,
      {% endif %}
    ]
  }
  {% if service.policy %}

  {{<iam_statements statements={service.policy} />}}
  {% endif %}
}

resource "aws_iam_role_policy" "service" {
  name   = "{{ service.name }}"
  role   = aws_iam_role.service.name
  policy = data.aws_iam_policy_document.service.json
}
