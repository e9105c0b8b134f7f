# {{ service.size }}
locals {
  size = "{{ service.size }}"
  code = {{ service.size | hcl }}
  text = <<-EOT
    ${path.module}
    {{ service.name }}
  EOT
}
