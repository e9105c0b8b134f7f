{{/*
The service account of every component, bound to the service's IAM role.
*/}}
{{- define "common.serviceaccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "common.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "common.labels" (list . "service-account") | nindent 4 }}
  annotations:
    eks.amazonaws.com/role-arn: {{ required "serviceAccount.roleArn is needed" .Values.serviceAccount.roleArn | quote }}
{{- end }}
