import type { agent } from "../../../protocol/index.ts";
import { CliError } from "../../errors.ts";
import { withGateway } from "../../rpc/gateway.ts";
import type { Session } from "../../session.ts";
import { HERE } from "../here.ts";
import type { Interview } from "../interview.ts";
import { FIRST_ANSWER_MS } from "../limits.ts";

const HELLO = "Hello! Who are you? What can you do for me?";

/** Lets the person say the first thing, and shows what the agent answers. */
export async function askFirstMessage(session: Session, interview: Interview): Promise<void> {
  const { prompts } = interview;
  const message = await interview.text("first.message", {
    question: "Say something to your agent (empty to go on)",
    initial: HELLO,
  });
  if (message === "") return;
  try {
    const { text, ok } = await prompts.progress("Waiting for the answer", sayFirst(session, message));
    await prompts.note(text, ok ? "Your agent" : "No answer");
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // What was set up stands; that a first turn failed is no reason to do it all again.
    await prompts.told(error.message, "error");
    if (error.hint !== undefined) await prompts.told(error.hint);
  }
}

async function sayFirst(session: Session, message: string): Promise<{ text: string; ok: boolean }> {
  const access = { scopes: ["operator.read", "operator.write"], localScopes: ["operator.admin"] } as const;
  const answer = await withGateway(session, HERE, access, (client) =>
    client.request<typeof agent.agent>(
      "agent",
      { message, idempotencyKey: crypto.randomUUID(), timeout: FIRST_ANSWER_MS / 1_000 },
      { expectFinal: true, timeoutMs: FIRST_ANSWER_MS + HERE.timeout },
    ),
  );
  const texts = (answer.result?.payloads ?? []).map(({ text }) => text.trim()).filter((text) => text !== "");
  const ok = answer.status === "ok";
  return { text: texts.length > 0 ? texts.join("\n\n") : (answer.summary ?? "It said nothing."), ok };
}
