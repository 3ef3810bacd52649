import { expect, test } from "bun:test";
import { stat } from "node:fs/promises";
import { cleanEnv, openclawCommand, runOpenclaw, tempHome, until, within } from "../../support/index.ts";

const TOKEN = "4242:AAE-a-token-of-a-bot-000000000000";

test("a bot's token is typed unseen, or piped in, and lies in a file that its owner alone can read", async () => {
  await using home = await tempHome();
  let screen = "";
  const typed = Bun.spawn([...(await openclawCommand()), "channels", "add", "telegram"], {
    cwd: home.path,
    env: cleanEnv(home.path, { TERM: "xterm" }),
    terminal: {
      cols: 80,
      rows: 24,
      data: (_terminal, data) => {
        screen += Buffer.from(data).toString();
      },
    },
  });
  await until("the question", () => screen.includes("not shown"));
  typed.terminal?.write(`${TOKEN}\r`);
  expect(await within("the end of the command", typed.exited)).toBe(0);
  // A terminal may show the last words of a program after its end.
  await until("the answer", () => screen.includes("Added Telegram account default."));
  expect(screen).not.toContain(TOKEN.slice(5, 12));

  const args = ["channels", "add", "telegram", "--account", "work", "--token", "-"];
  const piped = await runOpenclaw(args, { home: home.path, stdin: `${TOKEN.replace("4242", "4343")}\n` });
  expect([piped.code, piped.stdout]).toEqual([0, "Added Telegram account work.\n"]);
  expect(piped.stderr).not.toContain("on the command line");

  const path = home.at(".openclaw", "openclaw.json");
  expect((await Bun.file(path).json()).channels.telegram).toMatchObject({
    botToken: TOKEN,
    accounts: { work: { botToken: TOKEN.replace("4242", "4343") } },
  });
  expect((await stat(path)).mode & 0o077).toBe(0);
});
