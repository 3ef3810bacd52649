/** What an answer says about its own delivery; none of it is shown. */
export interface Directed {
  /** The answer without its directives. */
  readonly text: string;
  /** Paths and addresses of what goes with it, in order. */
  readonly mediaUrls: readonly string[];
  /** Message it is a reply to. */
  readonly replyToId?: string;
  /** It is a reply to the message it answers. */
  readonly replyToCurrent?: true;
  /** Its sound goes as a voice message. */
  readonly audioAsVoice?: true;
}

const MEDIA = "MEDIA:";
const FENCE = /^\s*(`{3,}|~{3,})/;
const TAG = /\[\[\s*(?:(reply_to_current)|reply_to\s*:\s*([^\]\n]+?)|(audio_as_voice))\s*\]\]/g;
const TAG_NAMES = ["reply_to_current", "reply_to:", "audio_as_voice"];

/** Whole answer that means "say nothing". */
const SILENT = "NO_REPLY";

/** Takes the directives out of an answer; code blocks are left alone. */
export function parseDirectives(raw: string): Directed {
  if (!raw.includes("[[") && !raw.includes(MEDIA)) return { text: raw, mediaUrls: [] };
  const found: Found = { mediaUrls: [] };
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of raw.split("\n")) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || closes(line, mark, fence))) {
      fence = fence === undefined ? mark : undefined;
      lines.push(line);
    } else {
      const kept = fence === undefined ? readLine(line, found) : line;
      if (kept !== undefined) lines.push(kept);
    }
  }
  return { text: lines.join("\n").trim(), ...found };
}

interface Found {
  mediaUrls: string[];
  replyToId?: string;
  replyToCurrent?: true;
  audioAsVoice?: true;
}

function closes(line: string, mark: string, fence: string): boolean {
  return mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark;
}

/** The line without its directives; undefined when nothing else was on it. A file may be named after a tag on one line. */
function readLine(line: string, found: Found): string | undefined {
  const kept = line.includes("[[") ? withoutTags(line, found) : line;
  const trimmed = kept.trim();
  if (trimmed.startsWith(MEDIA)) {
    const url = trimmed
      .slice(MEDIA.length)
      .trim()
      .replace(/^[`"']|[`"']$/g, "");
    if (url === "") return kept;
    found.mediaUrls.push(url);
    return undefined;
  }
  if (kept === line) return line;
  return trimmed === "" ? undefined : trimmed;
}

function withoutTags(line: string, found: Found): string {
  return line.replace(TAG, (_tag, current?: string, id?: string, voice?: string) => {
    if (current !== undefined) found.replyToCurrent = true;
    if (id !== undefined) found.replyToId = id;
    if (voice !== undefined) found.audioAsVoice = true;
    return "";
  });
}

/** True when the whole answer is the word for silence. */
export function isSilent(text: string): boolean {
  return text.trim().toUpperCase() === SILENT;
}

/**
 * What may be shown of an answer that is still being written: directives taken out, and nothing yet of what may become
 * one (or the word for silence).
 */
export function visibleSoFar(raw: string): string {
  if (SILENT.startsWith(raw.trim().toUpperCase())) return "";
  const settled = raw.slice(0, raw.length - undecided(raw));
  return parseDirectives(settled).text;
}

/** Characters at the end that may be the beginning of a directive. */
function undecided(raw: string): number {
  const line = raw.slice(raw.lastIndexOf("\n") + 1);
  const start = line.replace(TAG, "").trimStart();
  if (start !== "" && (start.startsWith(MEDIA) || MEDIA.startsWith(start))) return line.length;
  const open = line.lastIndexOf("[[");
  if (open >= 0 && !line.includes("]]", open) && mayBeTag(line.slice(open + 2))) return line.length - open;
  return line.endsWith("[") ? 1 : 0;
}

function mayBeTag(inside: string): boolean {
  const name = inside.replaceAll(" ", "");
  return TAG_NAMES.some((tag) => tag.startsWith(name) || name.startsWith(tag));
}
