/** Three pods of hellok8s; two nodes are enough for one of them to have more than the other. */
export const helloPods = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hellok8s-deployment
spec:
  replicas: 3
  selector:
    matchLabels:
      app: hellok8s
  template:
    metadata:
      labels:
        app: hellok8s
    spec:
      containers:
      - name: hellok8s
        image: guangzhengli/hellok8s:v3
        ports:
        - containerPort: 3000
        readinessProbe:
          httpGet:
            path: /
            port: 3000
          periodSeconds: 1
`;

/** A pod to ask from. */
export const nginxPod = `apiVersion: v1
kind: Pod
metadata:
  name: nginx
  labels:
    app: nginx
spec:
  containers:
  - name: nginx
    image: nginx
`;

/** Two web servers that the Ingress sends everything else to. */
export const nginxPods = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
spec:
  replicas: 2
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx
        ports:
        - containerPort: 80
`;

/** A Service in front of hellok8s. */
export function helloService(name: string, spec: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
${spec}  selector:
    app: hellok8s
  ports:
  - port: 3000
    targetPort: 3000
`;
}

export const manifests = (...parts: readonly string[]): string => parts.join("---\n");
