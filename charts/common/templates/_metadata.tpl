{{/*
Names and labels. A template that is about one component takes `list root component`.
*/}}

{{/* The release's name, short enough that every component's name is one a CronJob may have (52 characters). */}}
{{- define "common.fullname" -}}
{{- .Release.Name | trunc 39 | trimSuffix "-" }}
{{- end }}

{{- define "common.componentName" -}}
{{ include "common.fullname" (first .) }}-{{ last . }}
{{- end }}

{{- define "common.serviceAccountName" -}}
{{ .Values.serviceAccount.name | default (include "common.fullname" .) }}
{{- end }}

{{/* The metadata of a component's resources; annotations may follow it. */}}
{{- define "common.metadata" -}}
name: {{ include "common.componentName" . }}
namespace: {{ (first .).Release.Namespace }}
labels:
  {{- include "common.labels" . | nindent 2 }}
{{- end }}

{{- define "common.labels" -}}
{{- $root := first . -}}
{{ include "common.selectorLabels" . }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- /* A label is shorter than a tag may be, and begins and ends with a letter or a digit. */}}
app.kubernetes.io/version: {{ $root.Values.image.tag | trunc 63 | trimAll "._-" | quote }}
helm.sh/chart: {{ $root.Chart.Name }}-{{ $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/*
The labels that select a component's pods, and the only ones its pods carry: what changes with every
release would restart pods that run an unchanged image, Postgres among them.
*/}}
{{- define "common.selectorLabels" -}}
{{- $root := first . -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ last . }}
{{- end }}
