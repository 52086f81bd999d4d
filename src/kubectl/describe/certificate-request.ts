import { humanDuration } from "../../cluster/api/kinds/human-duration";
import { arr, at, num, obj, str } from "../objects";
import { eventLines, labelsInline, line, timeline, type Describer } from "./text";

/** One element of DER: its tag, its bytes, and where the next one begins. */
interface Der {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

function der(bytes: Uint8Array): readonly Der[] {
  const all: Der[] = [];
  for (let i = 0; i + 1 < bytes.length;) {
    const tag = bytes[i] ?? 0;
    let size = bytes[i + 1] ?? 0;
    i += 2;
    if (size > 0x80) {
      let more = size & 0x7f;
      for (size = 0; more > 0; more--) size = size * 256 + (bytes[i++] ?? 0);
    }
    all.push({ tag, bytes: bytes.subarray(i, i + size) });
    i += size;
  }
  return all;
}

const latin = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes ?? new Uint8Array());
const hex = (bytes: Uint8Array | undefined): string => [...(bytes ?? [])].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** The parts of a subject by the last byte of their object identifiers (2.5.4.x). */
const parts = [["0a", "Organization"], ["0b", "Organizational Unit"], ["06", "Country"], ["07", "Locality"], ["08", "Province"], ["09", "StreetAddress"], ["11", "PostalCode"]] as const;
const alternatives = [[0x82, "DNS Names"], [0x81, "Email Addresses"], [0x86, "URIs"], [0x87, "IP Addresses"]] as const;

function address(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join(".");
  const words = (hex(bytes).match(/..../g) ?? []).map((word) => word.replace(/^0{1,3}/, "")).join(":");
  const longest = [...words.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].reduce((best, [run]) => (run.length > best.length ? run : best), "");
  return longest === "" ? words : words.replace(longest, "").replace(/^$|^:|:$|::/, "::");
}

export const describeCertificateRequest: Describer = (about) => {
  const { object } = about;
  const spec = obj(object["spec"]);
  const body = /-----BEGIN CERTIFICATE REQUEST-----([^-]+)-----END/.exec(latin(bytesOf(str(spec["request"]))))?.[1] ?? "";
  const info = der(der(der(bytesOf(body.replace(/\s/g, "")))[0]?.bytes ?? new Uint8Array())[0]?.bytes ?? new Uint8Array());
  const subject = der(info[1]?.bytes ?? new Uint8Array()).flatMap((set) => der(set.bytes)).map((pair) => der(pair.bytes)).map(([id, value]) => ({ id: hex(id?.bytes), value: latin(value?.bytes) }));
  const of = (id: string): readonly string[] => subject.filter((one) => one.id === `5504${id}`).map(({ value }) => value);
  // attributes → extensionRequest → extensions; subjectAltName is 2.5.29.17.
  const extensions = der(info[3]?.bytes ?? new Uint8Array()).map((attribute) => der(attribute.bytes)).filter(([id]) => hex(id?.bytes) === "2a864886f70d01090e").flatMap(([, set]) => der(set?.bytes ?? new Uint8Array())).flatMap((list) => der(list.bytes)).map((one) => der(one.bytes));
  const names = extensions.filter(([id]) => hex(id?.bytes) === "551d11").flatMap((one) => der(one[one.length - 1]?.bytes ?? new Uint8Array())).flatMap((list) => der(list.bytes));
  const listed = (title: string, values: readonly string[]): string => (values.length === 0 ? "" : `\t${title}:\t${values.join("\n\t\t")}\n`);
  const types = arr(at(object, "status", "conditions")).map((c) => str(c["type"]));
  const status = ["Approved", "Denied", "Failed"].filter((type) => types.includes(type));
  if (str(at(object, "status", "certificate")) !== "") status.push("Issued");
  const seconds = spec["expirationSeconds"];
  return line("Name", object.metadata.name) + line("Labels", labelsInline(object.metadata.labels)) + line("Annotations", labelsInline(object.metadata.annotations)) + timeline("CreationTimestamp", object.metadata.creationTimestamp)
    + line("Requesting User", spec["username"]) + line("Signer", spec["signerName"]) + (seconds === undefined ? "" : line("Requested Duration", humanDuration(num(seconds) * 1000))) + line("Status", status.join(",") || "Pending")
    + `Subject:\n\tCommon Name:\t${of("03").at(-1) ?? ""}\n\tSerial Number:\t${of("05").at(-1) ?? ""}\n${parts.map(([id, title]) => listed(title, of(id))).join("")}`
    + (names.length === 0 ? "" : `Subject Alternative Names:\n${alternatives.map(([tag, title]) => listed(title, names.filter((one) => one.tag === tag).map(({ bytes }) => (tag === 0x87 ? address(bytes) : latin(bytes))))).join("")}`)
    + eventLines(about);
};

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}
