{{/*
The network load balancer before the API, made by the AWS Load Balancer Controller. It ends TLS with the
environment's certificate; external-dns gives it its name.
*/}}
{{- define "common.service" -}}
{{- $api := list . "api" -}}
{{- $hostname := required "service.hostname is needed" .Values.service.hostname -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" $api | nindent 2 }}
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-scheme: {{ .Values.service.scheme }}
    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
    service.beta.kubernetes.io/aws-load-balancer-ssl-cert: {{ required "service.certificateArn is needed" .Values.service.certificateArn | quote }}
    service.beta.kubernetes.io/aws-load-balancer-ssl-ports: https
    service.beta.kubernetes.io/aws-load-balancer-ssl-negotiation-policy: ELBSecurityPolicy-TLS13-1-2-2021-06
    service.beta.kubernetes.io/aws-load-balancer-backend-protocol: tcp
    service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol: http
    service.beta.kubernetes.io/aws-load-balancer-healthcheck-path: /readyz
    # external-dns 0.22 reads only the first of these, its predecessors only the second.
    external-dns.kubernetes.io/hostname: {{ $hostname | quote }}
    external-dns.alpha.kubernetes.io/hostname: {{ $hostname | quote }}
spec:
  type: LoadBalancer
  loadBalancerClass: service.k8s.aws/nlb
  # Targets are the pods themselves, so no node needs a port for them.
  allocateLoadBalancerNodePorts: false
  {{- with .Values.service.sourceRanges }}
  loadBalancerSourceRanges:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  selector:
    {{- include "common.selectorLabels" $api | nindent 4 }}
  ports:
    - name: https
      port: 443
      targetPort: http
{{- end }}
