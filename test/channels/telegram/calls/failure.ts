import { SendError } from "../../../../src/channels/outbound-message.ts";

/** The failure of a call that must fail. */
export async function failure(calling: Promise<unknown>): Promise<SendError> {
  const error = await calling.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof SendError) return error;
  throw error;
}
