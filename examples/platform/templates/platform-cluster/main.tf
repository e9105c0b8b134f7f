module "cluster" {
  source = "{{ service.module | relative }}"

  name                = "{{ env.cluster }}"
  kubernetes_version  = "{{ service.kubernetes_version }}"
  vpc_id              = "{{ env.vpc_id }}"
  deletion_protection = {{ service.deletion_protection }}

  nodes = {
    instance_type = "{{ service.nodes.instance_type }}"
    min           = {{ service.nodes.min }}
    max           = {{ service.nodes.max }}
  }
}
