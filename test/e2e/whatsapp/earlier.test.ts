import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, existsSync, readdirSync, statSync } from "node:fs";
import { FakeWhatsapp, type Phone } from "../../fakes/whatsapp/index.ts";
import {
  type GatewayProcess,
  runOpenclaw,
  spawnGateway,
  tempHome,
  type TempHome,
  until,
} from "../../support/index.ts";
import { linkInFiles } from "./support/old-program.ts";

/** A phone is linked and several programs are started one after the other, on a busy machine. */
setDefaultTimeout(60_000);

const CONFIG = { gateway: { mode: "local" }, channels: { whatsapp: {} } };
const FOLDER = [".openclaw", "credentials", "whatsapp", "default"] as const;

/** A home in which the earlier program was linked to a phone. */
async function oldHome(): Promise<{ fake: FakeWhatsapp; home: TempHome; phone: Phone } & AsyncDisposable> {
  const fake = await FakeWhatsapp.start();
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", CONFIG);
  chmodSync(home.at(".openclaw"), 0o700);
  const phone = fake.phone("+4366412345", { name: "Ann" });
  await linkInFiles(fake, phone, home.at(...FOLDER));
  return {
    fake,
    home,
    phone,
    async [Symbol.asyncDispose]() {
      await fake.stop();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function stateOf(gateway: GatewayProcess, isSo: (row: Row) => boolean): Promise<Row> {
  const operator = await gateway.operator();
  return until("the account to be so", async () => {
    const status = (await operator.call("channels.status", {})) as {
      readonly channelAccounts: Readonly<Record<string, readonly Row[]>>;
    };
    const row = status.channelAccounts.whatsapp?.[0];
    return row && isSo(row) ? row : undefined;
  }).finally(() => operator.close());
}

interface Row {
  readonly lifecycle?: string;
  readonly linked?: boolean;
  readonly self?: { readonly id: string };
}

async function doctor(home: TempHome, check: string) {
  const { stdout } = await runOpenclaw(["doctor", "--json", "--non-interactive", "--only", check], {
    home: home.path,
  });
  const { findings } = JSON.parse(stdout) as {
    findings: { severity: string; message: string; fixHint?: string }[];
  };
  return findings;
}

test("the link of the earlier program is taken over at the first start: no new code, no second device", async () => {
  await using old = await oldHome();
  const { fake, home, phone } = old;
  const files = readdirSync(home.at(...FOLDER));
  expect(await doctor(home, "linked-accounts")).toMatchObject([
    { severity: "info", message: expect.stringContaining("takes the link over") },
  ]);
  {
    await using gateway = await spawnGateway({ home, env: fake.env });
    expect(await stateOf(gateway, ({ lifecycle }) => lifecycle === "ready")).toMatchObject({
      linked: true,
      self: { id: "+4366412345" },
    });
    expect([phone.companions.size, phone.companion.isOnline]).toEqual([1, true]);
    expect(readdirSync(home.at(...FOLDER))).toEqual(expect.arrayContaining(files));
    expect(statSync(home.at(...FOLDER, "openclaw-link.json")).mode & 0o777).toBe(0o600);
    await runOpenclaw(["channels", "logout", "--channel", "whatsapp"], {
      home: home.path,
      env: { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" },
    });
    await stateOf(gateway, ({ linked }) => linked === false);
  }
  // Logged out is logged out, whatever files there are.
  await using gateway = await spawnGateway({ home, env: fake.env });
  expect(await stateOf(gateway, ({ lifecycle }) => lifecycle === "blocked")).toMatchObject({ linked: false });
});

test("seed 111: doctor warns of one link in two states, be it in files or taken over already", async () => {
  await using old = await oldHome();
  const { fake, home } = old;
  // A second profile that was made by copying the first one.
  cpSync(home.at(".openclaw"), home.at(".openclaw-rescue"), { recursive: true });
  const both = (findings: { message: string }[]) => findings.map(({ message }) => message).join("\n");
  expect(both(await doctor(home, "linked-accounts"))).toContain("the same link to WhatsApp +4366412345");
  await using gateway = await spawnGateway({ home, env: fake.env });
  await stateOf(gateway, ({ lifecycle }) => lifecycle === "ready");
  const findings = await doctor(home, "linked-accounts");
  expect(findings).toMatchObject([
    { severity: "warning", message: expect.stringContaining("~/.openclaw-rescue") },
  ]);
  expect(findings[0]?.fixHint).toContain("openclaw channels login --channel whatsapp --force");
});

test("seed 111: a folder of a link that two states name is left to the one that took it over", async () => {
  await using old = await oldHome();
  const { fake, home } = old;
  const shared = home.at(...FOLDER);
  await home.write(".openclaw-rescue/openclaw.json", {
    gateway: { mode: "local" },
    channels: { whatsapp: { accounts: { default: { authDir: shared } } } },
  });
  await using gateway = await spawnGateway({ home, env: fake.env });
  await stateOf(gateway, ({ lifecycle }) => lifecycle === "ready");
  await using second = await spawnGateway({ home, env: fake.env, args: ["--profile", "rescue"] });
  expect(await stateOf(second, ({ lifecycle }) => lifecycle === "blocked")).toMatchObject({ linked: false });
  expect((await stateOf(gateway, () => true)).lifecycle).toBe("ready");
  const { stdout } = await runOpenclaw(["--profile", "rescue", "doctor", "--only", "linked-accounts"], {
    home: home.path,
  });
  expect(stdout).toContain("belongs to ~/.openclaw,");
});

test("files of a link that others can read are closed by the audit, and by doctor", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", CONFIG);
  await home.write([...FOLDER, "creds.json"].join("/"), "{}");
  chmodSync(home.at(...FOLDER), 0o755);
  chmodSync(home.at(...FOLDER, "creds.json"), 0o644);
  const { stdout } = await runOpenclaw(["security", "audit", "--json"], { home: home.path });
  expect(stdout).toContain("whatsapp/default/creds.json has mode 644");
  await runOpenclaw(["security", "audit", "--fix"], { home: home.path });
  expect(statSync(home.at(...FOLDER)).mode & 0o777).toBe(0o700);
  expect(statSync(home.at(...FOLDER, "creds.json")).mode & 0o777).toBe(0o600);
  chmodSync(home.at(...FOLDER, "creds.json"), 0o644);
  const messages = (await doctor(home, "permissions")).map(({ message }) => message).join("\n");
  expect(messages).toContain("creds.json is open to other users");
  expect(existsSync(home.at(...FOLDER, "creds.json"))).toBe(true);
});
