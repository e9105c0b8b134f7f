{# What the Terraform roots of several packs are made of. A component sees its parameters only. #}

{# State in S3, locked by a file beside it, in an account that is checked. #}
{% component backend_s3(bucket, key, region, account_id) %}
backend "s3" {
  bucket              = "{{ bucket }}"
  key                 = "{{ key }}"
  region              = "{{ region }}"
  allowed_account_ids = ["{{ account_id }}"]
  encrypt             = true
  use_lockfile        = true
}
{% endcomponent %}

{# State that GitLab keeps, with its lock. TF_HTTP_USERNAME and TF_HTTP_PASSWORD come from the pipeline. #}
{% component backend_gitlab(url, project, name) %}
backend "http" {
  address        = "{{ url }}/api/v4/projects/{{ project }}/terraform/state/{{ name }}"
  lock_address   = "{{ url }}/api/v4/projects/{{ project }}/terraform/state/{{ name }}/lock"
  unlock_address = "{{ url }}/api/v4/projects/{{ project }}/terraform/state/{{ name }}/lock"
  lock_method    = "POST"
  unlock_method  = "DELETE"
  retry_wait_min = 5
}
{% endcomponent %}

{# AWS, in an account that is checked, with tags on everything. #}
{% component provider_aws(region, account_id, tags, more_tags = {}) %}
provider "aws" {
  region              = "{{ region }}"
  allowed_account_ids = ["{{ account_id }}"]

  default_tags {
    tags = {
      {% for name, value in tags %}
      {{ name | identifier }} = "{{ value }}"
      {% endfor %}
      {% for name, value in more_tags %}
      "{{ name }}" = "{{ value }}"
      {% endfor %}
    }
  }
}
{% endcomponent %}

{# The cluster that the providers below reach. #}
{% component eks_cluster(name) %}
data "aws_eks_cluster" "this" {
  name = "{{ name }}"
}
{% endcomponent %}

{# How the providers below refer to that cluster: by the data source, or, where a module of the same root makes it,
   by that module's output `cluster`. #}
{% component cluster(module) %}{% if module %}module.{{ module | identifier }}.cluster{% else %}data.aws_eks_cluster.this{% endif %}{% endcomponent %}

{# Helm on that cluster. In version 3 of the provider `kubernetes` and `exec` are attributes. #}
{% component provider_helm_eks(region, module = "") %}
provider "helm" {
  kubernetes = {
    host                   = {{<cluster module={module} />}}.endpoint
    cluster_ca_certificate = base64decode({{<cluster module={module} />}}.certificate_authority[0].data)

    # A token from a data source would expire during a long apply.
    exec = {
      api_version = "client.authentication.k8s.io/v1beta1"
      command     = "aws"
      args        = ["eks", "get-token", "--cluster-name", {{<cluster module={module} />}}.name, "--region", "{{ region }}"]
    }
  }
}
{% endcomponent %}

{# Kubernetes on that cluster. In this provider `exec` is a block. #}
{% component provider_kubernetes_eks(region, module = "") %}
provider "kubernetes" {
  host                   = {{<cluster module={module} />}}.endpoint
  cluster_ca_certificate = base64decode({{<cluster module={module} />}}.certificate_authority[0].data)

  # A token from a data source would expire during a long apply.
  exec {
    api_version = "client.authentication.k8s.io/v1beta1"
    command     = "aws"
    args        = ["eks", "get-token", "--cluster-name", {{<cluster module={module} />}}.name, "--region", "{{ region }}"]
  }
}
{% endcomponent %}

{# The cluster's OIDC provider, as trust policies name it. #}
{% component eks_oidc() %}
data "aws_iam_openid_connect_provider" "cluster" {
  url = data.aws_eks_cluster.this.identity[0].oidc[0].issuer
}

locals {
  issuer = trimprefix(data.aws_iam_openid_connect_provider.cluster.url, "https://")
}
{% endcomponent %}

{# The statement by which one service account, and no other, may assume a role. #}
{% component irsa_statement(namespace, service_account) %}
statement {
  sid     = "ServiceAccount"
  actions = ["sts:AssumeRoleWithWebIdentity"]

  principals {
    type        = "Federated"
    identifiers = [data.aws_iam_openid_connect_provider.cluster.arn]
  }

  condition {
    test     = "StringEquals"
    variable = "${local.issuer}:sub"
    values   = ["system:serviceaccount:{{ namespace }}:{{ service_account }}"]
  }

  condition {
    test     = "StringEquals"
    variable = "${local.issuer}:aud"
    values   = ["sts.amazonaws.com"]
  }
}
{% endcomponent %}

{# Statements of a policy document that allow something. #}
{% component iam_statements(statements) %}
{% for statement in statements %}
{% if not loop.first %}

{% endif %}
statement {
  sid       = "{{ statement.sid }}"
  actions   = {{ statement.actions | hcl }}
  resources = {{ statement.resources | hcl }}
  {% if statement.conditions %}
  {% for condition in statement.conditions %}

  condition {
    test     = "{{ condition.test }}"
    variable = "{{ condition.variable }}"
    values   = {{ condition.values | hcl }}
  }
  {% endfor %}
  {% endif %}
}
{% endfor %}
{% endcomponent %}
