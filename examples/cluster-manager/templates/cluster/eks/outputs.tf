output "cluster" {
  description = "The cluster, once it can run something."
  value       = module.cluster.cluster
}

output "oidc_provider_arn" {
  description = "The OIDC provider that trust policies name."
  value       = module.cluster.oidc_provider_arn
}
