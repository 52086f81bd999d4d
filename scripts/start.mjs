// npm start [-- --note FILE | --vault DIR] [--port N]
import { parseArgs } from "node:util";
import { serve } from "../test/harness/serve.mjs";

try {
  const { values } = parseArgs({ options: { note: { type: "string" }, vault: { type: "string" }, port: { type: "string" } } });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65536)) throw new Error(`--port ${values.port}: expected a number from 0 to 65535`);
  const { url } = await serve({ note: values.note, vault: values.vault, port });
  console.log(url);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
