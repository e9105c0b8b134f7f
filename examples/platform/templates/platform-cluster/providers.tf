{% set tags = {"environment": env.name, "service": service.name, "managed-by": "terraform"} %}
{{<provider_aws region={env.region} account_id={env.account_id} tags={tags} />}}

data "aws_eks_cluster" "this" {
  name = module.cluster.name
}

{{<provider_kubernetes_eks region={env.region} />}}
