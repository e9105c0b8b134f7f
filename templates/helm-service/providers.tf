provider "aws" {
  region              = "{{ env.region }}"
  allowed_account_ids = ["{{ env.account_id }}"]

  default_tags {
    tags = {
      environment = "{{ env.name }}"
      service     = "{{ service.name }}"
      managed-by  = "terraform"
      {% if env.tags %}
      {% for name, value in env.tags %}
      "{{ name }}" = "{{ value }}"
      {% endfor %}
      {% endif %}
    }
  }
}

data "aws_eks_cluster" "this" {
  name = "{{ env.cluster }}"
}

provider "helm" {
  kubernetes = {
    host                   = data.aws_eks_cluster.this.endpoint
    cluster_ca_certificate = base64decode(data.aws_eks_cluster.this.certificate_authority[0].data)

    # A token from a data source would expire during a long apply.
    exec = {
      api_version = "client.authentication.k8s.io/v1beta1"
      command     = "aws"
      args        = ["eks", "get-token", "--cluster-name", data.aws_eks_cluster.this.name, "--region", "{{ env.region }}"]
    }
  }
}
