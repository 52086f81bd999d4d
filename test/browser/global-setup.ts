import type { TestProject } from "vitest/node";
import { findBrowser } from "../../scripts/browser.mjs";
import { serve } from "../harness/serve.mjs";

declare module "vitest" {
  interface ProvidedContext {
    readonly url: string;
    readonly browser: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = findBrowser();
  const harness = await serve();
  project.provide("url", harness.url);
  project.provide("browser", browser);
  return harness.close;
}
