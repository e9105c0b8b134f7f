locals {
  service  = "{{ service.name }}"
  env      = "{{ env.name }}"
  replicas = {{ service.replicas }}
  values   = "${path.module}/{{ "templates/values.yaml" | relative }}"
}
