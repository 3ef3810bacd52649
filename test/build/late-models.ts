/** Answers `said` in the streams of Google's, Bedrock's and Anthropic's interfaces, whichever is asked for. */
export function lateModelHost(said: string): Bun.Server<undefined> {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith(":streamGenerateContent")) return google(said);
      if (pathname.endsWith("/converse-stream")) return bedrock(said);
      if (pathname.endsWith("/messages")) return anthropic(said);
      return new Response(`nothing at ${pathname}`, { status: 404 });
    },
  });
}

function google(text: string): Response {
  const chunk = {
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP" }],
    usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
  };
  return new Response(`data: ${JSON.stringify(chunk)}\r\n\r\n`, {
    headers: { "content-type": "text/event-stream" },
  });
}

function anthropic(text: string): Response {
  const usage = { input_tokens: 3, output_tokens: 2 };
  const events = [
    { type: "message_start", message: { id: "msg_1", role: "assistant", content: [], usage } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage },
    { type: "message_stop" },
  ];
  const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  return new Response(body.join(""), { headers: { "content-type": "text/event-stream" } });
}

function bedrock(text: string): Response {
  const frames = [
    eventFrame("messageStart", { role: "assistant" }),
    eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } }),
    eventFrame("contentBlockStop", { contentBlockIndex: 0 }),
    eventFrame("messageStop", { stopReason: "end_turn" }),
    eventFrame("metadata", {
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      metrics: { latencyMs: 1 },
    }),
  ];
  return new Response(Buffer.concat(frames), {
    headers: { "content-type": "application/vnd.amazon.eventstream" },
  });
}

/** One message of an AWS event stream: lengths, checksum of the lengths, headers, body, checksum of everything. */
function eventFrame(type: string, body: object): Buffer {
  const headers = Buffer.concat([
    header(":event-type", type),
    header(":content-type", "application/json"),
    header(":message-type", "event"),
  ]);
  const payload = Buffer.from(JSON.stringify(body));
  const lengths = Buffer.concat([uint32(16 + headers.length + payload.length), uint32(headers.length)]);
  const unsigned = Buffer.concat([lengths, uint32(Bun.hash.crc32(lengths)), headers, payload]);
  return Buffer.concat([unsigned, uint32(Bun.hash.crc32(unsigned))]);
}

const STRING_HEADER = 7;

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING_HEADER]),
    length,
    Buffer.from(value),
  ]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
