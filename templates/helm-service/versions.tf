terraform {
  required_version = "{{ service.versions.terraform }}"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "{{ service.versions.aws }}"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "{{ service.versions.helm }}"
    }
  }

  backend "s3" {
    bucket              = "{{ service.state.bucket }}"
    key                 = "{{ service.state.key }}"
    region              = "{{ service.state.region }}"
    allowed_account_ids = ["{{ env.account_id }}"]
    encrypt             = true
    use_lockfile        = true
  }
}
