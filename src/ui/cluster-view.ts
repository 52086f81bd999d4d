import type { Cancel, Ref } from "../cluster/model";
import type { Concept } from "../diagrams/concept";
import { t } from "../i18n/index";
import { complete, resourcesOf } from "../session/completion";
import type { Resource } from "../session/completion";
import { resourceTable } from "../session/resource-table";
import type { Notebook } from "./block-state";
import { button, choice } from "./button";
import { ClusterModel } from "./cluster-model";
import { createConsole } from "./console";
import { createDiagram } from "./diagram";
import type { Diagram } from "./diagram";
import type { DiagramHost } from "./diagram-model";
import { listen, make, setText } from "./dom";
import { createDrawer } from "./drawer";
import { createResourceTable } from "./resource-table";
import { createTicker } from "./ticker";
import { clockText } from "./timeline";

/** What a view of a whole cluster shows it with. */
export interface ClusterViewOptions {
  /** The picture of everything. */
  readonly concept: Concept;
  readonly host: DiagramHost;
  readonly speed: number;
}

const frameBudget = 8;
/** Tables are asked for anew at most so often, wall ms. */
const refreshEvery = 400;
const pages = ["topology", "resources", "nodes", "events", "console"] as const;
type Page = (typeof pages)[number];
const kinds = ["pods", "deployments.apps", "replicasets.apps", "services", "endpointslices.discovery.k8s.io", "ingresses.networking.k8s.io", "configmaps", "secrets", "namespaces"];

/** The whole of a cluster, in pages: its picture with the timeline, its resources in tables that live, nodes with what can be done to them, events, and a console. */
export function createClusterView(parent: HTMLElement, notebook: Notebook, options: ClusterViewOptions): { readonly el: HTMLElement; destroy(): void } {
  const note = notebook.cluster;
  const el = make(parent, "div", "k8s-sim-view");
  const cancels: Cancel[] = [];
  const bar = make(el, "div", "k8s-sim-view-bar");
  const list = make(bar, "div", "k8s-sim-tabs");
  list.setAttribute("role", "tablist");
  const clock = make(bar, "span", "k8s-sim-clock");
  clock.title = t("block.clock");
  const stop = button(bar, "stop", t("block.stop"), () => notebook.stop(), "stop");
  const model = ClusterModel.ofNote(options.concept, note);
  model.speed = options.speed;
  const drawer = createDrawer(el, model, () => undefined);
  const bodies = new Map<Page, HTMLElement>();
  let page: Page = "topology";
  let diagram: Diagram | undefined;
  let shown = -1;
  let asked = -refreshEvery;

  const buttons = pages.map((of) => {
    const one = make(list, "button", "k8s-sim-tab-button", t(`view.${of}`));
    one.type = "button";
    one.dataset["action"] = of;
    one.setAttribute("role", "tab");
    listen(one, "click", () => choose(of));
    const body = make(el, "div", `k8s-sim-view-page is-${of}`);
    body.setAttribute("role", "tabpanel");
    body.setAttribute("aria-label", t(`view.${of}`));
    bodies.set(of, body);
    return one;
  });
  el.append(drawer.el);
  listen(list, "keydown", (event) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = pages[(pages.indexOf(page) + by + pages.length) % pages.length] ?? "topology";
    choose(next);
    buttons[pages.indexOf(next)]?.focus();
  });
  const body = (of: Page): HTMLElement => bodies.get(of) ?? el;
  const open = (ref: Ref): void => drawer.show(ref);

  // Resources, a kind at a time.
  const all = resourcesOf(note).filter(({ kind, key }) => kind !== "Event" || key === "events");
  const known = [...all].sort((a, b) => (kinds.indexOf(a.key) + kinds.length + 1) % (kinds.length + 1) - (kinds.indexOf(b.key) + kinds.length + 1) % (kinds.length + 1));
  let kind: Resource | undefined = known[0];
  const pick = choice<string>(make(body("resources"), "div", "k8s-sim-view-tools"), "kind", t("view.kind"), known.map(({ key, names }) => ({ value: key, text: names[0] ?? key })), (value) => {
    kind = all.find(({ key }) => key === value);
    table.el.remove();
    table = createResourceTable(body("resources"), value, open);
    refresh(true);
  });
  if (kind !== undefined) pick.set(kind.key);
  let table = createResourceTable(body("resources"), kind?.key ?? "", open);

  // The console, whose commands are those of every button here.
  const shell = createConsole(body("console"), {
    complete: (line, cursor) => complete(note, line, cursor),
    run: (line, write, done) => {
      const run = note.run(line, { write: (_fd, text) => write(text) });
      run.then(done);
      return { stop: () => run.stop(), input: (data) => run.type(data) };
    },
  });
  const act = (line: string): void => void shell.run(line);

  // Nodes.
  const fresh = (): string => {
    const names = new Set(note.cluster.at().list("nodes").map(({ metadata }) => metadata.name));
    for (let i = 1; ; i++) if (!names.has(`node${i}`)) return `node${i}`;
  };
  const nodeTools = make(body("nodes"), "div", "k8s-sim-view-tools");
  const which = make(nodeTools, "select", "k8s-sim-choice dropdown");
  which.dataset["action"] = "node";
  which.setAttribute("aria-label", t("view.node"));
  for (const [action, line] of [["stop-node", "k8s-sim node stop"], ["start-node", "k8s-sim node start"], ["cordon", "kubectl cordon"], ["uncordon", "kubectl uncordon"], ["drain", "kubectl drain --ignore-daemonsets --force --delete-emptydir-data"]] as const) {
    button(nodeTools, action, t(`view.node.${action}`), () => act(`${line} ${which.value}`)).title = line;
  }
  button(nodeTools, "add-node", t("view.node.add"), () => act(`k8s-sim node add ${fresh()}`));
  const nodes = createResourceTable(body("nodes"), t("view.nodes"), open);
  const said = make(body("nodes"), "pre", "k8s-sim-view-said");
  const events = createResourceTable(body("events"), t("view.events"), open);

  const tableOf = (key: string): ReturnType<typeof resourceTable> | undefined => {
    const resource = all.find((each) => each.key === key);
    return resource === undefined ? undefined : resourceTable(note, resource);
  };
  const refresh = (now = false): void => {
    const { cluster } = note;
    const time = performance.now();
    setText(clock, clockText(cluster.now));
    stop.hidden = !note.busy;
    // Ages pass though nothing changes: once a virtual second.
    const state = cluster.rev * 1e6 + Math.floor(cluster.now / 1000);
    if (!now && (state === shown || time - asked < refreshEvery)) return;
    shown = state;
    asked = time;
    if (page === "resources" && kind !== undefined) table.show(resourceTable(note, kind));
    else if (page === "events") {
      const found = tableOf("events");
      if (found !== undefined) events.show(found);
    } else if (page === "nodes") {
      const found = tableOf("nodes");
      if (found !== undefined) nodes.show(found);
      const names = found?.rows.map(({ ref }) => ref.name) ?? [];
      if (names.join() !== [...which.options].map(({ value }) => value).join()) {
        const chosen = which.value;
        which.textContent = "";
        for (const name of names) make(which, "option", "", name).value = name;
        if (names.includes(chosen)) which.value = chosen;
      }
      setText(said, [...shell.el.querySelectorAll(".k8s-sim-console-log .k8s-sim-command")].slice(-1).map((each) => each.textContent).join("\n"));
    } else if (page === "topology" && diagram === undefined) {
      diagram = createDiagram(body("topology"), model, { host: options.host });
    }
    drawer.refresh();
  };
  const choose = (next: Page): void => {
    page = next;
    pages.forEach((of, at) => {
      body(of).hidden = of !== page;
      buttons[at]?.setAttribute("aria-selected", String(of === page));
      buttons[at]?.setAttribute("tabindex", of === page ? "0" : "-1");
    });
    if (page === "console") shell.focus();
    refresh(true);
  };

  const driver = {};
  const ticker = createTicker(el, (elapsed) => {
    if (page !== "topology" && (model.playing || notebook.lively)) notebook.drive(driver, elapsed, model.speed, frameBudget);
    else if (page === "topology" && notebook.lively && !model.playing && diagram === undefined) notebook.drive(driver, elapsed, model.speed, frameBudget);
    refresh();
    ticker.run(model.playing || notebook.lively);
  });
  const wake = (): void => {
    ticker.once();
    ticker.run(model.playing || notebook.lively);
  };
  cancels.push(note.onChange(wake), model.onChange(wake));
  choose(page);
  return {
    el,
    destroy() {
      for (const cancel of cancels) cancel();
      ticker.destroy();
      diagram?.destroy();
      model.dispose();
      el.remove();
    },
  };
}
