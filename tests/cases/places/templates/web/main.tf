variable {{ service.label | identifier }} {
  type = "{{ service.label }}"
}

resource "terraform_data" it {
  input = "${var.{{ service.label | identifier }}}"
  other = "${
    length(var.list) > 1
    ? "{{ service.title }}"
    : "${var.list[0]}"
  }"
}
