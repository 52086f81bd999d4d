import type { Image } from "./program";
import { httpDate, idle, oneShot, pathOf, respond, server, typeOf } from "./server";

const fileServer = (name: string, port: number): ReturnType<typeof server> => server({
  ports: ({ argv }) => [Number(argv.find((word) => /^\d+$/.test(word)) ?? port)],
  boot: ({ argv }) => [{ fd: 1, text: `Serving HTTP on 0.0.0.0 port ${argv.find((word) => /^\d+$/.test(word)) ?? port} (http://0.0.0.0:${argv.find((word) => /^\d+$/.test(word)) ?? port}/) ...` }],
  leaves: -1,
  answer(request, context) {
    const path = pathOf(request);
    const directory = context.cwd === "/" ? "" : context.cwd;
    const file = `${directory}${path.endsWith("/") ? `${path}index.html` : path}`;
    const found = context.files.read(file);
    const names = context.files.list(`${directory}${path}`);
    const head = { Server: name, Date: httpDate(context) };
    if (found !== undefined) return { response: respond(200, found, typeOf(file), head) };
    if (names) return { response: respond(200, `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Directory listing for ${path}</title>\n</head>\n<body>\n<h1>Directory listing for ${path}</h1>\n<hr>\n<ul>\n${names.map((each) => `<li><a href="${each}">${each}</a></li>\n`).join("")}</ul>\n<hr>\n</body>\n</html>\n`, "text/html; charset=utf-8", head) };
    return { response: respond(404, "<!DOCTYPE HTML>\n<html lang=\"en\">\n    <body>\n        <h1>Error response</h1>\n        <p>Error code: 404</p>\n        <p>Message: File not found.</p>\n    </body>\n</html>\n", "text/html;charset=utf-8", head) };
  },
});

const python3 = fileServer("SimpleHTTP/0.6 Python/3.13.7", 8000);

/** Python: `-m http.server` is real; without a script it ends at once, as the interpreter does without a terminal; any other script only stays. */
export const python: Image = {
  name: /(^|\/)python(:|@|$)/, size: 412_000_000, user: 0, entrypoint: [], cmd: ["python3"], env: { PYTHON_VERSION: "3.13.7" }, ports: [], files: {}, userland: "debian", tools: ["bash", "curl"],
  program: ([command = "", ...rest]) => {
    if (!/(^|\/)python3?$/.test(command)) return undefined;
    if (rest.includes("--version") || rest.includes("-V")) return oneShot("Python 3.13.7\n", 0);
    if (rest.includes("http.server")) return python3;
    return rest.length === 0 ? oneShot("", 0) : idle(0);
  },
};

/** Node.js: a script can't be run here, so that it only stays; without one it ends at once. */
export const node: Image = {
  name: /(^|\/)node(:|@|$)/, size: 401_000_000, user: 0, entrypoint: ["docker-entrypoint.sh"], cmd: ["node"], env: { NODE_VERSION: "22.20.0" }, ports: [], files: {}, userland: "debian", tools: ["bash", "curl"],
  program: (argv) => {
    const words = argv[0] === "docker-entrypoint.sh" ? argv.slice(1) : argv;
    if (!/(^|\/)(node|npm|yarn)$/.test(words[0] ?? "")) return undefined;
    if (words.includes("--version") || words.includes("-v")) return oneShot("v22.20.0\n", 0);
    return words.length <= 1 ? oneShot("", 0) : idle(143);
  },
};
