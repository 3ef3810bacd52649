import { lookupSchema, type SchemaLookup } from "../../../config/index.ts";
import { isObject } from "../json.ts";

/** Keys below a section that are named; the rest is counted. */
const MAX_CHILDREN = 20;

/** Segments of a path that are looked up when it leads nowhere, and characters of it that are quoted. */
const MAX_SEGMENTS = 10;
const MAX_PATH_CHARS = 80;

/** What a configuration key is for, how to read and set it; undefined when there is no such key. */
export function configHelp(path: string): string | undefined {
  const found = lookupSchema(path);
  if (found === undefined) return undefined;
  const { title, description, type, default: preset, enum: values } = found.schema;
  const lines = [
    `**${found.path}**${typeof title === "string" ? ` – ${title}` : ""}`,
    ...(typeof description === "string" ? [description] : []),
    ...(typeof type === "string" && type !== "object" ? [`Type: ${type}`] : []),
    ...(Array.isArray(values) ? [`One of: ${values.map(String).join(", ")}`] : choices(found)),
    ...(preset !== undefined && !isObject(preset) ? [`Default: \`${JSON.stringify(preset)}\``] : []),
    ...childLines(found),
    "",
    `Read it: \`openclaw config get ${found.path}\``,
    ...(found.children.length === 0 ? [`Set it: \`openclaw config set ${found.path} VALUE\``] : []),
    ...(found.reloadKind === "restart" ? ["A change takes effect after a restart of the gateway."] : []),
  ];
  return lines.join("\n");
}

/** The command that sets a key, to `value` if one was named; undefined when there is no such key. */
export function howToSet(path: string, value?: string): string | undefined {
  const found = lookupSchema(path);
  if (found === undefined) return undefined;
  if (found.children.length > 0) return configHelp(path);
  const command = `To set it, run in a terminal: \`openclaw config set ${found.path} ${value ?? "VALUE"}\``;
  return `${command}\n${configHelp(path) ?? ""}`;
}

/** Says that there is no such key, and which there are where it was looked for. */
export function missingKey(path: string): string {
  const segments = path.split(".").slice(0, MAX_SEGMENTS);
  while (segments.pop() !== undefined && segments.length > 0) {
    const parent = lookupSchema(segments.join("."));
    if (parent === undefined || parent.children.length === 0) continue;
    const [keys = ""] = childLines(parent);
    return `There is no configuration key \`${clipped(path)}\`. ${keys.replace("in it", `in \`${parent.path}\``)}`;
  }
  return `There is no configuration key \`${clipped(path)}\`. Say \`config gateway\`, or look through all keys with \`openclaw config schema\`.`;
}

function clipped(path: string): string {
  return path.length > MAX_PATH_CHARS ? `${path.slice(0, MAX_PATH_CHARS)}…` : path;
}

function choices({ schema }: SchemaLookup): string[] {
  const options: unknown = schema.anyOf;
  if (!Array.isArray(options)) return [];
  const values = options.flatMap((option: unknown) =>
    isObject(option) && option.const !== undefined ? [JSON.stringify(option.const)] : [],
  );
  return values.length > 0 ? [`One of: ${values.join(", ")}`] : [];
}

function childLines({ children }: SchemaLookup): string[] {
  if (children.length === 0) return [];
  const named = children.slice(0, MAX_CHILDREN).map(({ key }) => key);
  const more = children.length > MAX_CHILDREN ? ` and ${children.length - MAX_CHILDREN} more` : "";
  return [`Keys in it: ${named.join(", ")}${more}`];
}
