output "task_definition" {
  description = "The newest revision of the task definition."
  value       = aws_ecs_task_definition.this.arn
}
