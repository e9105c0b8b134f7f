module "service" {
  region = "{{ env.region }}"
  size = "{{ service.size }}"
  replicas = {{ service.replicas }}
}
