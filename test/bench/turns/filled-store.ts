import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store, type TranscriptEvent } from "../../../src/store/index.ts";
import type { TempHome } from "../../support/index.ts";

/** Opens the store of a home while no gateway uses it. */
export async function withStore(home: TempHome, fill: (store: Store) => Promise<void>): Promise<void> {
  const path = home.at(".openclaw", "state", "openclaw.sqlite");
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  try {
    await fill(store);
  } finally {
    await store.close();
  }
}

/** A session with so many messages, as if they had been said a minute apart. */
export async function fillSession(store: Store, name: string, messages: number): Promise<void> {
  const key = keyOf(`agent:main:${name}`);
  const sessionId = crypto.randomUUID();
  const now = Date.now();
  await store.sessions.open(key, {
    agentId: "main",
    sessionId,
    entry: { chatType: "direct", lastInteractionAt: now, lastActivityAt: now, status: "done" },
  });
  const batch = 500;
  let parentId: string | null = null;
  for (let first = 0; first < messages; first += batch) {
    const events: TranscriptEvent[] = [];
    for (let index = first; index < Math.min(messages, first + batch); index += 1) {
      const at = now - (messages - index) * 60_000;
      const id = `${name}-${index}`;
      events.push({
        type: "message",
        id,
        parentId,
        timestamp: new Date(at).toISOString(),
        message: said(index, at),
      });
      parentId = id;
    }
    await store.transcripts.append({ key, sessionId, events });
  }
}

function said(index: number, timestamp: number): object {
  const text = `Message ${index}: ${"some words that were said ".repeat(8)}`;
  if (index % 2 === 0) return { role: "user", content: text, timestamp };
  return {
    role: "assistant",
    content: [{ type: "text", text }],
    api: "openai-completions",
    provider: "mock",
    model: "mock-1",
    usage: { input: 100, output: 20, totalTokens: 120, cacheRead: 0, cacheWrite: 0 },
    stopReason: "stop",
    timestamp,
  };
}

/** A key that is canonical by construction. */
function keyOf(text: string): SessionKey {
  const isKey = (value: string): value is SessionKey => value.startsWith("agent:");
  if (!isKey(text)) throw new Error(`${text} is no session key`);
  return text;
}
