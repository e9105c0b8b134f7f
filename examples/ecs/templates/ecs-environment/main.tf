terraform {
  required_version = "{{ service.versions.terraform }}"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "{{ service.versions.aws }}"
    }
  }

  {{<backend_s3 bucket={service.state.bucket} key={service.state.key} region={service.state.region} account_id={env.account_id} />}}
}

{{<provider_aws region={env.region} account_id={env.account_id} tags={{"environment": env.name, "service": service.name, "managed-by": "terraform"}} />}}

module "deployment" {
  source = "{{ service.module | relative }}"

  name      = "{{ env.name }}"
  stage     = "{{ env.stage }}"
  hostname  = "{{ service.hostname }}"
  image_tag = var.image_tag
  {% if service.variables %}

  {% for name, value in service.variables %}
  {{ name | identifier }} = {{ value | hcl }}
  {% endfor %}
  {% endif %}
  {% if service.secrets %}

  secrets = {{ service.secrets | hcl }}
  {% endif %}
  {% if service.containers %}

  containers = {{ service.containers | hcl }}
  {% endif %}
}
