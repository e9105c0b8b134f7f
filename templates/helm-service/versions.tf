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

  {{<backend_s3 bucket={service.state.bucket} key={service.state.key} region={service.state.region} account_id={env.account_id} />}}
}
