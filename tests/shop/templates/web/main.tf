terraform {
  required_version = "~> 1.11"
}

provider "aws" {
  region              = "{{ env.region }}"
  allowed_account_ids = ["{{ env.account_id }}"]
}

module "service" {
  source    = "../../../modules/service"
  image     = "{{ service.image }}"
  hostname  = "{{ service.hostname }}"
  max_count = {{ service.scaling.max }}
}
