# What the people of the team may do here: {{ env.team_access }}.

data "aws_iam_policy_document" "team" {
  statement {
    sid     = "SignIn"
    actions = ["sts:AssumeRoleWithSAML"]

    principals {
      type        = "Federated"
      identifiers = ["{{ env.identity_provider }}"]
    }

    condition {
      test     = "StringEquals"
      variable = "SAML:aud"
      values   = ["https://signin.aws.amazon.com/saml"]
    }
  }
}

resource "aws_iam_role" "team" {
  name               = "{{ service.team }}"
  assume_role_policy = data.aws_iam_policy_document.team.json
}

resource "aws_iam_role_policy_attachment" "team" {
  role = aws_iam_role.team.name
  {% if env.team_access == "write" %}
  policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
  {% else %}
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
  {% endif %}
}

resource "aws_eks_access_entry" "team" {
  cluster_name      = module.cluster.name
  principal_arn     = aws_iam_role.team.arn
  kubernetes_groups = ["{{ service.team }}"]
}

# Reaches what stands in a namespace.
resource "aws_eks_access_policy_association" "team" {
  cluster_name  = aws_eks_access_entry.team.cluster_name
  principal_arn = aws_eks_access_entry.team.principal_arn
  {% if env.team_access == "write" %}
  policy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"
  {% else %}
  policy_arn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
  {% endif %}

  access_scope {
    type = "cluster"
  }
}
{% if env.team_access == "read" %}

resource "kubernetes_cluster_role_v1" "team" {
  metadata {
    name = "{{ service.team }}"
  }

  rule {
    api_groups = [""]
    resources  = ["namespaces", "nodes", "persistentvolumes"]
    verbs      = ["get", "list", "watch"]
  }

  rule {
    api_groups = ["apiextensions.k8s.io", "rbac.authorization.k8s.io", "scheduling.k8s.io", "storage.k8s.io"]
    resources  = ["*"]
    verbs      = ["get", "list", "watch"]
  }

  # The pipeline may write in Kubernetes from here on.
  depends_on = [aws_eks_access_policy_association.pipeline]
}
{% endif %}

# Reaches what belongs to no namespace as well: nodes, volumes, classes, definitions.
resource "kubernetes_cluster_role_binding_v1" "team" {
  metadata {
    name = "{{ service.team }}"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    {% if env.team_access == "write" %}
    name      = "cluster-admin"
    {% else %}
    name      = kubernetes_cluster_role_v1.team.metadata[0].name
    {% endif %}
  }

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "{{ service.team }}"
  }
  {% if env.team_access == "write" %}

  # The pipeline may write in Kubernetes from here on.
  depends_on = [aws_eks_access_policy_association.pipeline]
  {% endif %}
}
