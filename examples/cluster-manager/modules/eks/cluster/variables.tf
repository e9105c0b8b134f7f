variable "name" {
  description = "The name of the cluster."
  type        = string
}

variable "cidr" {
  description = "The addresses of its network: a block of 65,536."
  type        = string

  validation {
    condition     = can(regex("/16$", var.cidr)) && can(cidrhost(var.cidr, 0))
    error_message = "The block must be a /16."
  }
}

variable "kubernetes_version" {
  description = "The minor version of Kubernetes."
  type        = string
}

variable "admin_cidrs" {
  description = "Who may reach the cluster's API from outside."
  type        = list(string)
}

variable "plan_role" {
  description = "The ARN of the role that plans."
  type        = string
}

variable "node_groups" {
  description = "The groups of nodes, by name."
  type = map(object({
    instance_types = list(string)
    min_size       = number
    max_size       = number
  }))
}
