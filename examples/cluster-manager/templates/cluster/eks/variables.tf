variable "name" {
  description = "The name of the cluster."
  type        = string
}

variable "cidr" {
  description = "The addresses of its network."
  type        = string
}

variable "plan_role" {
  description = "The ARN of the role that plans."
  type        = string
}
