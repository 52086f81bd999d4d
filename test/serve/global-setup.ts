import { realClients } from "../../scripts/real-clients.mjs";

/** Before any test: without the real clients nothing here proves anything, so it fails where they can't be had. */
export default function setup(): void {
  realClients();
}
