{{/*
The workers: KEDA starts one for each queued job. The operator assumes the service's role to read the
database's credentials, so that no copy of them lies in the cluster.
*/}}
{{- define "common.worker" -}}
{{- $worker := list . "worker" -}}
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  {{- include "common.metadata" $worker | nindent 2 }}
spec:
  awsSecretManager:
    region: {{ .Values.aws.region }}
    podIdentity:
      provider: aws
      roleArn: {{ .Values.serviceAccount.roleArn | quote }}
    secrets:
      {{- range $key, $parameter := dict "username" "userName" "password" "password" }}
      - parameter: {{ $parameter }}
        name: {{ include "common.postgresSecretName" $ | quote }}
        secretKey: {{ $key }}
      {{- end }}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledJob
metadata:
  {{- include "common.metadata" $worker | nindent 2 }}
spec:
  pollingInterval: {{ .Values.worker.pollingInterval }}
  maxReplicaCount: {{ .Values.worker.maxReplicas }}
  successfulJobsHistoryLimit: 5
  failedJobsHistoryLimit: 5
  # A deploy lets running jobs finish; KEDA's own default ends them.
  rollout:
    strategy: gradual
  # The query leaves out the jobs that a worker has taken, which the default strategy would take off again.
  scalingStrategy:
    strategy: accurate
  triggers:
    - type: postgresql
      metadata:
        # KEDA looks the name up from its own namespace.
        host: {{ include "common.postgresHost" . | quote }}
        port: {{ include "common.postgresPort" . | quote }}
        dbName: {{ .Values.postgres.database | quote }}
        sslmode: {{ include "common.postgresSslMode" . }}
        query: SELECT COUNT(*) FROM jobs WHERE status = 'queued'
        targetQueryValue: "1"
      authenticationRef:
        name: {{ include "common.componentName" $worker }}
  jobTargetRef:
    # A failed job goes back to the queue, and from there to a new worker.
    backoffLimit: 0
    template:
      {{- include "common.jobTemplate" (append $worker .Values.worker.resources) | nindent 6 }}
{{- end }}
