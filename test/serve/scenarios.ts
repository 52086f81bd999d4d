import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { golden } from "../conformance/replay";

/** Recordings that are replayed command by command; 45 is read as a whole by a test of its own. */
export const scenarios: readonly string[] = readdirSync(golden).filter((name) => existsSync(join(golden, name, "transcript.json")) && !name.startsWith("45-")).sort();
