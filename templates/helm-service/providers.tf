{% set tags = {"environment": env.name, "service": service.name, "managed-by": "terraform"} %}
{% if env.tags %}
{{<provider_aws region={env.region} account_id={env.account_id} tags={tags} more_tags={env.tags} />}}
{% else %}
{{<provider_aws region={env.region} account_id={env.account_id} tags={tags} />}}
{% endif %}

{{<eks_cluster name={env.cluster} />}}

{{<provider_helm_eks region={env.region} />}}
