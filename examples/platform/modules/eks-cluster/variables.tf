variable "name" {
  description = "The name of the cluster."
  type        = string
}

variable "kubernetes_version" {
  description = "The minor version of Kubernetes."
  type        = string
}

variable "vpc_id" {
  description = "The network the cluster stands in."
  type        = string
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the cluster."
  type        = bool
}

variable "nodes" {
  description = "The instances that run the pods, and how many there may be."

  type = object({
    instance_type = string
    min           = number
    max           = number
  })

  validation {
    condition     = var.nodes.min <= var.nodes.max
    error_message = "There cannot be more nodes at least than at most."
  }
}
