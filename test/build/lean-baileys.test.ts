import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as bridge from "whatsapp-rust-bridge";
import { classesOnDemand } from "../../build/lean-baileys.ts";
import * as standIn from "../../build/stand-ins/whatsapp-rust-bridge.ts";

const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });

describe("what stands in for the WebAssembly of Baileys answers as that does", () => {
  test("hashes and derived keys", () => {
    fc.assert(
      fc.property(
        bytes(1, 80),
        fc.integer({ min: 1, max: 255 }),
        fc.option(bytes(0, 40), { nil: undefined }),
        fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
        (key, length, salt, info) => {
          expect(Buffer.from(standIn.hkdf(key, length, { salt, info }))).toEqual(
            Buffer.from(bridge.hkdf(key, length, { salt, info })),
          );
          expect(Buffer.from(standIn.md5(key))).toEqual(Buffer.from(bridge.md5(key)));
        },
      ),
    );
  });

  test("keys of the synchronised state", () => {
    fc.assert(
      fc.property(bytes(32, 32), (data) => {
        const [ours, theirs] = [standIn.expandAppStateKeys(data), bridge.expandAppStateKeys(data)];
        for (const name of [
          "indexKey",
          "valueEncryptionKey",
          "valueMacKey",
          "snapshotMacKey",
          "patchMacKey",
        ] as const) {
          expect(Buffer.from(ours[name])).toEqual(Buffer.from(theirs[name]));
        }
      }),
    );
  });

  test("the hash that mutations are summed up in", () => {
    const items = fc.array(bytes(32, 32), { maxLength: 6 });
    fc.assert(
      fc.property(bytes(128, 128), items, items, (base, subtract, add) => {
        const [ours, theirs] = [new standIn.LTHashAntiTampering(), new bridge.LTHashAntiTampering()];
        expect(Buffer.from(ours.subtractThenAdd(base, subtract, add))).toEqual(
          Buffer.from(theirs.subtractThenAdd(base, subtract, add)),
        );
      }),
    );
  });
});

test("classes of the protocol are made on demand, and a source written otherwise is refused", () => {
  const classes = Array.from(
    { length: 100 },
    (_, i) =>
      `    proto.C${i} = (function() {\n        C${i}.In = (function() {\n        })();\n        return C${i};\n    })();`,
  );
  const changed = classesOnDemand(classes.join("\n"));
  expect(changed).toStartWith(
    '    $onDemand(proto, "C0", function() {\n        $onDemand(C0, "In", function() {\n        });\n        return C0;\n    });',
  );
  expect(() => classesOnDemand("export const proto = {};")).toThrow("not written as they were");
});
