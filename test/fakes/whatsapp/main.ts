import { Crowd } from "./crowd.ts";
import type { Order } from "./process.ts";
import { FakeWhatsapp } from "./server.ts";

// The fake as a program of its own, to try a gateway by hand, or so that a measurement of the gateway does not measure
// the fake:
//   bun test/fakes/whatsapp/main.ts [--port N] [--json]
// Prints what a gateway's environment must have, with one phone, and then what the phone's devices send to people. Takes
// one order a line, and ends when its standard input does:
//   scan <text of the QR code>     links the device that shows it
//   say <number> <text>            somebody writes to the phone
//   unlink                         logs the device out
// With --json the environment is one JSON line, orders are JSON (process.ts), and each is answered with one line.

const args = process.argv.slice(2);
const isForPrograms = args.includes("--json");
const portAt = args.indexOf("--port");
const fake = await FakeWhatsapp.start(portAt < 0 ? {} : { port: Number(args[portAt + 1]) });
const phone = fake.phone("+15550000", { name: "Home" });

function person(number: string) {
  const digits = number.replace(/\D/g, "");
  return fake.people.find((one) => one.number === digits) ?? fake.person(number);
}

async function obey(order: Order): Promise<unknown> {
  // Nodes are heard as they come; keeping them would count as memory of nobody's.
  fake.journal.clear();
  switch (order.do) {
    case "scan":
      return void (await phone.scan(order.qr));
    case "caught-up":
      return fake.journal.when(
        "the device to be up to date",
        () => phone.companion.isActive && phone.companion.outbox.pending.length === 0,
        order.patienceMs,
      );
    case "say":
      return void (await person(order.number).says(order.text, { in: phone }));
    case "texts":
      return person(order.number).texts();
    case "unlink":
      return phone.unlink();
    case "converse":
      return await new Crowd(fake, order.people).converse(order.rounds, order.patienceMs);
    case "burst":
      return await new Crowd(fake, order.people).burst(order.messages, order.patienceMs);
  }
}

/** An order as a person writes it. */
function orderOf(line: string): Order {
  const [word, first = "", ...rest] = line.trim().split(" ");
  if (word === "scan") return { do: "scan", qr: first };
  if (word === "say") return { do: "say", number: first, text: rest.join(" ") };
  if (word === "unlink") return { do: "unlink" };
  throw new Error("orders: scan <qr>, say <number> <text>, unlink");
}

async function printWhatIsSent(): Promise<void> {
  const shown = new Set<string>();
  while (true) {
    const unseen = () => phone.sentByDevices().find(({ id }) => !shown.has(id));
    const sent = await fake.journal.when("a message", unseen, Infinity);
    shown.add(sent.id);
    const { chat } = sent;
    console.log(`→ ${chat.kind === "group" ? chat.subject : chat.name}: ${sent.text ?? sent.holds}`);
  }
}

if (isForPrograms) console.log(JSON.stringify({ ok: true, result: fake.env }));
else {
  for (const [name, value] of Object.entries(fake.env)) console.log(`${name}=${value}`);
  void printWhatIsSent();
}
for await (const line of console) {
  if (line.trim() === "") continue;
  try {
    const result = await obey(isForPrograms ? (JSON.parse(line) as Order) : orderOf(line));
    if (isForPrograms) console.log(JSON.stringify({ ok: true, result }));
  } catch (error) {
    if (isForPrograms) console.log(JSON.stringify({ ok: false, result: String(error) }));
    else console.error(String(error));
  }
}
await fake.stop();
process.exit();
