{{/*
A component that runs on a schedule, one run at a time. Takes `list root component values`.
*/}}
{{- define "common.cronjob" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $values := index . 2 -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "common.metadata" (list $root $component) | nindent 2 }}
spec:
  schedule: {{ $values.schedule | quote }}
  timeZone: Etc/UTC
  suspend: {{ $values.suspend }}
  concurrencyPolicy: Forbid
  # Without a deadline, a run missed during a suspension would start the moment it is lifted.
  startingDeadlineSeconds: 300
  jobTemplate:
    spec:
      # The next run on the schedule is the second attempt.
      backoffLimit: 0
      template:
        {{- include "common.jobTemplate" (list $root $component $values.resources) | nindent 8 }}
{{- end }}
