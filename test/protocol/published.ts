import { dirname, join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import type { JsonObject } from "../../build/protocol/document.ts";

interface PublishedDocument {
  readonly methods: Readonly<Record<string, unknown>>;
  readonly definitions: Readonly<Record<string, JsonObject>>;
}

const entry = Bun.resolveSync("@openclaw/gateway-protocol", import.meta.dir);

/** The schema document of the published protocol package, which shipped clients are built from. */
export const published: PublishedDocument = await Bun.file(
  join(dirname(entry), "..", "protocol.schema.json"),
).json();

const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false });
const compiled = new Map<string, ValidateFunction>();

/** AJV's validator of one definition of the published document. */
export function publishedValidator(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known) return known;
  const schema = published.definitions[name];
  if (!schema) throw new Error(`the published document has no definition ${name}`);
  const validator = ajv.compile({ ...schema, definitions: published.definitions });
  compiled.set(name, validator);
  return validator;
}
