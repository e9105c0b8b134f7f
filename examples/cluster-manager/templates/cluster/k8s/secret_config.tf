# The IAM role of each release that needs AWS, in a file of its own.

variable "oidc_provider_arn" {
  description = "The OIDC provider that trust policies name."
  type        = string
}

data "aws_iam_openid_connect_provider" "cluster" {
  arn = var.oidc_provider_arn
}

locals {
  issuer = trimprefix(data.aws_iam_openid_connect_provider.cluster.url, "https://")
}

output "roles" {
  description = "The ARNs of the roles, by release."
  value = {
    {% for name, release in service.releases %}
    {% if release.role %}
    {% set id = name | replace(from="-", to="_") %}
    {{ id | identifier }} = aws_iam_role.{{ id | identifier }}.arn
    {% endif %}
    {% endfor %}
  }
}
