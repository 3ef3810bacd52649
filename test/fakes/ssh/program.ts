/** A stand-in for `ssh`: forwards the port of `-L` on this machine, and refuses the host `refused.example`. */
import { appendFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

const argv = process.argv.slice(2);
appendFileSync(join(process.env["HOME"] ?? "", "ssh-calls.log"), `${process.pid} ${argv.join(" ")}\n`);
if (argv.at(-1)?.endsWith("refused.example")) {
  console.error("me@refused.example: Permission denied (publickey).");
  process.exit(255);
}
const [, localPort, , remotePort] = (argv[argv.indexOf("-L") + 1] ?? "").split(":");
createServer((client) => {
  const there = connect(Number(remotePort), "127.0.0.1");
  client.pipe(there).pipe(client);
  there.on("error", () => client.destroy());
  client.on("error", () => there.destroy());
}).listen(Number(localPort), "127.0.0.1");
