import { UNHURRIED_BYTES } from "../limits.ts";

/**
 * The body in small pieces with a breath between them. Libraries read whatever is there in one go, and what they do with
 * each piece of a long tool call grows with its length: without this, a fast provider would keep everybody else waiting.
 */
export function unhurried(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let left = new Uint8Array();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (left.byteLength === 0) {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        left = new Uint8Array(value);
      }
      await new Promise<void>((resolve) => void setImmediate(resolve));
      controller.enqueue(left.subarray(0, UNHURRIED_BYTES));
      left = left.subarray(UNHURRIED_BYTES);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
