# The pipeline reads the values from Secrets Manager. No file of this repository holds one.
{% for name, description in service.secrets %}

variable "{{ name }}" {
  description = "{{ description }}"
  type        = string
  sensitive   = true
}
{% endfor %}
