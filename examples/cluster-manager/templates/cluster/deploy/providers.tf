{% set tags = {"environment": env.name, "managed-by": "cluster-manager"} %}
{{<provider_aws region={env.region} account_id={env.account_id} tags={tags} />}}

{{<provider_helm_eks region={env.region} module="eks" />}}

{{<provider_kubernetes_eks region={env.region} module="eks" />}}
