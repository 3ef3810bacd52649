import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { conversationMediaDir } from "../../../src/config/index.ts";
import { replaceAllOnce } from "../../../src/agent/tools/files/replacements.ts";
import { pageOf } from "../../../src/agent/tools/files/read.ts";
import { textFile } from "../../../src/agent/tools/files/text-file.ts";
import { guest, MAIN, owner, ToolRig } from "./rig.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
  "base64",
);

test("a file is written, read, changed and listed by paths in the workspace", async () => {
  await using rig = await ToolRig.open();
  expect(await rig.say("write", { path: "notes/a.md", content: "one\ntwo\nthree\n" })).toBe(
    "Wrote 14 bytes to notes/a.md",
  );
  expect(await rig.say("read", { path: "notes/a.md" })).toBe("one\ntwo\nthree");
  expect(
    await rig.say("edit", {
      path: "notes/a.md",
      edits: [
        { oldText: "three", newText: "3" },
        { oldText: "one\n", newText: "1\n" },
      ],
    }),
  ).toBe("Replaced 2 passages in notes/a.md");
  expect(readFileSync(rig.home.at("workspace/notes/a.md"), "utf8")).toBe("1\ntwo\n3\n");
  await rig.say("write", { path: "b.txt", content: "" });
  expect(await rig.say("ls")).toBe("b.txt\nnotes/");
  expect(await rig.say("ls", { path: "notes" })).toBe("a.md");
});

test("a long file is read in pages that say where to go on", async () => {
  await using rig = await ToolRig.open();
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`);
  writeFileSync(rig.home.at("workspace/long.txt"), lines.join("\n"));
  const first = await rig.say("read", { path: "long.txt" });
  expect(first.split("\n").slice(0, 2)).toEqual(["line 1", "line 2"]);
  expect(first).toEndWith("[3000 more lines; go on with offset=2001]");
  const next = await rig.say("read", { path: "long.txt", offset: 4_999, limit: 10 });
  expect(next).toBe("line 4999\nline 5000");
  expect(await rig.say("read", { path: "long.txt", offset: 6_000 })).toContain("has 5000 lines");
  const narrow = await rig.say("read", { path: "long.txt" }, { maxResultChars: 1_000 });
  expect(narrow.length).toBeLessThanOrEqual(1_000);
  expect(narrow).toContain("go on with offset=");
});

test("pages put together are the file, whatever their size", () => {
  const content = fc.array(
    fc.string({ maxLength: 30 }).map((line) => line.replaceAll("\n", " ")),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(
      content,
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 300, max: 600 }),
      (lines, count, chars) => {
        const whole = lines.join("\n").toWellFormed();
        const found: string[] = [];
        for (let from = 1; from !== 0;) {
          const page = pageOf(whole, from, count, chars);
          expect(page.text.length).toBeLessThanOrEqual(chars);
          const body = page.text.replace(/\n\n\[\d+ more lines; go on with offset=\d+\]$/, "");
          found.push(body);
          from = page.details.truncated ? page.details.toLine + 1 : 0;
        }
        const expected = lines.length > 1 && lines.at(-1) === "" ? whole.slice(0, -1) : whole;
        expect(found.join("\n")).toBe(expected);
      },
    ),
  );
});

test("an image goes to models that see, and is described to others", async () => {
  await using rig = await ToolRig.open();
  writeFileSync(rig.home.at("workspace/dot.txt"), PNG);
  const seen = await rig.call("read", { path: "dot.txt" });
  expect(seen.content).toEqual([
    { type: "text", text: "[image/png]" },
    { type: "image", data: PNG.toString("base64"), mimeType: "image/png" },
  ]);
  expect(await rig.say("read", { path: "dot.txt" }, { seesImages: false })).toContain("does not see images");
});

test("bytes that are no text are not shown", async () => {
  await using rig = await ToolRig.open();
  writeFileSync(rig.home.at("workspace/x.bin"), Buffer.from([1, 0, 2]));
  writeFileSync(rig.home.at("workspace/y.txt"), Buffer.from([0xe4, 0xf6]));
  expect(await rig.say("read", { path: "x.bin" })).toBe("Error: x.bin is a binary file");
  expect(await rig.say("read", { path: "y.txt" })).toContain("not UTF-8");
});

test("what cannot be replaced is explained, and nothing is changed", async () => {
  await using rig = await ToolRig.open();
  const file = rig.home.at("workspace/a.txt");
  writeFileSync(file, "alpha beta\n  gamma\ndelta\ngamma gamma\n");
  const edit = (...edits: [string, string][]) =>
    rig.say("edit", { path: "a.txt", edits: edits.map(([oldText, newText]) => ({ oldText, newText })) });
  expect(await edit(["gamma", "x"])).toContain("not unique, it begins at lines 2, 4, 4");
  expect(await edit(["nothing", "x"])).toBe("Error: edits[0]: oldText was not found; read the file again");
  expect(await edit(["alpha   beta\ngamma", "x"])).toContain("other blanks begin at line 1");
  expect(await edit(["delta\nepsilon", "x"])).toContain("its first line is line 3");
  expect(await edit(["", "x"])).toContain("oldText is empty");
  expect(await edit(["alpha beta", "x"], ["beta\n", "y"])).toContain("edits[0] and edits[1] overlap");
  expect(await edit(["delta", "delta"])).toContain("nothing would change");
  expect(await edit(["alpha", "x"], ["nothing", "y"])).toContain("edits[1]");
  expect(readFileSync(file, "utf8")).toStartWith("alpha beta\n");
});

test("replacements are matched against the original, in any order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 10 }),
      (numbers) => {
        const text = Array.from({ length: 100 }, (_, index) => `<${index}>`).join("");
        const edits = numbers.map((number) => ({
          oldText: `<${number}>`,
          newText: `<${(number + 1) % 100}>!`,
        }));
        const expected = Array.from({ length: 100 }, (_, index) =>
          numbers.includes(index) ? `<${(index + 1) % 100}>!` : `<${index}>`,
        ).join("");
        expect(replaceAllOnce(text, edits).text).toBe(expected);
      },
    ),
  );
});

test("ends of lines and the mark at the beginning stay what they were", () => {
  for (const raw of ["\ufeffa\r\nb\r\n", "a\nb\n", "a\r\nb\n", "a\rb\r\n", ""]) {
    const file = textFile(raw);
    expect(file.write(file.text)).toBe(raw);
  }
  const windows = textFile("a\r\nb\r\n");
  expect(windows.text).toBe("a\nb\n");
  expect(windows.write("a\nc\nd\n")).toBe("a\r\nc\r\nd\r\n");
});

test("file tools stay in the workspace unless the configuration lets the owner out", async () => {
  await using rig = await ToolRig.open();
  const secret = await rig.home.write("secret.txt", "canary");
  symlinkSync(secret, rig.home.at("workspace/link"));
  for (const path of [secret, "../secret.txt", "link"]) {
    expect(await rig.say("read", { path })).toContain("outside");
    expect(await rig.say("write", { path, content: "x" })).toContain("outside");
    expect(await rig.say("edit", { path, edits: [{ oldText: "canary", newText: "x" }] })).toContain(
      "outside",
    );
  }
  expect(await rig.say("read", { path: secret })).toContain(rig.home.at("workspace"));
  rig.configure({ tools: { fs: { workspaceOnly: false } } });
  expect(await rig.say("read", { path: secret })).toBe("canary");
  expect(await rig.say("read", { path: secret }, { sender: guest })).toContain("outside");
  rig.configure({
    tools: { fs: { workspaceOnly: false } },
    agents: { entries: { main: { tools: { fs: { workspaceOnly: true } } } } },
  });
  expect(await rig.say("read", { path: secret })).toContain("outside");
  expect(readFileSync(secret, "utf8")).toBe("canary");
});

test("a working folder of its own is the agent's too, and relative paths start there", async () => {
  await using rig = await ToolRig.open();
  const cwd = rig.home.at("project");
  mkdirSync(cwd);
  await rig.home.write("project/a.txt", "in the project");
  await rig.home.write("workspace/b.txt", "in the workspace");
  expect(await rig.say("read", { path: "a.txt" }, { cwd })).toBe("in the project");
  expect(await rig.say("read", { path: rig.home.at("workspace/b.txt") }, { cwd })).toBe("in the workspace");
  expect(await rig.say("read", { path: "../secret" }, { cwd })).toContain("outside");
});

test("what the workspace says of the owner is read by the owner only", async () => {
  await using rig = await ToolRig.open();
  const files = ["USER.md", "MEMORY.md", "memory/2026-11-20.md", ".env.local", "project/.env", ".git/config"];
  for (const path of files) await rig.home.write(`workspace/${path}`, "canary");
  await rig.home.write("workspace/notes.txt", "for everybody");
  symlinkSync("memory", rig.home.at("workspace/diary"));
  const say = (path: string, sender = guest) => rig.say("read", { path }, { sender });
  for (const path of [...files, "./memory/../MEMORY.md", "diary/2026-11-20.md"]) {
    expect(await say(path)).toContain("private to the owner");
    expect(await say(path, owner)).toBe("canary");
  }
  expect(await rig.say("ls", { path: "diary" }, { sender: guest })).toContain("private to the owner");
  expect(await say("notes.txt")).toBe("for everybody");
});

test("only the owner's turns have tools that change files", async () => {
  await using rig = await ToolRig.open();
  const names = (sender: typeof owner) =>
    rig.catalog
      .effective({ agentId: "main", sessionKey: MAIN, sender, model: "mock/mock-1" })
      .map((tool) => tool.name);
  expect(names(owner)).toEqual(expect.arrayContaining(["write", "edit", "exec"]));
  for (const name of ["write", "edit", "exec", "process", "gateway"])
    expect(names(guest)).not.toContain(name);
});

test("the gateway's own folder is closed to file tools, also where a workspace holds it, and so is /proc", async () => {
  await using rig = await ToolRig.open({
    config: {
      agents: {
        defaults: { workspace: "~" },
        entries: { main: { default: true }, ops: { workspace: "~/state/workspace-ops" } },
      },
      tools: { fs: { workspaceOnly: false } },
    },
  });
  const config = await rig.home.write("state/openclaw.json", "canary");
  await rig.home.write("state/workspace-ops/plan.md", "a plan");
  symlinkSync(rig.home.at("state"), rig.home.at("innocent"));
  const at = { workspace: rig.home.path, cwd: rig.home.path };
  for (const path of [
    config,
    "state/openclaw.json",
    "innocent/openclaw.json",
    "/proc/self/environ",
    "/proc/self/status",
  ]) {
    expect(await rig.say("read", { path }, at)).toContain("closed to tools");
    expect(await rig.say("write", { path, content: "{}" }, at)).toContain("closed to tools");
    expect(await rig.say("edit", { path, edits: [{ oldText: "canary", newText: "x" }] }, at)).toContain(
      "closed to tools",
    );
  }
  expect(await rig.say("ls", { path: "innocent" }, at)).toContain("closed to tools");
  expect(await rig.say("write", { path: "state/new/file", content: "x" }, at)).toContain("closed to tools");
  expect(readFileSync(config, "utf8")).toBe("canary");
  expect(await rig.say("read", { path: "state/workspace-ops/plan.md" }, at)).toBe("a plan");
});

test("what tools write is writable by nobody else, whatever the mask", async () => {
  await using rig = await ToolRig.open();
  const before = process.umask(0);
  try {
    await rig.say("write", { path: "new/folder/file.txt", content: "x" });
  } finally {
    process.umask(before);
  }
  for (const path of ["new", "new/folder", "new/folder/file.txt"]) {
    expect(statSync(rig.home.at("workspace", path)).mode & 0o022).toBe(0);
  }
});

test("what people sent into a conversation can be read there, by the owner everywhere, and written by nobody", async () => {
  await using rig = await ToolRig.open();
  const inbound = rig.home.at("state/media/inbound");
  const sent = (key: string) => {
    const folder = conversationMediaDir(inbound, key);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/a.txt`, `for ${key}`);
    return `${folder}/a.txt`;
  };
  const own = sent(MAIN);
  const other = sent("agent:main:telegram:group:-100");
  writeFileSync(rig.home.at("state/openclaw.json"), "{}");
  writeFileSync(rig.home.at("state/media/secret"), "x");
  expect(await rig.say("read", { path: own }, { sender: guest })).toBe(`for ${MAIN}`);
  expect(await rig.say("ls", { path: own.replace(/\/a\.txt$/, "") }, { sender: guest })).toBe("a.txt");
  expect(await rig.say("read", { path: other }, { sender: guest })).toStartWith("Error");
  expect(await rig.say("ls", { path: inbound }, { sender: guest })).toStartWith("Error");
  expect(await rig.say("read", { path: other })).toContain("for agent:main:telegram");
  for (const path of [`${inbound}/../secret`, `${inbound}/../../openclaw.json`]) {
    expect(await rig.say("read", { path })).toStartWith("Error");
  }
  expect(await rig.say("write", { path: own, content: "x" })).toStartWith("Error");
  expect(readFileSync(own, "utf8")).toBe(`for ${MAIN}`);
});
