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
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "{{ service.versions.kubernetes }}"
    }
  }

  {{<backend_gitlab url={service.gitlab.url} project={service.gitlab.project} name={service.state} />}}
}
