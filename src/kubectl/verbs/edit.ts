import { t } from "../../i18n/index";
import type { Verb } from "../command";
import { CommandError, PlainError, throwAll } from "../errors";
import { FILENAME_FLAGS, PRINT_FLAGS, SELECTOR } from "../flags";
import { fetchAll } from "../resource/arguments";

/** kubectl edit: finds the object, but there is no editor to open. */
export const edit: Verb = {
  name: "edit",
  short: "Edit a resource on the server",
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR],
  run(command) {
    const { errors } = fetchAll(command);
    throwAll(errors);
    const editor = command.context.env["KUBE_EDITOR"] ?? command.context.env["EDITOR"] ?? "";
    if (editor === "true") throw new PlainError("Edit cancelled, no changes made.", 0);
    throw new CommandError(t("kubectl.noEditor"));
  },
};
