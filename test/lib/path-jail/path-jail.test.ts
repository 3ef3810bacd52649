import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  assertForm,
  isInside,
  listInside,
  openInside,
  PathJailError,
  readInside,
  replaceInside,
  resolveInside,
} from "../../../src/lib/path-jail/index.ts";
import { type TempHome, tempHome, until } from "../../support/index.ts";

const CANARY = "nobody may see this";

interface World extends AsyncDisposable {
  readonly home: TempHome;
  readonly root: string;
  readonly canary: string;
}

/** A jail `root` beside a folder `secret`, with links of every sort that lead out of it. */
async function world(): Promise<World> {
  const home = await tempHome();
  const root = home.at("root");
  const canary = await home.write("secret/canary", CANARY);
  await home.write("root/inside.txt", "inside");
  await home.write("root/folder/deep.txt", "deep");
  symlinkSync(home.at("secret"), join(root, "link-to-folder"));
  symlinkSync(canary, join(root, "link-to-file"));
  symlinkSync("../secret/canary", join(root, "relative-link"));
  symlinkSync("/", join(root, "link-to-system"));
  symlinkSync(home.at("secret/none"), join(root, "dangling"));
  symlinkSync("loop", join(root, "loop"));
  symlinkSync("folder", join(root, "link-inside"));
  linkSync(canary, join(root, "hard-link"));
  return { home, root, canary, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

async function refusal(work: Promise<unknown>): Promise<PathJailError> {
  const error = await work.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (!(error instanceof PathJailError)) throw new Error(`expected a refusal, not ${String(error)}`);
  return error;
}

const text = async (root: string, path: string) =>
  (await readInside({ root }, path, 10_000)).bytes.toString("utf8");

test("files inside are read by relative and absolute path, and through links that stay inside", async () => {
  await using place = await world();
  for (const path of ["inside.txt", "./folder/../inside.txt", join(place.root, "inside.txt")]) {
    expect(await text(place.root, path)).toBe("inside");
  }
  expect(await text(place.root, "link-inside/deep.txt")).toBe("deep");
});

test("the root may itself be reached through a link", async () => {
  await using place = await world();
  const alias = place.home.at("alias");
  symlinkSync(place.root, alias);
  expect(await text(alias, join(alias, "inside.txt"))).toBe("inside");
  expect(await text(alias, join(place.root, "inside.txt"))).toBe("inside");
});

const ESCAPES = [
  "../secret/canary",
  "folder/../../secret/canary",
  "link-to-folder/canary",
  "link-to-file",
  "relative-link",
  "link-to-system/etc/passwd",
  "link-inside/../../secret/canary",
  "hard-link",
  "/etc/passwd",
  "file:///etc/passwd",
  "\\\\server\\share\\file",
  "inside.txt\0.png",
  "..\0/secret/canary",
  "loop",
  "dangling",
  "",
  "   ",
  "..",
  "x".repeat(5_000),
];

test("nothing that leads out is read, written or listed, and the refusal quotes no more than the path", async () => {
  await using place = await world();
  const jail = { root: place.root };
  for (const path of [...ESCAPES, place.canary, `${place.root}/../secret/canary`, `${place.root}-other/x`]) {
    const read = await refusal(readInside(jail, path, 10_000));
    expect(read.message).not.toContain(CANARY);
    expect(read.message.length).toBeLessThan(400);
    if (path !== "hard-link") await refusal(replaceInside(jail, path, "mine"));
    await refusal(listInside(jail, path));
  }
  for (const path of [
    "link-to-folder/new/file",
    "../secret/new",
    "dangling",
    "link-to-system/tmp/openclaw-new",
  ]) {
    await refusal(replaceInside(jail, path, "mine"));
  }
  expect(readFileSync(place.canary, "utf8")).toBe(CANARY);
  expect(readdirSync(place.home.at("secret"))).toEqual(["canary"]);
});

test("encoded dots and slashes are names, not ways out", async () => {
  await using place = await world();
  for (const path of [
    "%2e%2e/secret/canary",
    "..%2fsecret%2fcanary",
    "%252e%252e%252fsecret",
    "..;/secret/canary",
  ]) {
    expect((await refusal(readInside({ root: place.root }, path, 100))).kind).toBe("missing");
  }
});

test("writing to a hard link makes a file of its own and leaves the other name alone", async () => {
  await using place = await world();
  await replaceInside({ root: place.root }, "hard-link", "mine");
  expect(readFileSync(place.canary, "utf8")).toBe(CANARY);
  expect(readFileSync(join(place.root, "hard-link"), "utf8")).toBe("mine");
});

test("no path of any making reads or changes what is outside", async () => {
  await using place = await world();
  const piece = fc.oneof(
    fc.constantFrom(
      "..",
      ".",
      "",
      "secret",
      "canary",
      "root",
      "folder",
      "link-to-folder",
      "link-inside",
      "loop",
    ),
    fc.constantFrom("%2e%2e", "..%2f", "\u2025", "．．", "..\\", "~", "NUL", "con:", "\u202e.."),
    fc.string({ maxLength: 6 }),
  );
  const path = fc
    .tuple(
      fc.constantFrom("", "/", "//", "./", "../", `${place.root}/`, `${place.home.path}/`),
      fc.array(piece, { maxLength: 7 }),
    )
    .map(([start, parts]) => start + parts.join("/"));
  await fc.assert(
    fc.asyncProperty(path, async (foreign) => {
      const jail = { root: place.root };
      const found = await resolveInside(jail, foreign).catch(() => undefined);
      if (found) expect(isInside(place.root, found.path)).toBe(true);
      const read = await readInside(jail, foreign, 10_000).catch(() => undefined);
      expect(read?.bytes.toString("utf8")).not.toBe(CANARY);
      await replaceInside(jail, foreign, "mine").catch(() => undefined);
      expect(readFileSync(place.canary, "utf8")).toBe(CANARY);
      expect(readdirSync(place.home.at("secret"))).toEqual(["canary"]);
      expect(readdirSync(place.home.path).sort()).toEqual(["root", "secret"]);
    }),
    { numRuns: 300 },
  );
});

test("a folder that is swapped for a link while files are written lets nothing out", async () => {
  await using place = await world();
  const folder = join(place.root, "folder");
  let swapping = true;
  // The writer may be faster and make the folder itself: then there is nothing to swap this time.
  const attempt = (make: () => void) => {
    try {
      rmSync(folder, { recursive: true, force: true });
      make();
    } catch {}
  };
  const swap = async () => {
    while (swapping) {
      attempt(() => symlinkSync(place.home.at("secret"), folder));
      await Bun.sleep(0);
      attempt(() => mkdirSync(folder));
      await Bun.sleep(0);
    }
  };
  const swaps = swap();
  for (let round = 0; round < 100; round += 1) {
    await replaceInside({ root: place.root }, `folder/new-${round}/file`, "mine").catch(() => undefined);
    const read = await readInside({ root: place.root }, "folder/canary", 1_000).catch(() => undefined);
    expect(read).toBeUndefined();
  }
  swapping = false;
  await swaps;
  expect(readdirSync(place.home.at("secret"))).toEqual(["canary"]);
});

test("pipes, devices and folders are refused without waiting", async () => {
  await using place = await world();
  Bun.spawnSync(["mkfifo", join(place.root, "pipe")]);
  expect((await refusal(readInside({ root: place.root }, "pipe", 100))).kind).toBe("kind");
  expect((await refusal(replaceInside({ root: place.root }, "pipe", "x"))).kind).toBe("kind");
  expect((await refusal(readInside({ root: undefined }, "/dev/zero", 100))).kind).toBe("kind");
  expect((await refusal(readInside({ root: place.root }, "folder", 100))).kind).toBe("kind");
  expect((await refusal(readInside({ root: place.root }, ".", 100))).kind).toBe("kind");
  expect((await refusal(replaceInside({ root: place.root }, "folder", "x"))).kind).toBe("kind");
  expect((await refusal(replaceInside({ root: place.root }, "folder/new/", "x"))).kind).toBe("kind");
});

test("a file is replaced in one step, keeps its rights, and leaves nothing beside it", async () => {
  await using place = await world();
  const file = join(place.root, "script.sh");
  writeFileSync(file, "old");
  chmodSync(file, 0o750);
  expect(await replaceInside({ root: place.root }, "script.sh", "new")).toEqual({
    path: file,
    created: false,
  });
  expect(statSync(file).mode & 0o777).toBe(0o750);
  const fresh = await replaceInside({ root: place.root }, "a/b/c.txt", "new");
  expect(fresh).toEqual({ path: join(place.root, "a/b/c.txt"), created: true });
  expect(readdirSync(join(place.root, "a/b"))).toEqual(["c.txt"]);
});

test("a caller without a root may go anywhere, and relative paths start from its base", async () => {
  await using place = await world();
  const jail = { root: undefined, base: place.home.at("root/folder") };
  expect((await readInside(jail, "../../secret/canary", 100)).bytes.toString()).toBe(CANARY);
  expect((await readInside(jail, join(place.root, "hard-link"), 100)).bytes.toString()).toBe(CANARY);
});

test("a file larger than asked for is refused, one that is missing is named", async () => {
  await using place = await world();
  expect((await refusal(readInside({ root: place.root }, "inside.txt", 3))).kind).toBe("too_big");
  const missing = await refusal(readInside({ root: place.root }, "none.txt", 3));
  expect(missing).toMatchObject({ kind: "missing" });
  expect(missing.message).toContain("none.txt");
});

test("a folder's entries come by name and say what they are", async () => {
  await using place = await world();
  const { entries } = await listInside({ root: place.root }, ".");
  expect(entries.slice(0, 3)).toEqual([
    { name: "dangling", kind: "link" },
    { name: "folder", kind: "folder" },
    { name: "hard-link", kind: "file" },
  ]);
});

test("opening leaves no descriptor behind", async () => {
  await using place = await world();
  const round = async (): Promise<void> => {
    for (const path of [...ESCAPES, "inside.txt", "folder"]) {
      await openInside({ root: place.root }, path)
        .then((file) => file[Symbol.asyncDispose]())
        .catch(() => undefined);
      await replaceInside({ root: place.root }, "folder/x.txt", "x");
    }
  };
  const descriptors = () => readdirSync("/proc/self/fd").length;
  await round();
  const before = descriptors();
  for (let more = 0; more < 10; more += 1) await round();
  await until("all of them closed", () => descriptors() <= before);
});

test("on Windows devices, streams, network paths and names that mean another are refused", () => {
  const refused = [
    "C:file",
    "a.txt:stream",
    "a/con",
    "NUL.txt",
    "com1",
    "//server/x",
    "\\\\?\\C:\\x",
    "a/b.",
    "a /b",
    "lpt¹",
  ];
  for (const path of refused) expect(() => assertForm(path, "win32")).toThrow(PathJailError);
  for (const path of ["C:\\a\\b.txt", "a/console", "../x", ".", "a.b/c"]) assertForm(path, "win32");
  for (const path of ["a.txt:stream", "con", "a./b"]) assertForm(path, "linux");
});
