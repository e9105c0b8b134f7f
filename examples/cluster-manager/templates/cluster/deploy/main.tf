module "eks" {
  source = "../../modules/eks/{{ env.name }}"

  name      = "{{ env.cluster }}"
  cidr      = "{{ service.cidr }}"
  plan_role = "{{ env.plan_role }}"
}

module "k8s" {
  source = "../../modules/k8s/{{ env.name }}"

  oidc_provider_arn = module.eks.oidc_provider_arn
  {% if service.secrets %}
  {% for name, description in service.secrets %}
  {{ name | identifier }} = var.{{ name | identifier }}
  {% endfor %}
  {% endif %}
}
