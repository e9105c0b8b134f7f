locals {
  # Who keeps which state in the bucket: the role that CI assumes in each environment.
  states = {
    {% for environment in environments %}
    {% if environment.deploy_role %}
    {{ environment.name | identifier }} = { account = "{{ environment.account_id }}", role = "{{ environment.deploy_role }}", key = "{{ environment.state_key }}" }
    {% endif %}
    {% endfor %}
  }
}
