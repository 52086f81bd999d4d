import { describe, expect, it } from "vitest";
import { readNote } from "../../src/note/read";
import { reconstruct } from "../../src/session/reconstruct";
import { printNote, runNote } from "../../src/session/headless";

const fence = "```";
const options = { after: 0, most: 120_000, reconstruct: true };
const transcript = (...lines: string[]): string => `${fence}jsx\n${lines.join("\n")}\n${fence}\n`;
const rebuilt = (text: string): string[] => {
  const note = readNote("x.md", text);
  return note.blocks.flatMap((block) => (block.is === "transcript" ? reconstruct(note, block) : [])).map(({ resource, namespace, name }) => `${resource} ${namespace}/${name}`);
};

/** As people paste them: commented output, blank lines, non-breaking spaces, a pod that has two names. */
const shop = transcript(
  "kubectl get pods", "", "# NAME                 READY   STATUS    RESTARTS   AGE".replace(/ {2}/g, " \u00a0"),
  "# greet-deployment-5d5545b69c-24lw5   1/1     Running   0   27m", "", "# greet-deployment-5d5545b69c-9g94t   1/1     Running   0   27m", "# client   1/1     Running   0   41m",
  "kubectl get service", "# NAME   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE", "# service-greet-clusterip   ClusterIP   10.104.96.7   <none>   3000/TCP   10s",
  "kubectl exec -it client-pod /bin/bash", "# root@client-pod:/# curl 10.104.96.7:3000", "#[v3] Hello, Kubernetes!, From host: greet-deployment-5d5545b69c-9g94t",
);

describe("reconstruction", () => {
  it("builds what the tables and the commands name, so that the transcript runs", () => {
    const text = shop.replaceAll("greet", "hellok8s");
    expect(rebuilt(text)).toEqual(["deployments.apps default/hellok8s-deployment", "pods default/client", "pods default/client-pod", "services default/service-hellok8s-clusterip"]);
    const run = runNote("x.md", text, new Map(), options);
    const entries = run.blocks[0]?.entries ?? [];
    expect(entries.map(({ exit }) => exit)).toEqual(entries.map(() => 0));
    const last = entries[entries.length - 1];
    expect(last?.output.map(({ data }) => data).join("")).toMatch(/^\[v3\] Hello, Kubernetes!, From host: hellok8s-deployment-[0-9a-f]+-\w{5}$/m);
    expect(last?.differs).toBe(false);
    expect(last?.output.map(({ data }) => data).join("")).not.toContain("exit");
    expect(entries.map(({ planned, output }) => (planned.text === "kubectl get service" ? output.map(({ data }) => data).join("") : "")).join("")).toMatch(/service-hellok8s-clusterip +ClusterIP +10\.104\.96\.7 +<none> +3000\/TCP/);
    // Beside the recorded pods there is the one that only the command names: more, and nothing missing.
    expect(entries.find(({ planned }) => planned.text === "kubectl get pods")).toMatchObject({ differs: true, more: 1 });
    expect(entries[0]?.planned.notices.map(({ key }) => key)).toEqual(["reconstruct.about", "reconstruct.two-names"]);
  });

  it("leaves alone what the transcript creates itself, and what is no name", () => {
    expect(rebuilt(transcript("$ kubectl create deployment web --image=nginx", "$ kubectl get pods", "NAME                  READY   STATUS    RESTARTS   AGE", "web-5d5545b69c-24lw5   1/1     Running   0          27m", "$ kubectl expose deployment web --port=80", "$ kubectl get svc web", "$ kubectl delete pod <pod>", "$ kubectl logs $POD"))).toEqual([]);
    expect(rebuilt(transcript("$ kubectl apply -f - <<EOF", "apiVersion: v1", "kind: Pod", "metadata:", "  labels: {a: b}", "  name: web", "EOF", "$ kubectl get pod web"))).toEqual([]);
    expect(rebuilt(`Save as \`web.yaml\`:\n${fence}yaml\nkind: Pod\napiVersion: v1\nmetadata: {name: web}\n${fence}\n${transcript("kubectl apply -f web.yaml", "kubectl logs web")}`)).toEqual([]);
  });

  it("takes the note's own manifest where there is one", () => {
    const text = `${fence}yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: own, image: "redis:7"}]}\n${fence}\n${transcript("kubectl describe pod web")}`;
    const note = readNote("x.md", text);
    expect(reconstruct(note, note.blocks[1] ?? note.blocks[0] as never)[0]?.text).toContain("image: redis:7");
  });

  it("reads wide tables, namespaces, node ports and what was ill", () => {
    const text = transcript(
      "kubectl get deploy,svc -n shop -o wide",
      "NAME                  READY   UP-TO-DATE   AVAILABLE   AGE   CONTAINERS   IMAGES      SELECTOR", "deployment.apps/web   2/2     2            2           10d   srv          httpd:2.4   tier=front",
      "NAME          TYPE       CLUSTER-IP    EXTERNAL-IP   PORT(S)        AGE   SELECTOR", "service/web   NodePort   172.20.1.2   <none>        80:30080/TCP   10d   tier=front",
      "kubectl get pods", "NAME   READY   STATUS             RESTARTS   AGE", "bad    0/1     ImagePullBackOff   0          2m",
    );
    const note = readNote("x.md", text);
    const all = note.blocks.flatMap((block) => reconstruct(note, block));
    expect(all.map(({ resource, namespace, name }) => `${resource} ${namespace}/${name}`)).toEqual(["namespaces /shop", "deployments.apps shop/web", "pods default/bad", "services shop/web"]);
    expect(all[1]?.text).toMatch(/replicas: 2[\s\S]*tier: front[\s\S]*image: httpd:2.4[\s\S]*name: srv/);
    expect(all[3]?.text).toMatch(/nodePort: 30080/);
    expect(all[3]?.text).not.toContain("172.20");
    const run = runNote("x.md", text, new Map(), { ...options, after: 30_000 });
    expect(run.blocks[0]?.entries.map(({ exit }) => exit)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("makes a namespace ready before what goes into it, and types into a session after its bare prompt", () => {
    const text = `${fence}console\n$ kubectl get pods -n old\nNAME     READY   STATUS    RESTARTS   AGE\nreader   1/1     Running   0          12d\n$ kubectl exec -it -n old reader -- sh\n# echo inside\ninside\n# exit\n${fence}\n`;
    const run = runNote("x.md", text, new Map(), options);
    expect(run.blocks[0]?.entries.map(({ exit, differs }) => [exit, differs])).toEqual(Array.from({ length: 8 }, () => [0, false]));
  });
});

describe("a transcript's names", () => {
  it("of pods stand for pods of the same Deployment, and the reader is told", () => {
    const text = transcript("$ kubectl get pods", "NAME                  READY   STATUS    RESTARTS   AGE", "web-5d5545b69c-24lw5   1/1     Running   0          27m", "web-5d5545b69c-9g94t   1/1     Running   0          27m", "$ kubectl delete pod web-5d5545b69c-24lw5", 'pod "web-5d5545b69c-24lw5" deleted', "$ kubectl get pod web-5d5545b69c-9g94t -o name");
    const [block] = runNote("x.md", text, new Map(), options).blocks;
    const [deleted, got] = block?.entries.slice(-2) ?? [];
    expect([deleted?.exit, deleted?.differs, got?.exit]).toEqual([0, false, 0]);
    expect(deleted?.notices[0]).toMatchObject({ key: "run.stand-in", args: { recorded: "web-5d5545b69c-24lw5" } });
    expect(got?.notices[0]?.args["here"]).not.toBe(deleted?.notices[0]?.args["here"]);
  });

  it("between angle brackets are left to the reader: without a value the command does not run, and nothing else is swallowed", () => {
    const run = runNote("x.md", transcript("kubectl delete pod <pod-name>", "echo '<b>' after", "cat <<EOF", "<title>", "EOF"), new Map(), options);
    expect(run.blocks[0]?.entries.map(({ planned, exit, output }) => [planned.asks, exit, output.map(({ data }) => data).join("")])).toEqual([[["pod-name"], 2, ""], [[], 0, "<b> after\n"], [[], 0, "<title>\n"]]);
    expect(printNote(run)).toContain("`<pod-name>` has no value");
  });
});

describe("transcripts", () => {
  it("are known by any shell's prompt, and by the aliases that they make", () => {
    const text = [`PS C:\\> kubectl get ns default -o name\nnamespace/default`, "me@host:~/x$ kubectl get ns default -o name\nnamespace/default", "% kubectl get ns default -o name\nnamespace/default", "# kubectl get ns default -o name\nnamespace/default", "alias kg='kubectl get'\nkg ns default -o name\n# namespace/default"].map((body) => `${fence}\n${body}\n${fence}\n`).join("\n");
    const run = runNote("x.md", text, new Map(), options);
    expect(run.blocks.map(({ entries }) => entries.map(({ exit, differs }) => [exit, differs]))).toEqual([[[0, false]], [[0, false]], [[0, false]], [[0, false]], [[0, false], [0, false]]]);
  });
});
