variable "name" {
  description = "The name of the container, and of the service that runs it."
  type        = string
}

variable "cluster" {
  description = "The name of the ECS cluster."
  type        = string
}

variable "image" {
  description = "The image, with its tag."
  type        = string
}

variable "command" {
  description = "What the container runs. Null: what its image says."
  type        = list(string)
  default     = null
}

variable "size" {
  description = "CPU units and MiB of a task, and how many run."
  type        = object({ cpu = number, memory = number, min = number, max = number })
}

variable "variables" {
  description = "Environment variables."
  type        = map(string)
}

variable "secrets" {
  description = "Environment variables whose values stand in Secrets Manager: the ARN of each."
  type        = map(string)
}

variable "execution_role_arn" {
  description = "The role that starts tasks and reads the secrets."
  type        = string
}

variable "subnet_ids" {
  description = "Where tasks run."
  type        = list(string)
}

variable "security_group_ids" {
  description = "The security groups of the tasks."
  type        = list(string)
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "listener" {
  description = "The load balancer's listener that leads a host name here. Null: nothing is reached from outside."
  type = object({
    arn         = string
    vpc_id      = string
    hostname    = string
    port        = number
    health_path = string
  })
  default = null
}
