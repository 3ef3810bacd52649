import { extname } from "node:path";
import { PathJailError, readInside } from "../../lib/path-jail/index.ts";
import type { AgentProfile, Roster } from "../roster/index.ts";
import { FileCache } from "./file-cache.ts";
import { type FileIdentity, readIdentityFile } from "./identity-file.ts";
import { AVATAR_MAX_BYTES } from "./limits.ts";

/** How an agent presents itself, and where that comes from. */
export interface AgentIdentity {
  readonly agentId: string;
  readonly name: string;
  readonly nameSource: "config" | "agent" | "workspace" | "default";
  /** A URL, a data URI, an emoji or a letter. */
  readonly avatar: string;
  /** The setting the picture comes from. */
  readonly avatarSource?: string;
  readonly avatarStatus?: "local" | "remote" | "data" | "none";
  /** Why a picture that was set is not shown. */
  readonly avatarReason?: string;
  readonly emoji?: string;
}

type Picture = Pick<AgentIdentity, "avatar" | "avatarSource" | "avatarStatus" | "avatarReason">;

const DEFAULT_NAME = "Assistant";

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
};

/** Identities out of the configuration and, where that is silent, of IDENTITY.md. */
export class AgentIdentities {
  readonly #roster: Roster;
  readonly #files = new FileCache();

  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** @throws UnknownAgentError */
  async of(agentId: string): Promise<AgentIdentity> {
    const agent = this.#roster.get(agentId);
    const file = await this.fromFile(agent);
    const { name, nameSource } = nameOf(agent, file);
    const emoji = agent.identity.emoji ?? file.emoji;
    const letter = emoji ?? ([...name][0] ?? "A").toUpperCase();
    return {
      agentId,
      name,
      nameSource,
      ...(await this.#picture(agent, file, letter)),
      ...(emoji !== undefined && emoji !== "" && { emoji }),
    };
  }

  /** What the workspace says. */
  async fromFile(agent: AgentProfile): Promise<FileIdentity> {
    const file = await this.#files.read(agent.workspace, "IDENTITY.md");
    return file ? readIdentityFile(file.text) : {};
  }

  /** The first picture that can be shown; otherwise a letter, with the reason the first one is not. */
  async #picture(agent: AgentProfile, file: FileIdentity, letter: string): Promise<Picture> {
    let reason: Picture | undefined;
    for (const avatarSource of [agent.identity.avatar, file.avatar]) {
      if (avatarSource === undefined || avatarSource === "") continue;
      const shown = await picture(agent.workspace, avatarSource);
      if ("avatar" in shown) return { ...shown, avatarSource };
      reason ??= { avatar: letter, avatarSource, avatarStatus: "none", avatarReason: shown.reason };
    }
    return reason ?? { avatar: letter };
  }
}

function nameOf(
  { identity, name }: AgentProfile,
  file: FileIdentity,
): Pick<AgentIdentity, "name" | "nameSource"> {
  if (identity.name) return { name: identity.name, nameSource: "config" };
  if (name) return { name, nameSource: "agent" };
  if (file.name !== undefined) return { name: file.name, nameSource: "workspace" };
  return { name: DEFAULT_NAME, nameSource: "default" };
}

async function picture(
  workspace: string,
  source: string,
): Promise<Pick<AgentIdentity, "avatarStatus"> & ({ avatar: string } | { reason: string })> {
  if (/^https?:\/\//i.test(source)) return { avatar: source, avatarStatus: "remote" };
  if (/^data:/i.test(source)) {
    return /^data:image\/[a-z0-9.+-]+[;,]/i.test(source)
      ? { avatar: source, avatarStatus: "data" }
      : { reason: "the data URI is no image" };
  }
  const type = IMAGE_TYPES[extname(source).toLowerCase()];
  if (type === undefined) return { reason: `use one of ${Object.keys(IMAGE_TYPES).join(", ")}` };
  try {
    const { bytes } = await readInside({ root: workspace }, source, AVATAR_MAX_BYTES);
    return { avatar: `data:${type};base64,${bytes.toString("base64")}`, avatarStatus: "local" };
  } catch (error) {
    if (error instanceof PathJailError) return { reason: error.message };
    throw error;
  }
}
