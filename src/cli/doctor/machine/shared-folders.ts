import {
  displayPath,
  expandPath,
  isObject,
  type OpenClawConfig,
  openClawRules,
  ConfigStore,
  valueAt,
} from "../../../config/index.ts";
import { realOf } from "../../../lib/files/index.ts";
import { VERSION } from "../../../lib/version.ts";
import { onState } from "../../channels/link/stored-links.ts";
import { findNeighbours } from "../../gateway/neighbours.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding } from "../check.ts";

/** Folders that one agent, or one gateway, must have to itself. */
export const sharedFoldersCheck: Check = {
  id: "shared-folders",
  title: "Folders of one agent alone",
  reason:
    "Two agents in one workspace overwrite each other's notes, and one login used by two gateways is cut off.",
  async run(session) {
    const own = await placesOf(session);
    if (own === undefined) return { skipped: "the configuration cannot be used" };
    const { states } = await findNeighbours(session);
    const others = await Promise.all(states.map(({ stateDir }) => placesOf(onState(session, stateDir))));
    const all = [own, ...others.filter((places) => places !== undefined)].flat();
    const groups = [...Map.groupBy(all, ({ kind, folder }) => `${kind}\0${folder}`).values()];
    return groups
      .filter(
        (group) => group.length > 1 && group.some(({ stateDir }) => stateDir === session.paths.stateDir),
      )
      .map((group) => findingOf(group, session));
  },
};

interface Place {
  readonly kind: "workspace" | "login";
  /** Without links. */
  readonly folder: string;
  /** `agent main`, `WhatsApp account default`. */
  readonly whose: string;
  readonly stateDir: string;
  readonly target: string;
}

async function placesOf(session: Session): Promise<Place[] | undefined> {
  const { paths, env, clock } = session;
  const config = new ConfigStore({ paths, env, clock, version: VERSION, rules: openClawRules });
  const snapshot = await config.load();
  if (!snapshot.valid) return undefined;
  return [...(await workspaces(session, snapshot.config)), ...logins(session, snapshot.resolved)];
}

async function workspaces({ paths }: Session, config: OpenClawConfig): Promise<Place[]> {
  const { ConfiguredRoster } = await import("../../../agent/index.ts");
  const roster = new ConfiguredRoster({ config: () => config, paths });
  return roster.list().map(({ id, workspace }) => ({
    kind: "workspace",
    folder: realOf(workspace),
    whose: `agent ${id}`,
    stateDir: paths.stateDir,
    target: `agents.entries.${id}.workspace`,
  }));
}

function logins({ paths }: Session, config: unknown): Place[] {
  const accounts = valueAt(config, ["channels", "whatsapp", "accounts"]);
  return Object.entries(isObject(accounts) ? accounts : {}).flatMap(([id, account]): Place[] => {
    const authDir = isObject(account) ? account["authDir"] : undefined;
    if (typeof authDir !== "string") return [];
    return [
      {
        kind: "login",
        folder: realOf(expandPath(authDir, paths.home)),
        whose: `WhatsApp account ${id}`,
        stateDir: paths.stateDir,
        target: `channels.whatsapp.accounts.${id}.authDir`,
      },
    ];
  });
}

function findingOf(group: readonly Place[], session: Session): Finding {
  const { home, stateDir } = session.paths;
  const shown = (path: string) => displayPath(path, home);
  const [{ kind, folder, target } = { kind: "workspace", folder: "", target: "" }] = group;
  const whose = group.map((place) =>
    place.stateDir === stateDir ? place.whose : `${place.whose} of ${shown(place.stateDir)}`,
  );
  return {
    severity: "warning",
    message: `${shown(folder)} is the ${kind === "workspace" ? "workspace" : "login"} of ${whose.join(" and of ")}.`,
    path: folder,
    target,
    fixHint:
      kind === "workspace"
        ? `Give each its own: openclaw config set ${target} <folder>`
        : `Sign one of them in by itself, and give it a folder of its own: openclaw config set ${target} <folder>`,
  };
}
