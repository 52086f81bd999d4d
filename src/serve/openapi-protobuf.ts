/** OpenAPI v2 as gnostic's protobuf (openapi.v2.Document): kubectl asks for that and nothing else where version 3 does not know a kind. */

type Encode = (value: unknown) => Buffer;
/** Field of the JSON document → number, and how its value is written. */
type Message = Readonly<Record<string, readonly [number: number, encode: Encode, repeated?: true]>>;

function varint(value: number): number[] {
  const bytes = [];
  let left = value;
  for (; left > 0x7f; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  return [...bytes, left];
}

/** One field: its number, and what it holds as length and bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]);
}

const text: Encode = (value) => Buffer.from(String(value));
const wrapped = (number: number, encode: Encode): Encode => (value) => field(number, encode(value));
const strings: Encode = (value) => Buffer.concat([value].flat().map((one) => field(1, text(one))));
const any: Encode = (value) => field(2, text(JSON.stringify(value)));
/** A boolean, which has no length: left out where it is false. */
const truth: Encode = () => Buffer.alloc(0);

/** A map as ordered pairs of name (1) and value (2), each in field `number`. */
const named = (number: number, encode: Encode): Encode => (value) => Buffer.concat(Object.entries(value as object).map(([name, of]) => field(number, Buffer.concat([field(1, text(name)), field(2, encode(of))]))));

/** A message by its table; x-… fields are its vendor extensions. */
const message = (table: () => Message, extensions: number): Encode => (value) => {
  const fields = table();
  const parts: Buffer[] = [];
  for (const [name, of] of Object.entries(value as object)) {
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (name.startsWith("x-")) parts.push(field(extensions, Buffer.concat([field(1, text(name)), field(2, any(of))])));
    else if (known !== undefined) {
      const [number, encode, repeated] = known;
      if (encode === truth) {
        if (of === true) parts.push(Buffer.from([...varint(number * 8), 1]));
      } else for (const one of repeated === true ? (of as readonly unknown[]) : [of]) parts.push(field(number, encode(one)));
    }
  }
  return Buffer.concat(parts);
};

const schema: Encode = message((): Message => ({
  $ref: [1, text], format: [2, text], title: [3, text], description: [4, text], default: [5, any], pattern: [13, text], required: [19, text, true], enum: [20, any, true],
  additionalProperties: [21, (value) => (typeof value === "boolean" ? Buffer.from([16, value ? 1 : 0]) : field(1, schema(value)))],
  type: [22, strings], items: [23, wrapped(1, schema)], allOf: [24, schema, true], properties: [25, named(1, schema)],
}), 31);
const body = message((): Message => ({ description: [1, text], name: [2, text], in: [3, text], required: [4, truth], schema: [5, schema] }), 6);
const query = message((): Message => ({ required: [1, truth], in: [2, text], description: [3, text], name: [4, text], type: [6, text], format: [7, text], uniqueItems: [20, truth] }), 23);
const path = message((): Message => ({ required: [1, truth], in: [2, text], description: [3, text], name: [4, text], type: [5, text], format: [6, text], uniqueItems: [19, truth] }), 22);
const parameter: Encode = (value) => {
  const where = (value as { in?: string }).in;
  return field(1, where === "body" ? field(1, body(value)) : field(2, where === "path" ? field(4, path(value)) : field(3, query(value))));
};
const response = message((): Message => ({ description: [1, text], schema: [2, wrapped(1, schema)] }), 5);
const operation = message((): Message => ({
  tags: [1, text, true], summary: [2, text], description: [3, text], operationId: [5, text], produces: [6, text, true], consumes: [7, text, true],
  parameters: [8, parameter, true], responses: [9, named(1, wrapped(1, response))], schemes: [10, text, true], deprecated: [11, truth],
}), 13);
const pathItem = message((): Message => ({
  get: [2, operation], put: [3, operation], post: [4, operation], delete: [5, operation], options: [6, operation], head: [7, operation], patch: [8, operation], parameters: [9, parameter, true],
}), 10);
const apiKey = message((): Message => ({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] }), 5);
const info = message((): Message => ({ title: [1, text], version: [2, text], description: [3, text] }), 7);
const document = message((): Message => ({
  swagger: [1, text], info: [2, info], paths: [8, named(2, pathItem)], definitions: [9, named(1, schema)],
  security: [12, named(1, strings), true], securityDefinitions: [13, named(1, wrapped(2, apiKey))],
}), 16);

const encoded = new WeakMap<object, Buffer>();

/** The document of /openapi/v2, once encoded and then kept. */
export function openApiProtobuf(json: object): Buffer {
  let bytes = encoded.get(json);
  if (bytes === undefined) encoded.set(json, bytes = document(json));
  return bytes;
}

/** Media types that ask for it. */
export const openApiProtobufType = /^application\/com\.github\.proto-openapi\.spec\.v2[@.]v1\.0\+protobuf$/;
