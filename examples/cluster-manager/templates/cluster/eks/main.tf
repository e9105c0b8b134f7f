module "cluster" {
  source = "{{ service.modules.eks | relative }}"

  name               = var.name
  cidr               = var.cidr
  plan_role          = var.plan_role
  kubernetes_version = "{{ service.kubernetes_version }}"
  admin_cidrs        = {{ service.admin_cidrs | hcl }}

  node_groups = {
    {% for name, group in service.node_groups %}
    {{ name | identifier }} = {
      instance_types = {{ group.instance_types | hcl }}
      min_size       = {{ group.min_size }}
      max_size       = {{ group.max_size }}
    }
    {% endfor %}
  }
}
