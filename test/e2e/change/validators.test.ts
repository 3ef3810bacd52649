import { expect, test } from "bun:test";
import { type CliRun, cli } from "../../cli/in-process.ts";
import { freePort, type TempHome, tempHome } from "../../support/index.ts";
import { startProgram } from "../program.ts";
import { type Edit, nextEdit, numbers, print } from "./edits.ts";

/** Each costs a start of a gateway. */
const EDITS = 18;

const FILE = ".openclaw/openclaw.json";

const GOOD = {
  gateway: { mode: "local", auth: { token: "validators-0123456789abcdef" } },
  models: {
    providers: {
      first: {
        baseUrl: "http://127.0.0.1:1/v1",
        api: "openai-completions",
        apiKey: "none",
        models: [{ id: "m", name: "M" }],
      },
    },
  },
  agents: { defaults: {}, entries: { main: {} } },
};

interface Complaint {
  readonly path?: string;
  readonly checkId?: string;
  readonly severity?: string;
  readonly message: string;
}

function complaints({ stdout }: CliRun, key: "issues" | "warnings" | "findings"): readonly Complaint[] {
  return (JSON.parse(stdout) as Partial<Record<string, readonly Complaint[]>>)[key] ?? [];
}

/** What a start comes to: `ready`, or the exit code with what was said. */
async function startOn(home: TempHome): Promise<{ readonly code: number | null; readonly said: string }> {
  await using program = await startProgram(["gateway", "--port", String(await freePort())], { home });
  const ready = program.said(/\bready\b/).then(() => null);
  ready.catch(() => undefined);
  return { code: await Promise.race([ready, program.exited]), said: program.output() };
}

async function agree(edit: Edit, home: TempHome): Promise<void> {
  const validate = await cli(["config", "validate", "--json"], { home: home.path });
  const doctor = await cli(["doctor", "--json", "--non-interactive"], { home: home.path });
  const start = await startOn(home);
  const doctored = complaints(doctor, "findings").filter(({ checkId, severity }) =>
    ["config", "gateway-auth"].includes(checkId ?? "") ? severity === "error" : false,
  );
  const expected = {
    applied: { validate: 0, doctor: false, start: null },
    refused: { validate: 1, doctor: true, start: 78 },
    unfit: { validate: 0, doctor: true, start: 78 },
  }[edit.outcome];
  const seen = { validate: validate.code, doctor: doctored.length > 0, start: start.code };
  expect({ edit: edit.name, ...seen }).toEqual({ edit: edit.name, ...expected });
  // The same words at every entrance, since it is the same validator.
  for (const { message } of complaints(validate, "issues")) {
    expect(doctored.map((finding) => finding.message).join("\n")).toContain(message);
    expect(start.said).toContain(message);
  }
  if (edit.outcome === "unfit") {
    const doubts = complaints(validate, "warnings").filter(({ path }) => path === "gateway.auth.mode");
    expect(doubts.map(({ message }) => message)).toEqual([
      expect.stringContaining("a gateway does not start so"),
    ]);
  }
}

test("B13: config validate, doctor and the start of a gateway come to the same verdict on any edit, in the same words", async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  console.log(`validators: seed ${seed}`);
  const random = numbers(seed);
  await using home = await tempHome();
  let good: Record<string, unknown> = GOOD;
  const unfit = () => print({ ...good, gateway: { ...GOOD.gateway, bind: "lan", auth: { mode: "none" } } });
  const edits: readonly Edit[] = [
    { name: "unfit", outcome: "unfit", text: unfit },
    ...Array.from({ length: EDITS }, () => nextEdit(random)),
  ];
  for (const edit of edits) {
    await home.write(FILE, edit.text(good));
    await agree(edit, home);
    if (edit.outcome === "applied") good = JSON.parse(edit.text(good)) as Record<string, unknown>;
  }
}, 120_000);
