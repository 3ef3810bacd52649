import { join } from "node:path";

const STAND_INS_DIR = join(import.meta.dir, "stand-ins");

/** Modules that something small takes the place of. */
const STAND_INS: readonly (readonly [RegExp, string])[] = [
  [/^whatsapp-rust-bridge$/, "whatsapp-rust-bridge.ts"],
  [/^pino$/, "pino.ts"],
  [/^\.\/constants\.js$/, "wam-constants.ts"],
];

/** What Baileys makes thumbnails, previews and waveforms with where it is there; here it never is. */
const ABSENT = /^(?:sharp|jimp|link-preview-js|audio-decode|music-metadata)$/;

const NAMESPACE = "absent-module";

/** The messages of the protocol: 670 classes, of which a gateway uses some forty. */
const PROTO = /[/\\]baileys[/\\]WAProto[/\\]index\.js$/;

/** Where a class is made: `    proto.Message = (function() {`. */
const CLASS_BEGINS = /^(\s+)([\w$]+)\.([\w$]+) = \(function\(\) \{$/;

const ON_DEMAND = `function $onDemand(owner, name, make) {
  const put = (value) => Object.defineProperty(owner, name, { value, writable: true, enumerable: true, configurable: true });
  Object.defineProperty(owner, name, { enumerable: true, configurable: true, set: put, get: () => put(make())[name] });
}`;

/** Makes each class of the protocol when it is first used. @throws Error when the source is not written as it was */
export function classesOnDemand(source: string): string {
  const lines = source.split("\n");
  const open: string[] = [];
  let classes = 0;
  const changed = lines.map((line) => {
    const [, indent, owner, name] = CLASS_BEGINS.exec(line) ?? [];
    if (indent !== undefined) {
      open.push(indent);
      classes += 1;
      return `${indent}$onDemand(${owner}, ${JSON.stringify(name)}, function() {`;
    }
    const innermost = open.at(-1);
    if (innermost === undefined || line !== `${innermost}})();`) return line;
    open.pop();
    return `${innermost}});`;
  });
  if (classes < 100 || open.length > 0)
    throw new Error("the classes of WAProto are not written as they were");
  // Behind the imports, which stand first.
  return `${changed.join("\n")}\n${ON_DEMAND}\n`;
}

/** Packs Baileys without what a gateway does not use of it: a third of the source, a half of the memory. */
export function leanBaileys(): Bun.BunPlugin {
  return {
    name: "lean-baileys",
    setup(build) {
      for (const [filter, file] of STAND_INS) {
        build.onResolve({ filter }, ({ importer }) =>
          isWithin(importer) && (file !== "wam-constants.ts" || /[/\\]WAM[/\\]/.test(importer))
            ? { path: join(STAND_INS_DIR, file) }
            : undefined,
        );
      }
      build.onResolve({ filter: ABSENT }, ({ path, importer }) =>
        isWithin(importer) ? { path, namespace: NAMESPACE } : undefined,
      );
      build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
        contents: `throw new Error(${JSON.stringify(`${path} is not part of this program`)});`,
        loader: "js",
      }));
      build.onLoad({ filter: PROTO }, async ({ path }) => ({
        contents: classesOnDemand(await Bun.file(path).text()),
        loader: "js",
      }));
    },
  };
}

function isWithin(importer: string): boolean {
  return /[/\\]@whiskeysockets[/\\]baileys[/\\]/.test(importer);
}
