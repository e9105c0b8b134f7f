{# Laid out as `terraform fmt` does. #}
locals {
 a = 1
 longer = 2
}
