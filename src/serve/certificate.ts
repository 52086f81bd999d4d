import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { bits, der, flag, identifier, integer, octets, sequence, set, tagged, utcTime, utf8 } from "./der";

export interface Certificate {
  /** PEM, both. */
  readonly cert: string;
  readonly key: string;
}

const ecdsaWithSha256 = (): Buffer => sequence(identifier("1.2.840.10045.4.3.2"));
const day = 86_400_000;

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return critical ? sequence(identifier(id), flag(true), octets(value)) : sequence(identifier(id), octets(value));
}

/**
 * A certificate for this machine's loopback alone, signed by itself and by a key that lives as long as the server: clients send a
 * token over TLS only, and node makes keys and signatures but no certificates. RFC 5280: version 3, EC P-256, valid for a year.
 */
export function selfSigned(now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(identifier("2.5.4.3"), utf8("kube-apiserver"))));
  const serial = randomBytes(8);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  const names = sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from("localhost")));
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))), integer(serial), ecdsaWithSha256(), name,
    sequence(utcTime(new Date(now.getTime() - day)), utcTime(new Date(now.getTime() + 365 * day))),
    name, publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(
      extension("2.5.29.19", true, sequence(flag(true))), // it is its own authority
      extension("2.5.29.15", true, bits(Buffer.from([0x84]), 2)), // digitalSignature, keyCertSign
      extension("2.5.29.37", false, sequence(identifier("1.3.6.1.5.5.7.3.1"))), // serverAuth
      extension("2.5.29.17", false, names),
    )),
  );
  const signed = sequence(body, ecdsaWithSha256(), bits(sign("sha256", body, privateKey)));
  const lines = signed.toString("base64").match(/.{1,64}/g) ?? [];
  return { cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
