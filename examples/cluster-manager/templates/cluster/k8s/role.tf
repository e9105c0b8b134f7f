{% set id = service.item.name | replace(from="-", to="_") %}
{% set trust = id ~ "_trust" %}
{% set role = service.item.role %}
data "aws_iam_policy_document" "{{ trust }}" {
  {{<irsa_statement namespace={service.item.namespace} service_account={role.service_account} />}}
}

resource "aws_iam_role" "{{ id }}" {
  name               = "{{ env.cluster }}-{{ service.item.name }}"
  assume_role_policy = data.aws_iam_policy_document.{{ trust | identifier }}.json
}

{% if role.bucket %}
resource "aws_s3_bucket" "{{ id }}" {
  bucket = "{{ role.bucket }}"
}

{% endif %}
data "aws_iam_policy_document" "{{ id }}" {
  {% if role.secrets %}
  # Secrets Manager ends every ARN with six characters of its own.
  statement {
    sid     = "ReadSecrets"
    actions = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"]
    resources = [
      {% for secret in role.secrets %}
      "arn:aws:secretsmanager:{{ env.region }}:{{ env.account_id }}:secret:{{ secret }}-??????",
      {% endfor %}
    ]
  }
  {% endif %}
  {% if role.bucket %}
  {% if role.secrets %}

  {% endif %}
  statement {
    sid       = "OwnBucket"
    actions   = ["s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
    resources = [aws_s3_bucket.{{ id | identifier }}.arn, "${aws_s3_bucket.{{ id | identifier }}.arn}/*"]
  }
  {% endif %}
  {% if role.policy %}
  {% if role.secrets or role.bucket %}

  {% endif %}
  {{<iam_statements statements={role.policy} />}}
  {% endif %}
}

resource "aws_iam_role_policy" "{{ id }}" {
  name   = "{{ service.item.name }}"
  role   = aws_iam_role.{{ id | identifier }}.id
  policy = data.aws_iam_policy_document.{{ id | identifier }}.json
}
