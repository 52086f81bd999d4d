import { obj, str, strings } from "../objects";
import { eventLines, head, type Describer } from "./text";

export const describeConfigMap: Describer = (about) => {
  const { object } = about;
  let out = `${head(object)}\nData\n====\n`;
  const data = strings(object["data"]);
  for (const key of Object.keys(data).sort()) out += `${key}:\n----\n${data[key] ?? ""}\n\n`;
  out += "\nBinaryData\n====\n";
  const binary = strings(object["binaryData"]);
  for (const key of Object.keys(binary).sort()) out += `${key}: ${atob(binary[key] ?? "").length} bytes\n`;
  return `${out}\n${eventLines(about)}`;
};

export const describeSecret: Describer = (about) => {
  const { object } = about;
  let out = `${head(object)}\nType:\t${str(object["type"])}\n\nData\n====\n`;
  const data = strings(obj(object["data"]));
  for (const key of Object.keys(data).sort()) {
    const bytes = atob(data[key] ?? "");
    out += object["type"] === "kubernetes.io/service-account-token" && key === "token" ? `${key}:\t${bytes}\n` : `${key}:\t${bytes.length} bytes\n`;
  }
  return out;
};
