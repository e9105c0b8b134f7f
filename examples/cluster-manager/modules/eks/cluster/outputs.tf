output "cluster" {
  description = "The cluster, once it can run something."
  value       = aws_eks_cluster.this

  depends_on = [aws_eks_node_group.this, aws_eks_addon.ebs_csi]
}

output "oidc_provider_arn" {
  description = "The OIDC provider that trust policies name."
  value       = aws_iam_openid_connect_provider.this.arn
}
