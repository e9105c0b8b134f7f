variable "oidc_provider_arn" {
  description = "The OIDC provider that trust policies name."
  type        = string
}
