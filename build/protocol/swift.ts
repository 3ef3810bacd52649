import type { Json, JsonObject, ProtocolDocument } from "./document.ts";
import { memberNameOf, typeNameOf } from "./names.ts";
import { FRAME_TYPE, HEADER, JSON_VALUE_TYPE } from "./swift-prelude.ts";

/** Words that Swift only takes as a name in backticks. */
const RESERVED = new Set(
  (
    "as associatedtype break case catch class continue default defer deinit do else enum extension fallthrough false " +
    "fileprivate for func guard if import in init inout internal is let nil open operator private protocol public repeat " +
    "rethrows return self Self static struct subscript super switch throw throws true try typealias var where while"
  ).split(" "),
);

/** Swift Codable models of the document: frames, every params, result and payload, method and event names. */
export function swiftModels(document: ProtocolDocument): string {
  const writer = new SwiftWriter();
  for (const [name, definition] of Object.entries(document.definitions)) writer.declare(name, definition);
  return [
    HEADER,
    `public let gatewayProtocolVersion: Int64 = ${document.protocolVersion}\n`,
    JSON_VALUE_TYPE,
    stringEnum("GatewayMethod", "Every method of the gateway.", Object.keys(document.methods)),
    stringEnum("GatewayEvent", "Every event of the gateway.", Object.keys(document.events)),
    FRAME_TYPE,
    ...writer.declarations,
  ].join("\n");
}

/** A name as it may stand in Swift code. */
function identifier(wireName: string): string {
  const name = memberNameOf(wireName);
  const safe = /^[0-9]/.test(name) ? `_${name}` : name;
  return RESERVED.has(safe) ? `\`${safe}\`` : safe;
}

function docComment(text: Json | undefined, indent = ""): string[] {
  return typeof text === "string" && text !== "" ? [`${indent}/// ${text}`] : [];
}

function stringEnum(name: string, description: string, values: readonly string[]): string {
  return [
    `/// ${description}`,
    `public enum ${name}: String, Codable, Sendable, CaseIterable {`,
    ...values.map((value) => {
      const member = identifier(value);
      return member === value ? `    case ${member}` : `    case ${member} = ${JSON.stringify(value)}`;
    }),
    "}",
    "",
  ].join("\n");
}

interface Field {
  readonly wireName: string;
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly description: Json | undefined;
}

/** Writes one declaration per definition, and one more for each nested object, enum and union on the way. */
class SwiftWriter {
  readonly declarations: string[] = [];

  declare(name: string, schema: JsonObject): void {
    const variants = listOf(schema.anyOf).map(objectOf);
    const alias = listOf(schema.allOf)[0];
    if (alias !== undefined) this.alias(name, schema, this.typeOf(objectOf(alias), name));
    else if (schema.properties !== undefined) this.struct(name, schema);
    else if (isTaggedUnion(variants)) this.union(name, schema, variants);
    else if (Array.isArray(schema.enum)) this.stringEnum(name, schema);
    else this.alias(name, schema, this.typeOf(schema, `${name}Value`));
  }

  /** The Swift type of `schema`; what needs a declaration of its own is declared as `name`. */
  private typeOf(schema: JsonObject, name: string): string {
    if (typeof schema.$ref === "string") return schema.$ref.replace("#/definitions/", "");
    const variants = listOf(schema.anyOf).map(objectOf);
    if (variants.length > 0) return this.unionTypeOf(variants, schema, name);
    if (Array.isArray(schema.enum) || typeof schema.const === "string") {
      this.stringEnum(name, schema);
      return name;
    }
    switch (schema.type) {
      case "string":
        return "String";
      case "boolean":
        return "Bool";
      case "integer":
        return "Int64";
      case "number":
        return "Double";
      case "array":
        return Array.isArray(schema.items)
          ? "[AnyCodable]"
          : `[${this.typeOf(objectOf(schema.items), name)}]`;
      case "object":
        return this.objectTypeOf(schema, name);
      default:
        return "AnyCodable";
    }
  }

  private objectTypeOf(schema: JsonObject, name: string): string {
    const values = Object.values(objectOf(schema.patternProperties))[0];
    if (values !== undefined) return `[String: ${this.typeOf(objectOf(values), `${name}Value`)}]`;
    if (schema.properties === undefined) return "[String: AnyCodable]";
    this.struct(name, schema);
    return name;
  }

  private unionTypeOf(variants: readonly JsonObject[], schema: JsonObject, name: string): string {
    const present = variants.filter((variant) => variant.type !== "null");
    const [only] = present;
    if (present.length === 1 && only) return `${this.typeOf(only, name)}?`;
    if (present.every((variant) => typeof variant.const === "string")) {
      this.stringEnum(name, { ...schema, enum: present.map((variant) => variant.const ?? null) });
      return name;
    }
    if (!isTaggedUnion(present)) return "AnyCodable";
    this.union(name, schema, present);
    return name;
  }

  private alias(name: string, schema: JsonObject, type: string): void {
    this.declarations.push(
      [...docComment(schema.description), `public typealias ${name} = ${type}`, ""].join("\n"),
    );
  }

  private stringEnum(name: string, schema: JsonObject): void {
    const values = listOf(schema.enum).map(String);
    const description = typeof schema.description === "string" ? schema.description : `Values of ${name}.`;
    this.declarations.push(
      stringEnum(name, description, values.length > 0 ? values : [String(schema.const)]),
    );
  }

  private struct(name: string, schema: JsonObject): void {
    const required = new Set(listOf(schema.required).map(String));
    const fields = Object.entries(objectOf(schema.properties)).map(([wireName, value]): Field => {
      const property = objectOf(value);
      const type = this.typeOf(property, name + typeNameOf(wireName));
      return {
        wireName,
        name: identifier(wireName),
        type: type.replace(/\?$/, ""),
        optional: type.endsWith("?") || !required.has(wireName),
        description: property.description,
      };
    });
    this.declarations.push(structText(name, schema.description, fields));
  }

  private union(name: string, schema: JsonObject, variants: readonly JsonObject[]): void {
    const tag = tagOf(variants) ?? "";
    const cases = variants.map((variant) => {
      const values = tagValues(objectOf(variant.properties)[tag]);
      const member = identifier(values[0] ?? "");
      const type = name + typeNameOf(values[0] ?? "");
      this.struct(type, variant);
      return { member, type, values };
    });
    this.declarations.push(unionText(name, schema.description, identifier(tag), tag, cases));
  }
}

function structText(name: string, description: Json | undefined, fields: readonly Field[]): string {
  const swiftType = (field: Field) => field.type + (field.optional ? "?" : "");
  const parameters = fields.map(
    (field) => `${field.name}: ${swiftType(field)}${field.optional ? " = nil" : ""}`,
  );
  const renamed = fields.some((field) => field.name !== field.wireName);
  return [
    ...docComment(description),
    `public struct ${name}: Codable, Sendable, Equatable {`,
    ...fields.flatMap((field) => [
      ...docComment(field.description, "    "),
      `    public var ${field.name}: ${swiftType(field)}`,
    ]),
    ...(fields.length > 0 ? [""] : []),
    ...(parameters.length === 0
      ? ["    public init() {}"]
      : [
          "    public init(",
          parameters.map((parameter) => `        ${parameter}`).join(",\n"),
          "    ) {",
          ...fields.map((field) => `        self.${field.name} = ${field.name}`),
          "    }",
        ]),
    ...(renamed
      ? [
          "",
          "    private enum CodingKeys: String, CodingKey {",
          ...fields.map((field) =>
            field.name === field.wireName
              ? `        case ${field.name}`
              : `        case ${field.name} = ${JSON.stringify(field.wireName)}`,
          ),
          "    }",
        ]
      : []),
    "}",
    "",
  ].join("\n");
}

interface UnionCase {
  readonly member: string;
  readonly type: string;
  readonly values: readonly string[];
}

function unionText(
  name: string,
  description: Json | undefined,
  tagName: string,
  tag: string,
  cases: readonly UnionCase[],
): string {
  return [
    ...docComment(description),
    `public enum ${name}: Codable, Sendable, Equatable {`,
    ...cases.map((variant) => `    case ${variant.member}(${variant.type})`),
    "",
    `    private enum TagKeys: String, CodingKey {`,
    tagName === tag ? `        case ${tagName}` : `        case ${tagName} = ${JSON.stringify(tag)}`,
    "    }",
    "",
    "    public init(from decoder: Decoder) throws {",
    "        let container = try decoder.container(keyedBy: TagKeys.self)",
    `        switch try container.decode(String.self, forKey: .${tagName}) {`,
    ...cases.flatMap((variant) => [
      `        case ${variant.values.map((value) => JSON.stringify(value)).join(", ")}:`,
      `            self = .${variant.member}(try ${variant.type}(from: decoder))`,
    ]),
    "        case let other:",
    "            throw DecodingError.dataCorruptedError(",
    `                forKey: .${tagName}, in: container, debugDescription: "unknown ${tag}: \\(other)")`,
    "        }",
    "    }",
    "",
    "    public func encode(to encoder: Encoder) throws {",
    "        switch self {",
    ...cases.flatMap((variant) => [
      `        case .${variant.member}(let value):`,
      "            try value.encode(to: encoder)",
    ]),
    "        }",
    "    }",
    "}",
    "",
  ].join("\n");
}

/** The property whose constant tells the variants of a union apart. */
function tagOf(variants: readonly JsonObject[]): string | undefined {
  const [first] = variants;
  if (!first) return undefined;
  return Object.keys(objectOf(first.properties)).find((key) => {
    const values = variants.map((variant) => tagValues(objectOf(variant.properties)[key]));
    const all = values.flat();
    return values.every((each) => each.length > 0) && new Set(all).size === all.length;
  });
}

function isTaggedUnion(variants: readonly JsonObject[]): boolean {
  return variants.length > 1 && tagOf(variants) !== undefined;
}

function tagValues(property: Json | undefined): readonly string[] {
  const schema = objectOf(property);
  if (typeof schema.const === "string") return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum.map(String) : [];
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
