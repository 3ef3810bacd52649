/** A line of a test that may do what `test-clocks.ts` refuses. */
export interface Exception {
  readonly path: string;
  /** Part of the refused line; empty for every line of the file. */
  readonly code: string;
  readonly why: string;
}

const PACE = "the pace of somebody who acts again and again; nothing is concluded from it";
const NOW_AT_LATEST = "the moment to be killed at may never come; then it is now";
const RANDOM = "a random moment to be killed at, drawn by the caller";

/** The waits and spans of real time that stay, each for its reason. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    path: "test/build/test-clocks.test.ts",
    code: "",
    why: "quotes what is refused",
  },
  {
    path: "test/e2e/agent-security/bounds.test.ts",
    code: "return performance.now() - seen.at > 4_000;",
    why: "that no more is asked has no sign; what is asked later only makes the bound on memory easier to keep",
  },
  {
    path: "test/e2e/browser/attacks.test.ts",
    code: "setTimeout(resolve, 700)",
    why: "inside the page: a try that is kept from loading may neither load nor fail, and the next one has to come",
  },
  {
    path: "test/e2e/browser/attacks.test.ts",
    code: "setTimeout(resolve, 300)",
    why: "inside the page: time for a download that must not come, which nobody is told of",
  },
  { path: "test/e2e/change/foreign-writers.test.ts", code: "Bun.sleep(PAUSE_MS)", why: PACE },
  { path: "test/e2e/change/traffic.ts", code: "Bun.sleep(RETRY_MS)", why: PACE },
  { path: "test/e2e/change/traffic.ts", code: "Bun.sleep(pauseMs)", why: PACE },
  {
    path: "test/e2e/channel-durability/moments.ts",
    code: "Bun.sleep(PATIENCE_MS)",
    why: NOW_AT_LATEST,
  },
  {
    path: "test/e2e/doctor/broken-homes.test.ts",
    code: "Bun.sleep(20 + turn * 12)",
    why: "moments to be killed at, spread over the run of a program",
  },
  {
    path: "test/e2e/durability/victim.ts",
    code: "setTimeout(resolve, SILENCE_MS)",
    why: NOW_AT_LATEST,
  },
  {
    path: "test/e2e/scale/thousand-clients.test.ts",
    code: "performance.now() - since > SETTLED_MS",
    why: "memory is given back without a sign; it is settled when it has not changed for a while",
  },
  {
    path: "test/e2e/telegram/waits.test.ts",
    code: "performance.now() - slept > 61_000",
    why: "a process that is stopped as by a sleeping machine, whose clock is the system's: the time has to pass",
  },
  {
    path: "test/store/faults.test.ts",
    code: "return performance.now() - began;",
    why: "how long one write waits is the promise; the bound above is many times the patience of the tests",
  },
  {
    path: "test/e2e/whatsapp/bursts.test.ts",
    code: "Bun.sleep(LONGEST_LIFE_MS)",
    why: NOW_AT_LATEST,
  },
  {
    path: "test/gateway/start/bind-refusal.test.ts",
    code: "Bun.sleep(afterMs)",
    why: "a server of the test that takes its time to answer, as a busy one does",
  },
  { path: "test/store/kill-channels.test.ts", code: "extraMs", why: RANDOM },
  { path: "test/store/kill.test.ts", code: "extraMs", why: RANDOM },
];
