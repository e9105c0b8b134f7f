{{/*
What the pods of every component have in common.
*/}}

{{/* Who a pod is and where it may run. */}}
{{- define "common.placement" -}}
serviceAccountName: {{ include "common.serviceAccountName" . }}
# No component calls Kubernetes. The token for AWS is another one, which EKS mounts by itself.
automountServiceAccountToken: false
nodeSelector:
  {{- toYaml .Values.nodeSelector | nindent 2 }}
{{- end }}

{{/* Takes the id of the user. Its group owns the volumes, the token for AWS among them. */}}
{{- define "common.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "common.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The whole pod spec but for its containers and what a component adds. */}}
{{- define "common.podSpec" -}}
{{ include "common.placement" . }}
securityContext:
  {{- include "common.podSecurityContext" 1000 | nindent 2 }}
volumes:
  - name: tmp
    emptyDir: {}
{{- end }}

{{/*
A container of the service's image, whose entrypoint takes the component to run as its argument.
Takes `list root component resources`.
*/}}
{{- define "common.container" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- with $root.Values.image -}}
name: {{ $component }}
image: "{{ required "image.repository is needed" .repository }}:{{ required "image.tag is needed" .tag }}"
imagePullPolicy: {{ .pullPolicy }}
{{- end }}
args: [{{ $component }}]
env:
  {{- include "common.env" (list $root $component) | nindent 2 }}
resources:
  {{- toYaml (index . 2) | nindent 2 }}
securityContext:
  {{- include "common.securityContext" . | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end }}

{{/* The pod template of a component that runs to its end. Takes `list root component resources`. */}}
{{- define "common.jobTemplate" -}}
{{- $root := index . 0 -}}
metadata:
  labels:
    {{- include "common.selectorLabels" (list $root (index . 1)) | nindent 4 }}
spec:
  restartPolicy: Never
  {{- include "common.podSpec" $root | nindent 2 }}
  containers:
    - {{ include "common.container" . | indent 6 | trim }}
{{- end }}
