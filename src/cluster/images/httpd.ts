import type { Image } from "./program";
import { accessLine, httpDate, pathOf, respond, server, typeOf } from "./server";

const root = "/usr/local/apache2/htdocs";

const program = server({
  ports: () => [80],
  boot: ({ address, now, epoch }) => {
    const at = new Date(epoch + now).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5.000000 $4");
    const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message`;
    return [name, name, `[${at}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations`, `[${at}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'`]
      .map((text) => ({ fd: 2 as const, text }));
  },
  answer(request, context) {
    const path = pathOf(request);
    const file = `${root}${path.endsWith("/") ? `${path}index.html` : path}`;
    const found = context.files.read(file);
    const common = { Date: httpDate(context), Server: "Apache/2.4.65 (Unix)" };
    const response = found === undefined
      ? respond(404, "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n", "text/html; charset=iso-8859-1", common)
      : respond(200, found, typeOf(file), { ...common, "Accept-Ranges": "bytes" });
    return { response, log: accessLine(request, context, response.status, response.body.length).replace(/ "[^"]*" "[^"]*" "[^"]*"$/, "") };
  },
});

/** The Apache web server. */
export const httpd: Image = {
  name: /(^|\/)httpd(:|@|$)/, size: 45_030_000, user: 0, entrypoint: [], cmd: ["httpd-foreground"], env: { HTTPD_PREFIX: "/usr/local/apache2", HTTPD_VERSION: "2.4.65" }, ports: [80],
  files: { [`${root}/index.html`]: "<html><body><h1>It works!</h1></body></html>\n", "/usr/local/apache2/conf/httpd.conf": "Listen 80\nDocumentRoot \"/usr/local/apache2/htdocs\"\n" },
  userland: "debian", tools: ["bash"],
  program: ([command = ""]) => (/(^|\/)httpd(-foreground)?$/.test(command) ? program : undefined),
};
