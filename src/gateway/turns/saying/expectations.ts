import { type chat, invalidRequest, type ParamsOf, type ProtocolError } from "../../../protocol/index.ts";
import type { SessionRecord, TranscriptRepository } from "../../../store/index.ts";

type Expectations = Pick<
  ParamsOf<typeof chat.chatSend>,
  "sessionId" | "expectedLeafEntryId" | "expectedPermissionMode" | "expectedToolOverrides"
>;

/** What a chat window believed when its user pressed enter must still hold. @throws ProtocolError */
export async function requireExpected(
  expected: Expectations,
  record: SessionRecord | undefined,
  transcripts: Pick<TranscriptRepository, "find" | "last">,
): Promise<void> {
  // Sessions here have no permission mode and no tool switches of their own.
  if (
    (expected.expectedPermissionMode ?? null) !== null ||
    (expected.expectedToolOverrides ?? null) !== null
  ) {
    throw invalidRequest("Session settings changed before send. Retry.", {
      reason: "session-settings-changed",
    });
  }
  const { sessionId, expectedLeafEntryId: leaf } = expected;
  if (leaf === undefined) return;
  if (sessionId !== undefined && sessionId !== record?.sessionId) throw branchChanged();
  if (leaf === null) {
    const isEmpty = record === undefined || (await transcripts.last(record.sessionId)) === undefined;
    if (!isEmpty && sessionId === undefined) throw branchChanged();
    return;
  }
  // A transcript only grows, so whatever was its end is still on the way to it.
  if (!record || !(await transcripts.find(record.sessionId, leaf))) throw branchChanged();
}

function branchChanged(): ProtocolError {
  return invalidRequest("active branch changed; review and retry", { reason: "active-leaf-changed" });
}
