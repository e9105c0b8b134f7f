output "cluster" {
  description = "The name of the ECS cluster."
  value       = aws_ecs_cluster.main.name
}

output "task_definitions" {
  description = "The newest revision of the task definition of each service."
  value = merge(
    { for container in module.api : "api" => container.task_definition },
    { for container in module.worker : "worker" => container.task_definition },
  )
}

output "secrets" {
  description = "What Secrets Manager calls the secrets whose values are put in by hand."
  value       = module.core_services.secret_names
}
