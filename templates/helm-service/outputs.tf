output "url" {
  description = "Where the API answers. `/readyz` says whether it is ready."
  value       = "https://{{ service.hostname }}"
}

output "image_tag" {
  description = "The image that runs."
  value       = var.image_tag
}

output "role_arn" {
  description = "The role that the pods assume."
  value       = aws_iam_role.service.arn
}

output "secrets" {
  description = "The Secrets Manager entries whose values are put in by hand."
  {% if service.database.external %}
  value       = [aws_secretsmanager_secret.polaris.name]
  {% else %}
  value       = [aws_secretsmanager_secret.polaris.name, aws_secretsmanager_secret.postgres.name]
  {% endif %}
}
{% if service.database.external %}

output "database" {
  description = "Where Postgres answers."
  value       = aws_db_instance.postgres.endpoint
}
{% endif %}
