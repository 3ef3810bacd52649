import { join } from "node:path";
import { BOOTSTRAP_FILES, type BootstrapFile, type WorkspaceFile } from "../workspace/index.ts";
import { USER_FILE_MAX_CHARS } from "./limits.ts";
import type { PromptFile } from "./prompt.ts";

export interface ContextRules {
  /** Characters of one file, and of all. */
  readonly maxChars: number;
  readonly totalMaxChars: number;
  /** Only AGENTS.md: for helpers of an agent. */
  readonly onlyAgents: boolean;
  /** Nobody but the owner reads along. */
  readonly isPrivate: boolean;
  /** It is the owner who speaks, whoever reads along. */
  readonly isOwner: boolean;
  /** The first conversation has not taken place yet. */
  readonly isNew: boolean;
  /** Files nobody misses. */
  readonly without: readonly string[];
}

export interface ProjectContext {
  /** Empty when there is nothing to say. */
  readonly text: string;
  readonly files: readonly PromptFile[];
  /** Characters of files there may be; headings and marks come on top. */
  readonly budgetChars: number;
  readonly truncated: boolean;
}

/** Files whose absence the model is told of. */
const REQUIRED: readonly BootstrapFile[] = ["AGENTS.md", "SOUL.md", "IDENTITY.md"];

const HEADING =
  "# Project Context\nYour workspace files. Follow AGENTS.md; be who SOUL.md and IDENTITY.md say.";
const CUT_NOTICE = "Some files were cut to fit; read them with your tools when you need the rest.";

/** The workspace files as the model sees them, in their order and within their limits. */
export function projectContext(
  workspace: string,
  read: (name: BootstrapFile) => WorkspaceFile | undefined,
  rules: ContextRules,
): ProjectContext {
  const files: PromptFile[] = [];
  const parts: string[] = [];
  let room = rules.totalMaxChars;
  for (const name of BOOTSTRAP_FILES.filter((candidate) => isWanted(candidate, rules))) {
    const path = join(workspace, name);
    const file = read(name);
    if (!file) {
      if (!REQUIRED.includes(name) || rules.without.includes(name)) continue;
      files.push({ name, path, missing: true, rawChars: 0, chars: 0, truncated: false });
      parts.push(`## ${path}\n(missing)`);
      continue;
    }
    const text = file.text.trim();
    if (text === "") continue;
    const own = name === "USER.md" ? Math.min(USER_FILE_MAX_CHARS, rules.maxChars) : rules.maxChars;
    const kept = beginning(text, Math.min(own, room));
    room -= kept.length;
    const truncated = kept !== text;
    files.push({ name, path, missing: false, rawChars: text.length, chars: kept.length, truncated });
    const mark = `[cut: ${kept.length} of ${text.length} characters]`;
    parts.push(`## ${path}\n${kept}${truncated ? `${kept === "" ? "" : "\n"}${mark}` : ""}`);
  }
  const truncated = files.some((file) => file.truncated);
  const text = [HEADING, ...parts, ...(truncated ? [CUT_NOTICE] : [])].join("\n\n");
  return { text: parts.length === 0 ? "" : text, files, budgetChars: rules.totalMaxChars, truncated };
}

function isWanted(name: BootstrapFile, rules: ContextRules): boolean {
  if (rules.onlyAgents) return name === "AGENTS.md";
  if (name === "BOOTSTRAP.md") return rules.isNew && rules.isPrivate;
  // What the owner is like is told to the owner only.
  if (name === "USER.md") return rules.isOwner;
  return name !== "MEMORY.md" || rules.isPrivate;
}

/** At most `chars` characters from the beginning, ending at a whole one. */
function beginning(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(0, chars).replace(/[\uD800-\uDBFF]$/, "");
}
