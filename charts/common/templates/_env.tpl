{{/*
What a component is told through its environment. Of secrets it is told names only: it reads them from
Secrets Manager with the role of its service account. Takes `list root component`.
*/}}
{{- define "common.env" -}}
{{- $root := first . -}}
{{- $component := last . -}}
{{- $prefix := $root.Chart.Name | upper -}}
{{- with $root.Values -}}
- name: AWS_REGION
  value: {{ required "aws.region is needed" .aws.region | quote }}
- name: AWS_ACCOUNT_ID
  value: {{ required "aws.accountId is needed" .aws.accountId | quote }}
- name: {{ $prefix }}_ENVIRONMENT
  value: {{ required "environment is needed" .environment | quote }}
- name: {{ $prefix }}_POLARIS_URI
  value: {{ required "polaris.uri is needed" .polaris.uri | quote }}
- name: {{ $prefix }}_POLARIS_SECRET_NAME
  value: {{ required "polaris.secretName is needed" .polaris.secretName | quote }}
- name: {{ $prefix }}_POSTGRES_HOST
  value: {{ include "common.postgresHost" $root | quote }}
- name: {{ $prefix }}_POSTGRES_PORT
  value: {{ include "common.postgresPort" $root | quote }}
- name: {{ $prefix }}_POSTGRES_DATABASE
  value: {{ .postgres.database | quote }}
- name: {{ $prefix }}_POSTGRES_SSLMODE
  value: {{ include "common.postgresSslMode" $root | quote }}
- name: {{ $prefix }}_POSTGRES_SECRET_NAME
  value: {{ include "common.postgresSecretName" $root | quote }}
{{- if eq $component "api" }}
- name: {{ $prefix }}_LOG_LEVEL
  value: {{ .api.logLevel | quote }}
{{- end }}
{{- /* Draining refuses submissions; it stops no schedule, which has a `suspend` of its own. */}}
{{- if has $component (list "api" "worker") }}
- name: {{ $prefix }}_DRAIN
  value: {{ .maintenance.drain | quote }}
{{- end }}
{{- end }}
{{- end }}
