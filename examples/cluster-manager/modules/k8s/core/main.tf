resource "kubernetes_storage_class_v1" "gp3" {
  metadata {
    name = "gp3"

    annotations = { "storageclass.kubernetes.io/is-default-class" = "true" }
  }

  storage_provisioner    = "ebs.csi.aws.com"
  volume_binding_mode    = "WaitForFirstConsumer"
  allow_volume_expansion = true

  parameters = {
    type      = "gp3"
    encrypted = "true"
  }
}

# What must keep running when nodes are short.
resource "kubernetes_priority_class_v1" "platform" {
  metadata {
    name = "platform"
  }

  value       = 1000000
  description = "What other pods depend on."
}
