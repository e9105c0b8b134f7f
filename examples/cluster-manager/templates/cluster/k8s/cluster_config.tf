module "core" {
  source = "{{ service.modules.k8s | relative }}"
}
{% if service.namespaces %}
{% for name, namespace in service.namespaces %}
{% set id = name | replace(from="-", to="_") %}

resource "kubernetes_namespace_v1" "{{ id }}" {
  metadata {
    name = "{{ name }}"
  }
}
{% if namespace.quota %}

resource "kubernetes_resource_quota_v1" "{{ id }}" {
  metadata {
    name      = "quota"
    namespace = kubernetes_namespace_v1.{{ id | identifier }}.metadata[0].name
  }

  spec {
    hard = {
      {% for what, amount in namespace.quota %}
      "{{ what }}" = "{{ amount }}"
      {% endfor %}
    }
  }
}
{% endif %}
{% if namespace.reachable_from %}

resource "kubernetes_network_policy_v1" "{{ id }}" {
  metadata {
    name      = "reachable-from"
    namespace = kubernetes_namespace_v1.{{ id | identifier }}.metadata[0].name
  }

  spec {
    pod_selector {}
    policy_types = ["Ingress"]

    ingress {
      from {
        pod_selector {}
      }

      from {
        namespace_selector {
          match_expressions {
            key      = "kubernetes.io/metadata.name"
            operator = "In"
            values   = {{ namespace.reachable_from | hcl }}
          }
        }
      }
    }
  }
}
{% endif %}
{% if namespace.editors %}

resource "kubernetes_role_binding_v1" "{{ id }}" {
  metadata {
    name      = "editors"
    namespace = kubernetes_namespace_v1.{{ id | identifier }}.metadata[0].name
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "edit"
  }
  {% for group in namespace.editors %}

  subject {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Group"
    name      = "{{ group }}"
  }
  {% endfor %}
}
{% endif %}
{% endfor %}
{% endif %}
