variable "name" {
  description = "The name of the environment."
  type        = string
}

variable "is_production" {
  description = "Whether losing the database would lose anybody's work."
  type        = bool
}

variable "hostname" {
  description = "The host name that the certificate is for."
  type        = string
}

variable "vpc" {
  description = "The name of the VPC."
  type        = string
}

variable "secrets" {
  description = "The secrets to declare, by the environment variables that hold them."
  type        = set(string)
}
