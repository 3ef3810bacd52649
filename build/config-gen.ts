import type { TSchema } from "@sinclair/typebox";
import { configSchema, isSensitivePath, NotYetTable, reloadKindOf, visitKeys } from "../src/config/index.ts";
import { formatted, settle } from "./generated.ts";

/** One key of the configuration, as a row of the page. */
interface Row {
  readonly path: string;
  readonly type: string;
  readonly fallback: string;
  readonly text: string;
}

/** The reference page of the configuration: every supported key by section, then what is known and not supported. */
function configPage(): string {
  const notYet = new NotYetTable();
  const sections = new Map<string, Row[]>();
  const unsupported: string[] = [];
  visitKeys(configSchema(), (pattern, { key, schema }) => {
    const path = pattern.join(".");
    if (unsupported.some((prefix) => path.startsWith(`${prefix}.`))) return;
    const lacks = notYet.lacking(path, pattern.slice(0, -1).join("."), key);
    if (lacks !== undefined) {
      unsupported.push(path);
      return;
    }
    if (pattern.length === 1) sections.set(path, []);
    else if (isWorthARow(pattern, schema)) sections.get(pattern[0] ?? "")?.push(rowOf(path, schema));
  });
  return [
    "# Configuration reference",
    "",
    "Every key of the configuration file that this version reads. Written by `bun run config:gen` from the schema; the same",
    "schema checks the file, answers `openclaw config schema` and builds forms. _Restart_ marks keys whose change needs a",
    "restart of the gateway; all others take effect while it runs.",
    "",
    ...[...sections].flatMap(([name, rows]) => sectionOf(name, rows)),
    "## Known, not supported",
    "",
    "These keys belong to the format and are accepted with a warning; nothing here reads them yet.",
    "",
    ...unsupported.map((path) => `- \`${path}\``),
    "",
  ].join("\n");
}

/** Entries of a list say no more than the list, and the parts of a secret reference are the same everywhere. */
function isWorthARow(pattern: readonly string[], schema: TSchema): boolean {
  if (pattern.at(-1) === "*" && schema["type"] !== "object") return false;
  return !isSensitivePath(pattern.slice(0, -1));
}

function sectionOf(name: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  return [
    `## \`${name}\``,
    "",
    "| Key | Type | Default | |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ path, type, fallback, text }) => `| \`${path}\` | ${type} | ${fallback} | ${text} |`),
    "",
  ];
}

function rowOf(path: string, schema: TSchema): Row {
  const needsRestart = reloadKindOf(path) === "restart" && schema["type"] !== "object";
  const text = `${schema.description ?? ""}${needsRestart ? " _Restart._" : ""}`;
  const type = isSensitivePath(path) ? "string or secret reference" : typeOf(schema);
  return { path, type: cell(type), fallback: cell(fallbackOf(schema)), text: cell(text) };
}

function typeOf(schema: TSchema): string {
  const options: unknown = schema["anyOf"];
  if (Array.isArray(options)) {
    const kinds = options.map((option: TSchema) =>
      "const" in option ? `\`${option["const"]}\`` : typeOf(option),
    );
    return [...new Set(kinds)].join(", ");
  }
  if (schema["type"] === "array") return "list";
  if (schema["type"] === "object") return "object";
  return typeof schema["type"] === "string" ? schema["type"] : "any";
}

function fallbackOf(schema: TSchema): string {
  const value: unknown = schema.default;
  return value === undefined || typeof value === "object" ? "" : `\`${JSON.stringify(value)}\``;
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

process.exitCode = await settle(
  [await formatted("configuration.md", configPage())],
  process.argv.slice(2),
  "config:gen",
);
