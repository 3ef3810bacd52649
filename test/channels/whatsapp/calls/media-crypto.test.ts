import { expect, test } from "bun:test";
import fc from "fast-check";
import { messageIdOf } from "../../../../src/channels/whatsapp/calls/message-id.ts";
import { seal, unseal } from "../../../../src/channels/whatsapp/calls/media-crypto.ts";
import { voiceSeconds } from "../../../../src/channels/whatsapp/calls/ogg.ts";

const key = new Uint8Array(32).fill(7);

test("a file is opened by its key, and no other file and no other key passes for it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), fc.nat(), (file, at) => {
      const { bytes, sha256 } = seal(file, key, "image");
      expect(Uint8Array.from(unseal(bytes, key, "image", sha256))).toEqual(file);
      const changed = Uint8Array.from(bytes);
      const index = at % changed.length;
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => unseal(changed, key, "image", sha256)).toThrow("damaged");
      expect(() => unseal(bytes, new Uint8Array(32), "image", sha256)).toThrow("damaged");
      expect(() => unseal(bytes, key, "image", new Uint8Array(32))).toThrow("not the one");
    }),
    { numRuns: 50 },
  );
  expect(() => unseal(new Uint8Array(4), key, "audio", undefined)).toThrow("cut off");
});

test("a message has the same id however often it is sent, and another one no other time", () => {
  expect(messageIdOf("15550000", "1.2.0")).toBe(messageIdOf("15550000", "1.2.0"));
  const ids = ["1.2.0", "1.2.1", "2.2.0", "1.3.0"].map((name) => messageIdOf("15550000", name));
  expect(new Set([...ids, messageIdOf("15550001", "1.2.0")]).size).toBe(5);
  for (const id of ids) expect(id).toMatch(/^3EB0[0-9A-F]{18}$/);
});

test("only Opus in Ogg is a voice note, with its length", () => {
  const page = (granule: bigint) => {
    const bytes = Buffer.alloc(27);
    bytes.write("OggS");
    bytes.writeBigInt64LE(granule, 6);
    return bytes;
  };
  const voice = Buffer.concat([page(0n), Buffer.from("OpusHead"), Buffer.alloc(40), page(144_000n)]);
  expect(voiceSeconds(voice)).toBe(3);
  expect(voiceSeconds(Buffer.concat([page(0n), Buffer.from("\u0001vorbis")]))).toBeUndefined();
  expect(voiceSeconds(Buffer.from("ID3"))).toBeUndefined();
});
