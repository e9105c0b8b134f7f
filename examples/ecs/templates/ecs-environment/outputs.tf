output "cluster" {
  description = "The name of the ECS cluster."
  value       = module.deployment.cluster
}

output "task_definitions" {
  description = "What each service runs after its next deploy: the newest revision of its task definition."
  value       = module.deployment.task_definitions
}

output "secrets" {
  description = "The Secrets Manager entries whose values are put in by hand."
  value       = module.deployment.secrets
}
