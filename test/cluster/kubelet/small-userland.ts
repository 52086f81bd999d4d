import type { Effect, Program, Userland } from "../../../src/cluster/images/program";

/** A shell that knows echo, sleep, exit and endless loops, one after the other: enough to test the kubelet without the real one. */
export const smallUserland: Userland = (argv) => {
  const [command, ...rest] = argv;
  if (command === "false") return steps(["exit 1"]);
  if (command === "true") return steps(["exit 0"]);
  if (command === "sleep") return steps([`sleep ${rest[0] ?? "0"}`]);
  if (command === "cat") {
    return {
      start: (context) => {
        const found = context.files.read(rest[0] ?? "");
        return { state: null, do: found === undefined ? [{ do: "write", fd: 2, data: `cat: can't open '${rest[0]}': No such file or directory\n` }, { do: "exit", code: 1 }] : [{ do: "write", fd: 1, data: found }, { do: "exit", code: 0 }] };
      },
      on: (state) => ({ state, do: [] }),
    };
  }
  if (command === "env") {
    return { start: (context) => ({ state: null, do: [{ do: "write", fd: 1, data: Object.entries(context.env).map(([k, v]) => `${k}=${v}\n`).join("") }, { do: "exit", code: 0 }] }), on: (state) => ({ state, do: [] }) };
  }
  if (command === "sh") return steps((rest[1] ?? "").split(/;\s*/));
  return undefined;
};

function steps(list: readonly string[]): Program {
  const from = (at: number): { state: number; do: Effect[] } => {
    const effects: Effect[] = [];
    for (let i = at; i < list.length; i++) {
      const [word, ...rest] = (list[i] as string).trim().split(" ");
      if (word === "echo") effects.push({ do: "write", fd: 1, data: `${rest.join(" ")}\n` });
      else if (word === "sleep") return { state: i + 1, do: [...effects, { do: "sleep", id: "s", ms: rest[0] === "infinity" ? 1e12 : Number(rest[0]) * 1000 }] };
      else if (word === "exit") return { state: i, do: [...effects, { do: "exit", code: Number(rest[0]) }] };
      else if (word === "wait" || word === "tail" || word === "while") return { state: list.length, do: effects };
    }
    return { state: list.length, do: [...effects, { do: "exit", code: 0 }] };
  };
  return {
    start: () => from(0),
    on: (state, input) => (input.is === "wake" ? from(state as number) : { state, do: [] }),
  };
}
