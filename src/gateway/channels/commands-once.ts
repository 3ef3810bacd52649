import { commandFingerprint, commandOutcome, commandRecord } from "../../agent/index.ts";
import type { ChannelTurn, CommandAnswer } from "../../channels/index.ts";
import type { Clock } from "../../lib/clock.ts";
import { isRecord, recordOf } from "../../lib/records.ts";
import type { RunId } from "../../protocol/index.ts";
import type { RunRepository } from "../../store/index.ts";

/** A command from a chat. */
type Given = Pick<ChannelTurn, "channel" | "runId" | "agentId" | "sessionKey" | "text">;

export interface CommandsOnceDeps {
  readonly runs: Pick<RunRepository, "lookup" | "accept" | "settle">;
  readonly clock: Clock;
}

/**
 * Carries out the commands of chats: one that an earlier process has carried out, and died before its answer was in the
 * outbox, is answered as it was then.
 */
export class CommandsOnce {
  constructor(private readonly deps: CommandsOnceDeps) {}

  /** `work` answers undefined for a message that is no command. @throws StoreError, whatever `work` throws */
  async carryOut(
    given: Given,
    work: () => Promise<CommandAnswer | undefined>,
  ): Promise<CommandAnswer | undefined> {
    const { runs, clock } = this.deps;
    const fingerprint = commandFingerprint({ ...given, message: given.text });
    const namespace = `${given.channel}:command`;
    // Pressing a button may be several commands of one run.
    const runId = `${given.runId}#${fingerprint}` as RunId;
    const known = await runs.lookup(namespace, runId);
    const before = known?.state === "settled" ? answerIn(known.outcome) : undefined;
    if (before) return before;
    const acceptedAt = clock.now();
    const answer = await work();
    // A menu shows what there is: it is made anew.
    if (answer === undefined || (answer.kind === "text" && answer.menu)) return answer;
    const { agentId, sessionKey, text } = given;
    const row = { namespace, runId, agentId, sessionKey, fingerprint, acceptedAt };
    await runs.accept({ ...row, request: { command: text } });
    const outcome = commandOutcome(row, { sessionId: "", endedAt: clock.now(), text: answer.text });
    await runs.settle(namespace, runId, { ...recordOf(commandRecord(fingerprint, outcome)), answer });
    return answer;
  }
}

function answerIn(outcome: unknown): CommandAnswer | undefined {
  const answer = isRecord(outcome) ? outcome.answer : undefined;
  return isAnswer(answer) ? answer : undefined;
}

/** Written by this class; the fields every kind has are looked at. */
function isAnswer(value: unknown): value is CommandAnswer {
  return (
    isRecord(value) && typeof value.text === "string" && (value.kind === "text" || value.kind === "continue")
  );
}
