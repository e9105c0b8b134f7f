variable "texts" {
  type = list(string)
}

output "variable" {
  value = var.texts
}

output "expression" {
  value = {{ service.texts | hcl }}
}

output "keys" {
  value = {{ service.keys | hcl }}
}

output "quoted" {
  value = [
    {% for text in service.texts %}
    "{{ text }}", # {{ text }}
    {% endfor %}
  ]
}

output "amid" {
  value = [
    {% for text in service.texts %}
    /* {{ text }} */ "$${ {{ text }}{ {{ text }}${1}",
    {% endfor %}
  ]
}

output "heredoc" {
  value = [
    {% for text in service.texts %}
    <<EOT
{{ text }}
EOT
    ,
    {% endfor %}
  ]
}

output "indented_heredoc" {
  value = [
    {% for text in service.texts %}
    <<-EOT
      {{ text }}
      EOT
    ,
    {% endfor %}
  ]
}
