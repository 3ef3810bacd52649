import { copyFileSync, existsSync } from "node:fs";
import { exportSession } from "../../../src/agent/sessions/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore, type Store, type StoredEvent } from "../../../src/store/index.ts";
import { type TempHome, tempHome } from "../../support/index.ts";

const DB = ".openclaw/state/openclaw.sqlite";

/** A dead gateway's store, read from a copy so that the next gateway finds what the death left. */
export async function withRemains<T>(home: TempHome, read: (store: Store) => Promise<T>): Promise<T> {
  await using copy = await tempHome();
  for (const suffix of ["", "-wal"]) {
    if (existsSync(home.at(DB + suffix))) copyFileSync(home.at(DB + suffix), copy.at(`copy.sqlite${suffix}`));
  }
  const store = await openStore({ path: copy.at("copy.sqlite"), clock: systemClock, log: silentLogger });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

/** What is wrong with the transcripts of a store; empty when each is whole. */
export async function faultsOf(store: Store): Promise<string[]> {
  const { sessions, transcripts } = store;
  await store.verify();
  const faults: string[] = [];
  const { rows } = await sessions.list({});
  for (const record of rows) {
    const events = await transcripts.read(record.sessionId);
    faults.push(...treeFaults(events).map((fault) => `${record.key}: ${fault}`));
    const lines: string[] = [];
    for await (const line of exportSession(transcripts, { record, cwd: "/" })) lines.push(line);
    const parsed = lines.map((line) => JSON.parse(line) as { readonly type: string });
    if (parsed[0]?.type !== "session" || parsed.length !== events.length + 1)
      faults.push(`${record.key}: exported ${parsed.length} lines of ${events.length} events`);
  }
  return faults;
}

function treeFaults(events: readonly StoredEvent[]): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [index, { seq, event }] of events.entries()) {
    if (seq !== index + 1) faults.push(`event ${event.id} is number ${seq}, in place ${index + 1}`);
    if (seen.has(event.id)) faults.push(`event ${event.id} twice`);
    const { parentId } = event;
    if (parentId !== undefined && parentId !== (events[index - 1]?.event.id ?? null))
      faults.push(`event ${event.id} follows ${String(parentId)}, which is not the one before it`);
    seen.add(event.id);
  }
  return faults;
}
