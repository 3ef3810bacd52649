import { FakeWhatsapp } from "./server.ts";

// The fake as a program of its own, to try a gateway by hand:
//   bun test/fakes/whatsapp/main.ts [--port N]
// Prints what a gateway's environment must have, with one phone. Its standard input takes one order a line:
//   scan <text of the QR code>     links the device that shows it
//   say <number> <text>            somebody writes to the phone
//   unlink                         logs the device out
// What the phone's devices send to people is printed. Ends when its standard input does.

const args = process.argv.slice(2);
const portAt = args.indexOf("--port");
const fake = await FakeWhatsapp.start(portAt < 0 ? {} : { port: Number(args[portAt + 1]) });
const phone = fake.phone("+15550000", { name: "Home" });

for (const [name, value] of Object.entries(fake.env)) console.log(`${name}=${value}`);

const shown = new Set<string>();
const print = async (): Promise<never> => {
  while (true) {
    const sent = await fake.journal.when(
      "a message",
      () => phone.sentByDevices().find(({ id }) => !shown.has(id)),
      Infinity,
    );
    shown.add(sent.id);
    const { chat } = sent;
    console.log(`→ ${chat.kind === "group" ? chat.subject : chat.name}: ${sent.text ?? sent.holds}`);
  }
};
void print();

async function obey(line: string): Promise<void> {
  const [order, first = "", ...rest] = line.trim().split(" ");
  if (order === "scan") await phone.scan(first);
  else if (order === "unlink") phone.unlink();
  else if (order === "say") {
    const known = fake.world.account(`${first.replace(/\D/g, "")}@s.whatsapp.net`);
    const person = fake.people.find((one) => one === known) ?? fake.person(first);
    await person.says(rest.join(" "), { in: phone });
  } else console.error("orders: scan <qr>, say <number> <text>, unlink");
}

for await (const line of console) {
  if (line.trim() === "") continue;
  await obey(line).catch((error: unknown) => console.error(error));
}
await fake.stop();
process.exit();
