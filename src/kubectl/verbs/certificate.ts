import type { KubeObject } from "../../cluster/model";
import { kindWord } from "../discovery";
import type { Verb } from "../command";
import { CommandError, throwAll } from "../errors";
import { bool, FILENAME_FLAGS, PRINT_FLAGS } from "../flags";
import { arr, at, setAt, type Obj } from "../objects";
import { objectPrinter } from "../print/printer";
import { fetchAll, fromFiles } from "../resource/arguments";

/** approve and deny: a condition on the signing request, written through its approval subresource. */
function deciding(name: string, condition: string, done: string): Verb {
  return {
    name,
    short: `${name.charAt(0).toUpperCase()}${name.slice(1)} a certificate signing request`,
    flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, bool("force", `Update the CSR even if it is already ${done}.`)],
    run(command) {
      if (command.args.length === 0 && !fromFiles(command)) throw new CommandError("one or more CSRs must be specified as <name> or -f <filename>");
      const { infos, errors } = fetchAll(command, fromFiles(command) ? {} : { args: command.args.map((word) => `certificatesigningrequests/${word}`) });
      const printer = objectPrinter(command);
      for (const info of infos) {
        const conditions = arr(at(info.object, "status", "conditions"));
        let object = info.object;
        if (command.flags.on("force") || !conditions.some((c) => c["type"] === condition)) {
          const time = `${new Date(command.unix).toISOString().slice(0, 19)}Z`;
          const added = { type: condition, status: "True", reason: `Kubectl${name === "approve" ? "Approve" : "Deny"}`, message: `This CSR was ${done} by kubectl certificate ${name}.`, lastUpdateTime: time };
          object = command.ask<KubeObject>("update", info.mapping, { name: info.name, subresource: "approval", body: setAt(info.object as unknown as Obj, ["status", "conditions"], [...conditions.filter((c) => c["type"] !== condition), added]) });
        }
        command.out(printer === undefined ? `${kindWord(info.mapping)}/${info.name} ${done}\n` : printer(object));
      }
      throwAll(errors);
    },
  };
}

/** kubectl certificate */
export const certificate: Verb = { name: "certificate", short: "Modify certificate resources", verbs: [deciding("approve", "Approved", "approved"), deciding("deny", "Denied", "denied")] };
