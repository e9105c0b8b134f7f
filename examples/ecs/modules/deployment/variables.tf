variable "name" {
  description = "The name of the environment."
  type        = string
}

variable "stage" {
  description = "What the environment counts as, whatever it is called."
  type        = string

  validation {
    condition     = contains(["staging", "production"], var.stage)
    error_message = "A stage is `staging` or `production`."
  }
}

variable "hostname" {
  description = "The host name of the API."
  type        = string
}

variable "image_repository" {
  description = "The repository of the image that every container runs."
  type        = string
}

variable "image_tag" {
  description = "The tag that the task definitions name."
  type        = string
}

variable "vpc" {
  description = "The name of the VPC."
  type        = string
  default     = "main"
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "secrets" {
  description = "Environment variables whose values stand in Secrets Manager only."
  type        = set(string)
  default     = []
}

variable "containers" {
  description = "How much of each container runs, and what it alone is told. One that is absent does not run."
  type = object({
    api = optional(object({
      cpu       = number
      memory    = number
      min       = number
      max       = number
      variables = optional(map(string), {})
    }))
    worker = optional(object({
      cpu       = number
      memory    = number
      min       = number
      max       = number
      variables = optional(map(string), {})
    }))
  })
  default = {}
}
