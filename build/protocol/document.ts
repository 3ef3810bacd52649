import type { TSchema } from "@sinclair/typebox";
import {
  ConnectChallenge,
  ConnectParams,
  ErrorShape,
  EVENTS,
  type EventSpec,
  EventFrame,
  HelloOk,
  METHODS,
  type MethodSpec,
  MissingScopeDetails,
  PROTOCOL_VERSION,
  RequestFrame,
  ResponseFrame,
} from "../../src/protocol/index.ts";
import { typeNameOf } from "./names.ts";

/** A JSON Schema node, or a part of one. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** The JSON Schema document of the protocol. */
export interface ProtocolDocument {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly protocolVersion: number;
  readonly oneOf: readonly JsonObject[];
  readonly methods: { readonly [name: string]: JsonObject };
  readonly events: { readonly [name: string]: JsonObject };
  readonly definitions: { readonly [name: string]: JsonObject };
}

const FRAMES: readonly TSchema[] = [RequestFrame, ResponseFrame, EventFrame];

const ROOTS: readonly TSchema[] = [
  ...FRAMES,
  ConnectChallenge,
  ConnectParams,
  HelloOk,
  ErrorShape,
  MissingScopeDetails,
];

export const paramsNameOf = (method: MethodSpec): string => `${typeNameOf(method.name)}Params`;
export const resultNameOf = (method: MethodSpec): string => `${typeNameOf(method.name)}Result`;
export const payloadNameOf = (event: EventSpec): string => `${typeNameOf(event.name)}Event`;

/** Builds the document from the tables; the order of everything in it is stable. */
export function protocolDocument(): ProtocolDocument {
  const definitions = new Definitions();
  for (const root of ROOTS) definitions.reference(root);
  const methods = [...METHODS].sort(byName);
  for (const method of methods) {
    definitions.define(paramsNameOf(method), method.params, `Params of \`${method.name}\`.`);
    definitions.define(resultNameOf(method), method.result, `Result of \`${method.name}\`.`);
  }
  const events = [...EVENTS].sort(byName);
  for (const event of events) {
    definitions.define(payloadNameOf(event), event.payload, `Payload of the event \`${event.name}\`.`);
  }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "OpenClaw gateway protocol",
    description: "Frames, methods and events of the gateway's WebSocket, generated from its declarations.",
    protocolVersion: PROTOCOL_VERSION,
    oneOf: FRAMES.map((frame) => definitions.reference(frame)),
    methods: Object.fromEntries(methods.map((method) => [method.name, describeMethod(method)])),
    events: Object.fromEntries(events.map((event) => [event.name, describeEvent(event)])),
    definitions: definitions.sorted(),
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function refTo(name: string): JsonObject {
  return { $ref: `#/definitions/${name}` };
}

function describeMethod(method: MethodSpec): JsonObject {
  return {
    description: method.summary,
    scope: method.scope,
    since: method.since,
    params: refTo(paramsNameOf(method)),
    result: refTo(resultNameOf(method)),
    ...(method.scopesFor && { scopeDependsOnParams: true }),
    ...(method.write && { write: true }),
    ...(method.hidden && { hidden: true }),
    ...(method.openParams && { openParams: true }),
  };
}

function describeEvent(event: EventSpec): JsonObject {
  return {
    description: event.summary,
    scope: event.scope,
    payload: refTo(payloadNameOf(event)),
    dropIfSlow: event.dropIfSlow,
    ...(event.audience && { audience: event.audience }),
  };
}

const KEY_ORDER = [
  "$ref",
  "title",
  "description",
  "type",
  "const",
  "enum",
  "anyOf",
  "properties",
  "required",
];

/** Collects definitions: an object with a title becomes one of its own and is referred to wherever it occurs. */
class Definitions {
  private readonly byName = new Map<string, JsonObject>();

  /** What stands for `schema` where it is used: a reference if it has a title, else its body. */
  reference(schema: TSchema): JsonObject {
    const { anyOf, enum: values, properties, patternProperties, items, ...rest } = schema;
    const body: Record<string, Json> = JSON.parse(JSON.stringify(rest));
    if (values !== undefined) Object.assign(body, { type: "string", enum: values });
    else if (anyOf !== undefined) body.anyOf = anyOf.map((variant: TSchema) => this.reference(variant));
    if (properties !== undefined) body.properties = this.references(properties);
    if (patternProperties !== undefined) body.patternProperties = this.references(patternProperties);
    if (Array.isArray(items)) body.items = items.map((item: TSchema) => this.reference(item));
    else if (items !== undefined) body.items = this.reference(items);
    const ordered = inKeyOrder(body);
    if (typeof schema.title !== "string" || properties === undefined) return ordered;
    this.put(schema.title, ordered);
    return refTo(schema.title);
  }

  /** Defines `schema` under `name`, as an alias when it has a title of its own. */
  define(name: string, schema: TSchema, description: string): void {
    const body = this.reference(schema);
    if ("$ref" in body) this.put(name, { title: name, description, allOf: [body] });
    else this.put(name, inKeyOrder({ description, ...body, title: name }));
  }

  sorted(): Record<string, JsonObject> {
    return Object.fromEntries([...this.byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private references(schemas: Record<string, TSchema>): Record<string, JsonObject> {
    return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, this.reference(schema)]));
  }

  private put(name: string, body: JsonObject): void {
    const known = this.byName.get(name);
    if (known && JSON.stringify(known) !== JSON.stringify(body)) {
      throw new Error(`Two different schemas are called ${name}; give one of them another title.`);
    }
    this.byName.set(name, body);
  }
}

function inKeyOrder(body: Record<string, Json>): JsonObject {
  const rank = (key: string): number => {
    const index = KEY_ORDER.indexOf(key);
    return index < 0 ? KEY_ORDER.length : index;
  };
  return Object.fromEntries(Object.entries(body).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}
