output "vpc_id" {
  description = "The VPC."
  value       = data.aws_vpc.main.id
}

output "subnet_ids" {
  description = "The private subnets, where containers run."
  value       = data.aws_subnets.private.ids
}

output "security_group_id" {
  description = "The security group of the containers."
  value       = aws_security_group.containers.id
}

output "listener_arn" {
  description = "The load balancer's HTTPS listener."
  value       = aws_lb_listener.https.arn
}

output "database_host" {
  description = "Where Postgres answers."
  value       = aws_db_instance.this.address
}

output "database_secret_arn" {
  description = "The login that AWS keeps and rotates: username and password as JSON."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "secrets" {
  description = "The ARN of each secret, by the environment variable that holds it."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "secret_names" {
  description = "What Secrets Manager calls the secrets."
  value       = [for secret in aws_secretsmanager_secret.this : secret.name]
}
