variable "image_tag" {
  description = "The image to run. Recorded in terraform.tfvars; `-var image_tag=…` is the fast way back."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.image_tag))
    error_message = "An image tag has up to 128 letters, digits, dots, dashes and underscores."
  }
}
