{{/*
The API and the disruption budget that keeps one of its pods up while nodes are drained.
*/}}

{{- define "common.api" -}}
{{- $api := list . "api" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "common.metadata" $api | nindent 2 }}
spec:
  replicas: {{ .Values.api.replicas }}
  selector:
    matchLabels:
      {{- include "common.selectorLabels" $api | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "common.selectorLabels" $api | nindent 8 }}
    spec:
      {{- include "common.podSpec" . | nindent 6 }}
      terminationGracePeriodSeconds: 60
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "common.selectorLabels" $api | nindent 14 }}
      containers:
        - {{ include "common.container" (append $api .Values.api.resources) | indent 10 | trim }}
          ports:
            - name: http
              containerPort: {{ .Values.api.port }}
          # Postgres may start with the API, and the API creates its tables before it is ready.
          startupProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 60
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 10
            timeoutSeconds: 5
          # A restart mends a hung process, and not the database that /readyz asks about.
          livenessProbe:
            tcpSocket:
              port: http
            periodSeconds: 20
            timeoutSeconds: 5
          # The load balancer goes on sending requests until it has noticed that the pod is leaving.
          lifecycle:
            preStop:
              sleep:
                seconds: 20
{{- end }}

{{- define "common.poddisruptionbudget" -}}
{{- if gt (int .Values.api.replicas) 1 -}}
{{- $api := list . "api" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "common.metadata" $api | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "common.selectorLabels" $api | nindent 6 }}
{{- end }}
{{- end }}
