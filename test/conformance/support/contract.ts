import { Ajv, type ValidateFunction } from "ajv";
import { payloadNameOf, resultNameOf } from "../../../build/protocol/document.ts";
import ours from "../../../docs/reference/protocol.schema.json" with { type: "json" };
import { EVENT_BY_NAME, METHOD_BY_NAME } from "../../../src/protocol/index.ts";
import { PAYLOAD_NAMES, publishedValidator, RESULT_NAMES } from "../../protocol/published.ts";

/** A field this gateway sends that the published document, closed as it is, does not know. */
export interface AdditiveField {
  /** The published definition that lacks it. */
  readonly definition: string;
  /** Where it stands below that definition; `*` is any index. */
  readonly path: readonly string[];
  readonly why: string;
}

/** Every such field, by name; whatever else the published document does not know is a fault. */
export const ADDITIVE_FIELDS: readonly AdditiveField[] = [
  {
    definition: "HelloOk",
    path: ["auth", "method"],
    why: "newer gateways say how the client was authenticated",
  },
  {
    definition: "HelloOk",
    path: ["snapshot", "presence", "*", "clientId"],
    why: "newer gateways name the program behind a presence row",
  },
  {
    definition: "PresenceEntry",
    path: ["clientId"],
    why: "newer gateways name the program behind a presence row",
  },
  {
    definition: "ChannelsStatusResult",
    path: ["statusIssues"],
    why: "newer gateways say what is wrong with an account and what mends it",
  },
  ...["AgentsFilesGetResult", "AgentsFilesSetResult"].map((definition) => ({
    definition,
    path: ["file", "hash"],
    why: "newer gateways guard the writing of a workspace file with its hash",
  })),
];

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(ours, "ours");

function ownValidator(definition: string): ValidateFunction {
  const validate = ajv.getSchema(`ours#/definitions/${definition}`);
  if (!validate) throw new Error(`our document has no definition ${definition}`);
  return validate;
}

function withoutAdditive(definition: string, value: unknown): unknown {
  const copy = structuredClone(value);
  for (const field of ADDITIVE_FIELDS) if (field.definition === definition) drop(copy, field.path);
  return copy;
}

function drop(value: unknown, [step, ...rest]: readonly string[]): void {
  if (typeof value !== "object" || value === null || step === undefined) return;
  if (step === "*") for (const item of Object.values(value)) drop(item, rest);
  else if (rest.length === 0) Reflect.deleteProperty(value, step);
  else drop(Reflect.get(value, step), rest);
}

/** Holds what a gateway sends against our emitted schema and the published one, and keeps what does not fit. */
export class Contract {
  readonly faults: string[] = [];

  hello(hello: unknown): void {
    this.#own("HelloOk", hello);
    this.#published("HelloOk", hello);
  }

  result(method: string, result: unknown): void {
    const spec = METHOD_BY_NAME.get(method);
    if (!spec) throw new Error(`no method ${method}`);
    this.#own(resultNameOf(spec), result);
    this.#published("ResponseFrame", { type: "res", id: "1", ok: true, payload: result });
    const theirs = RESULT_NAMES[method];
    if (theirs !== undefined) this.#published(theirs, result);
    if (method === "system-presence") this.#presence(result);
  }

  error(error: unknown): void {
    this.#own("ErrorShape", error);
    this.#published("ResponseFrame", { type: "res", id: "1", ok: false, error });
  }

  event(frame: { readonly type: string; readonly event: string; readonly payload?: unknown }): void {
    this.#own("EventFrame", frame);
    this.#published("EventFrame", frame);
    const spec = EVENT_BY_NAME.get(frame.event);
    if (!spec) {
      this.faults.push(`event ${frame.event} is in no table`);
      return;
    }
    this.#own(payloadNameOf(spec), frame.payload);
    const theirs = PAYLOAD_NAMES[frame.event];
    if (theirs !== undefined) this.#published(theirs, frame.payload);
    if (frame.event === "presence") this.#presence(Reflect.get(Object(frame.payload), "presence"));
  }

  #presence(rows: unknown): void {
    if (!Array.isArray(rows)) this.faults.push("presence is no list");
    else for (const row of rows) this.#published("PresenceEntry", row);
  }

  #own(definition: string, value: unknown): void {
    this.#judge(`our ${definition}`, ownValidator(definition), value);
  }

  #published(definition: string, value: unknown): void {
    this.#judge(
      `the published ${definition}`,
      publishedValidator(definition),
      withoutAdditive(definition, value),
    );
  }

  #judge(what: string, validate: ValidateFunction, value: unknown): void {
    if (validate(value)) return;
    const text = JSON.stringify(value)?.slice(0, 600);
    this.faults.push(`not ${what}: ${ajv.errorsText(validate.errors)} in ${text}`);
  }
}
