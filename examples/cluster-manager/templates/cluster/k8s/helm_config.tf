module "secret_config" {
  source = "./secret_config"

  oidc_provider_arn = var.oidc_provider_arn
}
{% for name, release in service.releases %}
{% set id = name | replace(from="-", to="_") %}

resource "helm_release" "{{ id }}" {
  name       = "{{ name }}"
  repository = "{{ release.repository }}"
  chart      = "{{ release.chart | default(value=name) }}"
  version    = "{{ release.version }}"
  {% if service.namespaces and release.namespace in service.namespaces %}
  namespace = kubernetes_namespace_v1.{{ release.namespace | replace(from="-", to="_") | identifier }}.metadata[0].name
  {% else %}
  {% if not release.create_namespace and release.namespace != "kube-system" %}
  {{ throw(message="the release " ~ name ~ " names the namespace " ~ release.namespace ~ ", which nobody declares") }}
  {% endif %}
  namespace = "{{ release.namespace }}"
  {% endif %}
  {% if release.create_namespace %}
  create_namespace = true
  {% endif %}
  {% if release.values %}

  values = [file("${path.module}/{{ files.values[name] | relative }}")]
  {% endif %}
  {% if release.set or release.role %}

  set = [
    {% if release.role %}
    { name = "{{ release.role.at | default(value="serviceAccount") }}.name", value = "{{ release.role.service_account }}" },
    { name = "{{ release.role.at | default(value="serviceAccount") }}.annotations.eks\\.amazonaws\\.com/role-arn", value = module.secret_config.roles["{{ id }}"] },
    {% endif %}
    {% if release.set %}
    {% for key, value in release.set %}
    {% if value is string %}
    { name = "{{ key }}", value = "{{ value }}", type = "string" },
    {% else %}
    { name = "{{ key }}", value = "{{ value }}" },
    {% endif %}
    {% endfor %}
    {% endif %}
  ]
  {% endif %}
  {% if release.sensitive %}

  set_sensitive = [
    {% for key, variable in release.sensitive %}
    { name = "{{ key }}", value = var.{{ variable | identifier }}, type = "literal" },
    {% endfor %}
  ]
  {% endif %}

  atomic          = true
  cleanup_on_fail = true
  max_history     = 10
  timeout         = {{ release.timeout | default(value=service.timeout) }}
  {% if release.after %}

  depends_on = [
    {% for other in release.after %}
    helm_release.{{ other | replace(from="-", to="_") | identifier }},
    {% endfor %}
  ]
  {% endif %}
}
{% endfor %}
