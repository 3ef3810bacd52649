import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { displayPath, expandPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { identityFlags } from "../commands/agents.ts";
import { CliError } from "../errors.ts";
import type { FlagValues } from "../flags.ts";
import type { Session } from "../session.ts";
import { changeRoster, type LocalAgent, type LocalRoster, openRoster } from "./roster.ts";

type Flags = FlagValues<typeof identityFlags>;

/** Fields of an identity; an empty text clears one. */
type Fields = LocalAgent["identity"];

export const run: Run<typeof identityFlags> = async ({ flags, session }) => {
  const local = await openRoster(session);
  const agent = findAgent(local, flags, session);
  const given = fieldsOf(flags);
  const wantsFile = flags.fromIdentity || flags.identityFile !== undefined || Object.keys(given).length === 0;
  const file = wantsFile ? identityPath(agent, flags, session) : undefined;
  const identity = { ...(file !== undefined && (await readIdentity(file))), ...given };
  if (Object.keys(identity).length === 0) {
    throw new CliError(`${file} names no name, theme, emoji or avatar.`, {
      hint: `Set them here: openclaw agents set-identity --agent ${agent.id} --name Ada`,
    });
  }
  await changeRoster(session, () => local.editor.update(agent.id, { identity }));
  const { out, paths } = session;
  if (flags.json) {
    out.json({
      agentId: agent.id,
      identity: local.roster.get(agent.id).identity,
      workspace: file === undefined ? null : dirname(file),
      storedWorkspace: agent.workspace,
      identityFile: file ?? null,
    });
    return;
  }
  out.line(`Agent ${agent.id} now presents itself so:`);
  for (const [key, value] of Object.entries(local.roster.get(agent.id).identity))
    out.line(`  ${key}: ${value}`);
  if (file !== undefined) out.note(`Read from ${displayPath(file, paths.home)}.`);
};

function fieldsOf({ name, theme, emoji, avatar }: Flags): Fields {
  return {
    ...(name !== undefined && { name }),
    ...(theme !== undefined && { theme }),
    ...(emoji !== undefined && { emoji }),
    ...(avatar !== undefined && { avatar }),
  };
}

/** The agent that was named, or the one that lives in the workspace that was named. */
function findAgent({ roster }: LocalRoster, flags: Flags, { paths }: Session): LocalAgent {
  if (flags.agent !== undefined) {
    const id = flags.agent.toLowerCase();
    if (roster.has(id)) return roster.get(id);
    throw new CliError(`There is no agent ${id}.`, { hint: "See the agents: openclaw agents list" });
  }
  if (flags.workspace === undefined) return roster.get(roster.defaultId);
  const folder = expandPath(flags.workspace, paths.home);
  const [found, other] = roster.list().filter(({ workspace }) => workspace === folder);
  if (found && !other) return found;
  throw new CliError(found ? `Several agents live in ${folder}.` : `No agent lives in ${folder}.`, {
    hint: "Name one with --agent; see them with: openclaw agents list",
  });
}

function identityPath(agent: LocalAgent, flags: Flags, { paths }: Session): string {
  if (flags.identityFile !== undefined) return expandPath(flags.identityFile, paths.home);
  const folder = flags.workspace === undefined ? agent.workspace : expandPath(flags.workspace, paths.home);
  return join(folder, "IDENTITY.md");
}

async function readIdentity(path: string): Promise<Fields> {
  const { readIdentityFile } = await import("../../agent/index.ts");
  try {
    return readIdentityFile(await readFile(path, "utf8"));
  } catch (cause) {
    throw new CliError(`${path} could not be read.`, {
      cause,
      hint: "Give the fields themselves, for example --name Ada, or another file with --identity-file.",
    });
  }
}
