{{/* What ends every name. */}}
{{- define "weft.suffix" -}}
{{- with .Values.revision }}-{{ . }}{{ end }}
{{- end }}

{{- define "weft.control" -}}
weft-control{{ include "weft.suffix" . }}
{{- end }}

{{- define "weft.injector" -}}
weft-injector{{ include "weft.suffix" . }}
{{- end }}

{{- define "weft.validator" -}}
weft-validator{{ include "weft.suffix" . }}
{{- end }}

{{- define "weft.certificate" -}}
weft-injector-certificate{{ include "weft.suffix" . }}
{{- end }}

{{/* By what pods are found; of a list: the root context, and the component. */}}
{{- define "weft.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: weft-{{ index . 1 }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- end }}

{{- define "weft.labels" -}}
{{- $root := index . 0 -}}
{{ include "weft.selector" . }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: weft
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.revision }}
weft.dev/rev: {{ . | quote }}
{{- end }}
{{- end }}

{{/* Of a list: the root context, the image's name, and the whole reference that may be set instead. */}}
{{- define "weft.image" -}}
{{- $root := index . 0 -}}
{{- $image := $root.Values.image -}}
{{- if index . 2 -}}
{{ index . 2 }}
{{- else -}}
{{ with $image.hub }}{{ . }}/{{ end }}{{ index . 1 }}:{{ $image.tag | default $root.Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* Where nothing is injected: the excluded namespaces and the release's own, each once. */}}
{{- define "weft.excluded" -}}
{{- append .Values.injector.excludedNamespaces .Release.Namespace | uniq | toYaml }}
{{- end }}

{{/* What the Pod Security Standard "restricted" demands. */}}
{{- define "weft.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "weft.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Of a list: the root context, the component, and its values. */}}
{{- define "weft.scheduling" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- if ne $values.spread "none" }}
topologySpreadConstraints:
  - topologyKey: kubernetes.io/hostname
    maxSkew: 1
    whenUnsatisfiable: {{ eq $values.spread "required" | ternary "DoNotSchedule" "ScheduleAnyway" }}
    labelSelector:
      matchLabels:
        {{- include "weft.selector" (list $root (index . 1)) | nindent 8 }}
    # Pods of two generations do not count together while they are replaced.
    matchLabelKeys: [pod-template-hash]
  - topologyKey: topology.kubernetes.io/zone
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "weft.selector" (list $root (index . 1)) | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}

{{/* Of a list: the root context, the component, and its values. */}}
{{- define "weft.pdb" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: weft-{{ index . 1 }}{{ include "weft.suffix" $root }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "weft.labels" (list $root (index . 1)) | nindent 4 }}
spec:
  minAvailable: {{ $values.podDisruptionBudget.minAvailable }}
  # One that is not ready protects nobody and must not hold up a drain.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "weft.selector" (list $root (index . 1)) | nindent 6 }}
{{- end }}

{{/* Of a list: the root context, the component, and its values. */}}
{{- define "weft.hpa" -}}
{{- $root := index . 0 -}}
{{- $values := index . 2 -}}
{{- $scale := $values.autoscaling -}}
{{- if gt (int $scale.minReplicas) (int $scale.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas: %v (expected: at most maxReplicas, %v)" (index . 1) $scale.minReplicas $scale.maxReplicas) -}}
{{- end -}}
{{- $name := printf "weft-%s%s" (index . 1) (include "weft.suffix" $root) -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "weft.labels" (list $root (index . 1)) | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $name }}
  minReplicas: {{ $scale.minReplicas }}
  maxReplicas: {{ $scale.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ $scale.targetCPUUtilizationPercentage }}
{{- end }}

{{/* Of a list: the root context, the component, and the port that others need. */}}
{{- define "weft.networkPolicy" -}}
{{- $root := index . 0 -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: weft-{{ index . 1 }}{{ include "weft.suffix" $root }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "weft.labels" (list $root (index . 1)) | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "weft.selector" (list $root (index . 1)) | nindent 6 }}
  policyTypes: [Ingress]
  ingress:
    - ports:
        - port: {{ index . 2 }}
    - ports:
        - port: monitoring
      {{- with $root.Values.networkPolicy.monitoringFrom }}
      from:
        {{- toYaml . | nindent 8 }}
        # Those of `helm test`.
        - podSelector:
            matchLabels:
              {{- include "weft.selector" (list $root "test") | nindent 14 }}
      {{- end }}
{{- end }}

{{/* Of a list: the root context, and the component. */}}
{{- define "weft.serviceMonitor" -}}
{{- $root := index . 0 -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: weft-{{ index . 1 }}{{ include "weft.suffix" $root }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "weft.labels" (list $root (index . 1)) | nindent 4 }}
    {{- with $root.Values.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "weft.selector" (list $root (index . 1)) | nindent 6 }}
  endpoints:
    - port: monitoring
      path: /metrics
      interval: {{ $root.Values.serviceMonitor.interval }}
{{- end }}

{{/* What the injector does to pods. */}}
{{- define "weft.rules" -}}
{{- $injector := .Values.injector -}}
revision: {{ .Values.revision | quote }}
control: {{ include "weft.control" . }}.{{ .Release.Namespace }}.svc:15012
trustDomain: {{ .Values.mesh.trustDomain }}
tokenAudience: {{ .Values.mesh.tokenAudience }}
tokenExpirationSeconds: {{ $injector.tokenExpirationSeconds | int }}
image: {{ include "weft.image" (list . "weft" .Values.image.weft) }}
agentImage: {{ include "weft.image" (list . "weft-agent" .Values.image.agent) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
delivery: {{ $injector.delivery }}
optionsVariable: {{ $injector.optionsVariable }}
failMode: {{ $injector.failMode }}
prometheus: {{ $injector.prometheus }}
resources:
  {{- toYaml $injector.initResources | nindent 2 }}
settings:
  {{- toYaml $injector.settings | nindent 2 }}
excludedNamespaces:
  {{- include "weft.excluded" . | nindent 2 }}
{{- end }}
