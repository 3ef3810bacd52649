import type { TranscriptEvent } from "../../../store/index.ts";
import { blocksOf, fieldsOf, textOf } from "../context/index.ts";
import { TRANSCRIPT_VERSION } from "./limits.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A line that has an id, its own or one from its place. */
interface Row {
  readonly id: string;
  readonly fields: Fields;
}

/** A transcript of any version as events of ours. */
export interface ReadTranscript {
  /** Epoch ms. */
  readonly startedAt: number | undefined;
  readonly events: readonly TranscriptEvent[];
}

/** Marks what was said on a way that was left: kept, but no part of the conversation. */
export const LEFT_BRANCH = "openclaw:left-branch";

/**
 * Reads lines of versions 1 to 4. Version 1 has no ids, 2 and 3 name hook messages and commands differently. The tree
 * becomes a line: what lies on the way to its active leaf stays as it is, the rest is wrapped. The same lines always give
 * the same ids. @throws Error for a version that is not known
 */
export function readTranscript(lines: readonly unknown[]): ReadTranscript {
  const rows = lines.flatMap((line, place) => {
    const fields = fieldsOf(line);
    return fields === undefined ? [] : [rowOf(fields, place)];
  });
  const header = rows.find(({ fields }) => fields["type"] === "session")?.fields;
  const version = header?.["version"] ?? 1;
  if (typeof version !== "number" || version < 1 || version > TRANSCRIPT_VERSION) {
    throw new Error(
      `its format has version ${JSON.stringify(version)}; versions 1 to ${TRANSCRIPT_VERSION} are known`,
    );
  }
  const startedAt = timeIn(header?.["timestamp"]);
  const path = activeIds(rows);
  const known = new Set<string>();
  const events: TranscriptEvent[] = [];
  let at = startedAt ?? 0;
  for (const { id, fields } of rows) {
    const { type } = fields;
    if (typeof type !== "string" || type === "session" || type === "leaf" || known.has(id)) continue;
    known.add(id);
    at = timeOf(fields) ?? at;
    const place = { id, parentId: events.at(-1)?.id ?? null, timestamp: new Date(at).toISOString() };
    const body = path.has(id)
      ? renewed(fields, type, rows)
      : { type: "custom", customType: LEFT_BRANCH, data: fields };
    events.push({ ...body, ...place });
  }
  const [first] = events;
  return { startedAt: startedAt ?? (first && Date.parse(first.timestamp)), events };
}

function rowOf(fields: Fields, index: number): Row {
  const { id } = fields;
  return { id: typeof id === "string" && id !== "" ? id : `line-${index}`, fields };
}

/** Ids on the way from the beginning to the leaf that was in use. */
function activeIds(rows: readonly Row[]): ReadonlySet<string> {
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  const last = rows.at(-1);
  const leaf = last?.fields["type"] === "leaf" ? last.fields["targetId"] : last?.id;
  const path = new Set<string>();
  let place = typeof leaf === "string" ? places.get(leaf) : undefined;
  while (place !== undefined && place >= 0) {
    const row = rows[place];
    if (row === undefined || path.has(row.id)) break;
    path.add(row.id);
    const { parentId } = row.fields;
    const parent = typeof parentId === "string" ? places.get(parentId) : undefined;
    if (parentId === null) break;
    // Without a parent that is there, the line before it is: older versions have none.
    place = parent !== undefined && parent < place ? parent : place - 1;
  }
  return path;
}

/** A line in the words of the newest version. */
function renewed(fields: Fields, type: string, rows: readonly Row[]): Fields & { readonly type: string } {
  const { firstKeptEntryIndex, message, ...rest } = fields;
  if (type === "compaction" && typeof firstKeptEntryIndex === "number") {
    return { ...rest, type, firstKeptEntryId: rows[firstKeptEntryIndex]?.id };
  }
  const said = type === "message" ? fieldsOf(message) : undefined;
  switch (said?.["role"]) {
    case "hookMessage":
    case "custom":
      return {
        ...rest,
        type: "custom_message",
        customType: said["customType"] ?? "custom",
        content: said["content"],
        display: said["display"] !== false,
        ...(said["details"] !== undefined && { details: said["details"] }),
      };
    case "bashExecution":
      return {
        ...rest,
        type: "custom_message",
        customType: "bash",
        content: commandText(said),
        display: true,
      };
    default:
      return { ...fields, type };
  }
}

function commandText(message: Fields): string {
  const output =
    typeof message["output"] === "string" ? message["output"] : textOf(blocksOf(message["output"]));
  return `Ran \`${String(message["command"])}\`\n\`\`\`\n${output}\n\`\`\``;
}

function timeOf(row: Fields): number | undefined {
  return timeIn(row["timestamp"]) ?? timeIn(fieldsOf(row["message"])?.["timestamp"]);
}

/** Epoch ms of a time as text or number; undefined for what is no time. */
export function timeIn(value: unknown): number | undefined {
  const at = typeof value === "string" ? Date.parse(value) : value;
  return typeof at === "number" && Number.isFinite(at) && Math.abs(at) < 8.64e15 ? at : undefined;
}
