# The pipeline's role is made by hand, once for each account: it makes everything else.

resource "aws_eks_access_entry" "pipeline" {
  cluster_name  = module.cluster.name
  principal_arn = "{{ env.deploy_role }}"
}

resource "aws_eks_access_policy_association" "pipeline" {
  cluster_name  = aws_eks_access_entry.pipeline.cluster_name
  principal_arn = aws_eks_access_entry.pipeline.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

  access_scope {
    type = "cluster"
  }
}
