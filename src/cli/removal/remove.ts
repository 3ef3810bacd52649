import { existsSync, rmSync } from "node:fs";
import type { Session } from "../session.ts";
import { lockStateAtRest, removeLocksIn } from "../state-lock.ts";
import type { Moved, Removal } from "./items.ts";
import { setAside } from "./set-aside.ts";

/** Moves everything of a plan aside; `exclusive` while no gateway can start on the state folder. @throws CliError */
export async function removeAll(session: Session, { items }: Removal, exclusive: boolean): Promise<Moved[]> {
  const { paths, clock } = session;
  using _lock = exclusive && existsSync(paths.stateDir) ? await lockStateAtRest(session) : undefined;
  const moved = setAside(
    items.filter(({ kind }) => kind !== "completion"),
    clock.now(),
  );
  // A shell would go on reading it under another name, and it is made again by one command.
  for (const { kind, path } of items) if (kind === "completion") rmSync(path, { force: true });
  const state = moved.find(({ path }) => path === paths.stateDir);
  if (state !== undefined) removeLocksIn(state.to, session);
  return moved;
}
