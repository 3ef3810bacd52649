import { FakeModelProvider } from "./server.ts";

// The fake as a program of its own, so that a measurement of the gateway does not measure the fake:
//   bun test/fakes/model-provider/main.ts [--port N] [--pace MS]
// Prints one JSON line {port, pid} when it listens and ends when its standard input does. To every line on its
// standard input it answers with one line: the arrival times of the requests since the line before, as
// [[userText, epochMs], …].

const args = process.argv.slice(2);
const flag = (name: string): number | undefined => {
  const index = args.indexOf(`--${name}`);
  return index < 0 ? undefined : Number(args[index + 1]);
};

const port = flag("port");
const fake = await FakeModelProvider.start({
  ...(port === undefined ? {} : { port }),
  paceMs: flag("pace") ?? 0,
});
console.log(JSON.stringify({ port: fake.port, pid: process.pid }));
for await (const _ of console) {
  console.log(JSON.stringify(fake.requests.map((request) => [request.userText, request.arrivedAt])));
  fake.requests.length = 0;
}
await fake.stop();
