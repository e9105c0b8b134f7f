{{/*
The Postgres of environments without one of their own: one pod on one volume.
*/}}

{{- define "common.postgres" -}}
{{- if .Values.postgres.internal.enabled -}}
{{- include "common.postgresVolume" . }}
---
{{ include "common.postgresDeployment" . }}
---
{{ include "common.postgresService" . }}
{{- end }}
{{- end }}

{{- define "common.postgresVolume" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  {{- include "common.metadata" (list . "postgres") | nindent 2 }}
  annotations:
    # Neither an uninstall nor a move to RDS may take the data along.
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {{ .Values.postgres.internal.storageClass }}
  resources:
    requests:
      storage: {{ .Values.postgres.internal.storage }}
{{- end }}

{{- define "common.postgresDeployment" -}}
{{- $postgres := list . "postgres" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "common.metadata" $postgres | nindent 2 }}
spec:
  replicas: 1
  # The volume goes to one pod at a time, so the old one leaves before the new one comes.
  strategy:
    type: Recreate
  selector:
    matchLabels:
      {{- include "common.selectorLabels" $postgres | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "common.selectorLabels" $postgres | nindent 8 }}
    spec:
      {{- include "common.placement" . | nindent 6 }}
      # The user `postgres` of the alpine image.
      securityContext:
        {{- include "common.podSecurityContext" 70 | nindent 8 }}
      initContainers:
        - {{ include "common.postgresCredentials" . | indent 10 | trim }}
      containers:
        - {{ include "common.postgresContainer" . | indent 10 | trim }}
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: {{ include "common.componentName" $postgres }}
        - name: credentials
          emptyDir:
            medium: Memory
            sizeLimit: 1Mi
        - name: run
          emptyDir: {}
        - name: tmp
          emptyDir: {}
{{- end }}

{{/* Fetches the credentials with the service's role, into memory that no other pod can read. */}}
{{- define "common.postgresCredentials" -}}
name: credentials
image: public.ecr.aws/aws-cli/aws-cli:2.37.9
command: [bash, -euo, pipefail, -c]
args:
  - |
    secret=$(aws secretsmanager get-secret-value --secret-id "$SECRET_NAME" --query SecretString --output text)
    umask 077
    for key in username password; do
      printf %s "$secret" | jq --exit-status --join-output ".$key" > "/credentials/$key"
    done
env:
  - name: AWS_REGION
    value: {{ .Values.aws.region | quote }}
  - name: SECRET_NAME
    value: {{ include "common.postgresSecretName" . | quote }}
  # The AWS CLI keeps a cache in the home directory, and this user has none.
  - name: HOME
    value: /tmp
resources:
  requests:
    cpu: 100m
    memory: 128Mi
  limits:
    cpu: 500m
    memory: 256Mi
securityContext:
  {{- include "common.securityContext" . | nindent 2 }}
volumeMounts:
  - name: credentials
    mountPath: /credentials
  - name: tmp
    mountPath: /tmp
{{- end }}

{{- define "common.postgresContainer" -}}
name: postgres
image: public.ecr.aws/docker/library/postgres:17-alpine
env:
  - name: POSTGRES_DB
    value: {{ .Values.postgres.database | quote }}
  - name: POSTGRES_USER_FILE
    value: /credentials/username
  - name: POSTGRES_PASSWORD_FILE
    value: /credentials/password
  # Postgres wants an empty directory, and the root of a new volume holds lost+found.
  - name: PGDATA
    value: /var/lib/postgresql/data/pgdata
ports:
  - name: postgres
    containerPort: 5432
# By address, because the server that sets up a new volume answers on its socket only.
startupProbe:
  exec:
    command: [pg_isready, --quiet, --host, 127.0.0.1]
  periodSeconds: 5
  failureThreshold: 60
readinessProbe:
  exec:
    command: [pg_isready, --quiet, --host, 127.0.0.1]
  timeoutSeconds: 5
resources:
  {{- toYaml .Values.postgres.internal.resources | nindent 2 }}
securityContext:
  {{- include "common.securityContext" . | nindent 2 }}
volumeMounts:
  - name: data
    mountPath: /var/lib/postgresql/data
  - name: credentials
    mountPath: /credentials
    readOnly: true
  - name: run
    mountPath: /var/run/postgresql
  - name: tmp
    mountPath: /tmp
{{- end }}

{{- define "common.postgresService" -}}
{{- $postgres := list . "postgres" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" $postgres | nindent 2 }}
spec:
  selector:
    {{- include "common.selectorLabels" $postgres | nindent 4 }}
  ports:
    - name: postgres
      port: 5432
      targetPort: postgres
{{- end }}
