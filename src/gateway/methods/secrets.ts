import { CredentialError, type SignIns } from "../../agent/index.ts";
import { invalidRequest, secrets, unavailable } from "../../protocol/index.ts";
import { SecretFailure, StrictSecretError } from "../../secrets/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { RuntimeConfig } from "../runtime-config.ts";

export interface SecretHandlerDeps {
  readonly runtime: RuntimeConfig;
  /** Tells the parts that the runtime configuration was replaced. */
  readonly apply: () => void;
  /** Stored credentials whose secret cannot be read. */
  readonly unread: () => Promise<readonly string[]>;
  readonly signIns: Pick<SignIns, "held" | "changeHeld">;
}

export function secretHandlers({ runtime, apply, unread, signIns }: SecretHandlerDeps): BoundMethod[] {
  return [
    handle(secrets.reload, async () => {
      const { warningCount } = await runtime.reload().catch(asProtocolError);
      apply();
      return { ok: true, warningCount: warningCount + (await unread()).length };
    }),
    handle(secrets.profilesList, async ({ salt }) => ({ profiles: await signIns.held(salt) })),
    handle(secrets.profilesChange, async ({ changes }) => {
      const changed = await signIns.changeHeld(changes).catch(asProtocolError);
      return { ok: true as const, changed };
    }),
    handle(secrets.resolve, ({ commandName, targetIds, allowedPaths }) =>
      runtime.resolveFor(commandName, targetIds, allowedPaths).catch(asProtocolError),
    ),
  ];
}

/** The old secrets stay in force; the caller is told which one was not to be had, never its value. */
function asProtocolError(error: unknown): never {
  if (error instanceof StrictSecretError) throw unavailable(error.message, { retryable: true });
  if (error instanceof SecretFailure || error instanceof CredentialError) throw invalidRequest(error.message);
  throw error;
}
