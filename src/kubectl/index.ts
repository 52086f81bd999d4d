export { kubectl } from "./kubectl";
export type { KubectlOptions } from "./command";
