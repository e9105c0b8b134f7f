output "name" {
  description = "The name of the cluster, known once it exists."
  value       = aws_eks_cluster.this.name
}
