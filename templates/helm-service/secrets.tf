# The values are put into Secrets Manager by hand, so that no state ever holds one.

resource "aws_secretsmanager_secret" "polaris" {
  name        = "{{ service.polaris.secret }}"
  description = "Polaris service principal of {{ service.name }}: client_id and client_secret as JSON"
}
{% if not service.database.external %}

resource "aws_secretsmanager_secret" "postgres" {
  name        = "{{ service.database.secret }}"
  description = "Postgres login of {{ service.name }}: username and password as JSON"
}
{% endif %}
