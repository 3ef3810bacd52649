import { resolvePaths } from "../../../config/index.ts";
import type { Session } from "../../session.ts";

/** A link that a state folder has, and who it makes us. */
export interface StoredIdentity {
  readonly channel: string;
  readonly label: string;
  readonly accountId: string;
  /** Number or id on the platform. */
  readonly self: string;
  readonly name?: string;
  /** The linked device. */
  readonly device: string;
  /** When it was made, epoch ms. */
  readonly since: number;
}

/** The links in the database of a state folder, read beside a gateway that may use it. */
export async function storedLinks(dbPath: string): Promise<readonly StoredIdentity[]> {
  const { readLinks } = await import("../../../store/index.ts");
  const links = readLinks(dbPath);
  if (links.length === 0) return [];
  const { describedChannels } = await import("../../../channels/index.ts");
  const found: StoredIdentity[] = [];
  for (const { channel, linking } of describedChannels()) {
    const own = links.filter((link) => link.channel === channel.meta.id);
    if (!linking || own.length === 0) continue;
    const atRest = await linking.atRest();
    for (const { accountId, value, createdAt: since } of own) {
      const identity = atRest.identity(value);
      if (!identity) continue;
      const { id: self, name } = identity.self;
      const { id, label } = channel.meta;
      const common = { channel: id, label, accountId, self, device: identity.device, since };
      found.push({ ...common, ...(name !== undefined && { name }) });
    }
  }
  return found;
}

/** The same session on another state folder of this home. */
export function onState(session: Session, stateDir: string): Session {
  const env = { ...session.env, stateDir, configPath: undefined, workspaceDir: undefined };
  return { ...session, env, paths: resolvePaths(env) };
}
