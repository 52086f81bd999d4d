// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from "vitest";
import { plain } from "../../src/ui/command";
import { createConsole, type ConsoleModel } from "../../src/ui/console";

afterEach(() => {
  document.body.textContent = "";
});

const type = (el: HTMLElement, key: string, more: KeyboardEventInit = {}): void => {
  el.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
};

function setUp(model: Partial<ConsoleModel> = {}): { el: HTMLElement; input: HTMLInputElement; run: (line: string) => Promise<number>; lines: string[] } {
  const lines: string[] = [];
  const view = createConsole(document.body, {
    run(line, write, done) {
      lines.push(line);
      write(`ran ${line}\n`);
      done(line === "false" ? 1 : 0);
      return { stop: () => undefined };
    },
    ...model,
  });
  return { el: view.el, input: view.el.querySelector("input") as HTMLInputElement, run: view.run, lines };
}

describe("the console", () => {
  it("shows each command with its output and exit code", async () => {
    const { el, run } = setUp();
    await run("true");
    await run("false");
    expect([...el.querySelectorAll<HTMLElement>(".k8s-sim-command")].map(({ dataset }) => dataset["exit"])).toEqual(["0", "1"]);
    expect(el.querySelector(".k8s-sim-output")?.textContent).toBe("ran true\n");
  });

  it("remembers what was typed", async () => {
    const { input, run } = setUp({ history: ["kubectl get pods"] });
    await run("kubectl get svc");
    input.value = "half";
    type(input, "ArrowUp");
    expect(input.value).toBe("kubectl get svc");
    type(input, "ArrowUp");
    expect(input.value).toBe("kubectl get pods");
    type(input, "ArrowDown");
    type(input, "ArrowDown");
    expect(input.value).toBe("half");
  });

  it("completes to the common start, then lists", () => {
    const { el, input } = setUp({ complete: () => ({ from: 8, words: ["describe", "delete"] }) });
    input.value = "kubectl d";
    input.setSelectionRange(9, 9);
    type(input, "Tab");
    expect(input.value).toBe("kubectl de");
    expect(el.querySelector(".k8s-sim-completions")?.textContent).toBe("describe  delete");
  });

  it("stops with Ctrl-C and with the button, and says so by the exit code", async () => {
    let stops = 0;
    let end: (exit: number) => void = () => undefined;
    const { el, input, run } = setUp({
      run(_line, _write, done) {
        end = done;
        return { stop: () => void (stops++, stops === 2 && end(130)) };
      },
    });
    const exit = run("kubectl get pods -w");
    expect(el.querySelector<HTMLElement>("[data-action=stop]")?.hidden).toBe(false);
    type(input, "c", { ctrlKey: true });
    expect(stops).toBe(1);
    el.querySelector<HTMLElement>("[data-action=stop]")?.click();
    expect(await exit).toBe(130);
    expect(el.querySelector<HTMLElement>("[data-action=stop]")?.hidden).toBe(true);
  });

  it("joins pieces of a line and keeps a bounded number of lines", async () => {
    const { el, run } = setUp({
      run(_line, write, done) {
        write("Waiting for ");
        write("deployment\n");
        write(Array.from({ length: 1500 }, (_, i) => `line ${i}\n`).join(""));
        done(0);
        return { stop: () => undefined };
      },
    });
    await run("x");
    const output = el.querySelector(".k8s-sim-output") as HTMLElement;
    const rows = (): number => output.querySelectorAll(".k8s-sim-row").length;
    // What came at once is drawn frame by frame.
    expect(rows()).toBeLessThan(200);
    await vi.waitFor(() => expect(rows()).toBe(1000));
    expect(output.textContent).toContain("501 lines more above");
    expect(output.textContent?.endsWith("line 1499\n")).toBe(true);
  });

  it("marks states by a class and takes colour codes out", async () => {
    expect(plain("\u001b[31mError\u001b[0m\rok\n")).toBe("ok\n");
    const { el, run } = setUp({
      run(_line, write, done) {
        write("web-1   1/1   Running   0   5s\nweb-2   0/1   CrashLoopBackOff   3   5s\n");
        done(0);
        return { stop: () => undefined };
      },
    });
    await run("kubectl get pods");
    expect(el.querySelector(".k8s-sim-word.is-good")?.textContent).toBe("Running");
    expect(el.querySelector(".k8s-sim-word.is-bad")?.textContent).toBe("CrashLoopBackOff");
    expect(el.querySelector(".k8s-sim-output")?.textContent).toBe("web-1   1/1   Running   0   5s\nweb-2   0/1   CrashLoopBackOff   3   5s\n");
  });
});
