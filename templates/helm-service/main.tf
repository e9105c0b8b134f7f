data "aws_acm_certificate" "api" {
  domain      = "{{ service.load_balancer.certificate_domain }}"
  statuses    = ["ISSUED"]
  most_recent = true
}

resource "helm_release" "service" {
  name             = "{{ service.release }}"
  namespace        = "{{ service.namespace }}"
  create_namespace = true
  chart            = "${path.module}/{{ chart.path | relative }}"

  # Terraform sees a local chart by its path, version and values only. The digest
  # makes every change of the chart a change of the plan.
  description = "{{ chart.name }} {{ chart.version }} {{ chart.digest }}"

  values = [file("${path.module}/{{ files.values | relative }}")]

  set = [
    { name = "image.tag", value = var.image_tag, type = "string" },
    { name = "service.certificateArn", value = data.aws_acm_certificate.api.arn },
    {% if service.database.external %}
    { name = "postgres.external.host", value = aws_db_instance.postgres.address },
    { name = "postgres.secretName", value = aws_db_instance.postgres.master_user_secret[0].secret_arn },
    {% endif %}
  ]

  dependency_update = true
  atomic            = true
  cleanup_on_fail   = true
  wait              = true
  timeout           = {{ service.timeout }}
  max_history       = 10

  # The pods read their secrets when they start.
  depends_on = [aws_iam_role_policy.service]
}
