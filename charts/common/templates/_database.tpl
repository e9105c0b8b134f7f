{{/*
Where the database is: in this release, or outside the cluster. Those who use it need not know which.
*/}}

{{/* With the namespace, because KEDA looks it up from another one. */}}
{{- define "common.postgresHost" -}}
{{- if .Values.postgres.internal.enabled -}}
{{ include "common.componentName" (list . "postgres") }}.{{ .Release.Namespace }}.svc.cluster.local
{{- else -}}
{{ required "postgres.external.host is needed where postgres.internal.enabled is false" .Values.postgres.external.host }}
{{- end }}
{{- end }}

{{- define "common.postgresPort" -}}
{{ .Values.postgres.internal.enabled | ternary 5432 .Values.postgres.external.port }}
{{- end }}

{{/* Traffic inside the cluster stays there; RDS refuses connections without TLS. */}}
{{- define "common.postgresSslMode" -}}
{{ .Values.postgres.internal.enabled | ternary "disable" "require" }}
{{- end }}

{{- define "common.postgresSecretName" -}}
{{ required "postgres.secretName is needed" .Values.postgres.secretName }}
{{- end }}
