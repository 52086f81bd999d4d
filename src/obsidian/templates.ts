/** Blocks to begin with; `key` names the sentence that says what each is for. */
export const templates: readonly { readonly key: string; readonly text: string }[] = [
  {
    key: "command.template.rollout",
    text: `---
diagram: rolling-update
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.25
---
kubectl rollout status deployment/web
kubectl set image deployment/web web=nginx:1.27
kubectl rollout status deployment/web
kubectl get pods -o wide
`,
  },
  {
    key: "command.template.service",
    text: `---
diagram: service
---
kubectl create deployment web --image=nginx --replicas=3
kubectl rollout status deployment/web
kubectl expose deployment web --port=80
kubectl get service web
`,
  },
  {
    key: "command.template.pod",
    text: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx
---
kubectl wait --for=condition=Ready pod/web
kubectl get pod web -o wide
`,
  },
  { key: "command.template.commands", text: "kubectl get nodes\nkubectl get pods --all-namespaces\n" },
];
