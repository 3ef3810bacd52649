import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { answer, Gate, hold, say as sayAs, silence, text } from "../../fakes/model-provider/index.ts";
import { until } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { say, signedIn } from "./browser.ts";
import { HOSTILE } from "./hostile.ts";
import { Between } from "./between.ts";

// A browser has to start, on a machine that does other things as well.
setDefaultTimeout(30_000);

let world: TurnWorld;

beforeAll(async () => {
  world = await turnWorld();
});

afterAll(async () => {
  await world[Symbol.asyncDispose]();
});

/** The address of a session's conversation. */
function chatOf(session: string): string {
  return `chat?session=${encodeURIComponent(`agent:main:${session}`)}`;
}

describe("the chat", () => {
  test("seed 227: a message is sent with the keyboard, answered as it is written, and there after a reload", async () => {
    await using tab = await signedIn(world.gateway, chatOf("talk"));
    await tab.sees("Nothing was said here yet");
    const gate = new Gate();
    world.fake.next(answer([text("It begins "), hold(gate), text("and it ends.")]));
    await say(tab, "tell me something");
    await tab.sees("It begins");
    await tab.holds("document.querySelector('[data-running]')");
    gate.open();
    await tab.sees("It begins and it ends.");
    await tab.holds("document.querySelector('[data-running]') === null");
    await say(tab, 'TOOL exec {"command":"echo from-the-tool"}');
    await tab.sees("The tool has finished.");
    // Folded: what came of it is a click away.
    expect(await tab.text()).not.toMatch(/^from-the-tool$/m);
    await tab.click(".tool summary");
    await tab.sees(/^from-the-tool$/m);
    await tab.reload();
    await tab.sees("The tool has finished.");
    await tab.sees("It begins and it ends.");
    await tab.holds("document.querySelectorAll('.line.person').length === 2");
    await tab.holds("document.querySelectorAll('.tool.done').length === 1");
    expect(tab.complaints).toEqual([]);
  });

  test("seed 227: Escape stops the answer; what was heard stays, and the next message is answered", async () => {
    await using tab = await signedIn(world.gateway, chatOf("stop"));
    world.fake.next(answer([text("It begins "), silence()]));
    await say(tab, "tell me something");
    await tab.sees("It begins");
    await tab.key("Escape");
    await tab.sees("Stopped.");
    await tab.holds("document.querySelector('[data-running]') === null");
    expect(await tab.text()).toContain("It begins");
    await say(tab, "hello again");
    await tab.sees("Hello from the mock model.");
  });

  test("a picture goes to the model as it is", async () => {
    await using tab = await signedIn(world.gateway, chatOf("picture"));
    await tab.holds("document.querySelector('textarea[aria-label=Message]')");
    // A square drawn here, dropped as a file.
    await tab.evaluate(`(async () => {
      const canvas = new OffscreenCanvas(4, 4);
      canvas.getContext("2d").fillRect(0, 0, 4, 4);
      const transfer = new DataTransfer();
      transfer.items.add(new File([await canvas.convertToBlob()], "square.png", { type: "image/png" }));
      document.querySelector(".composer").dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
    })()`);
    await tab.sees("square.png");
    await say(tab, "what is this?");
    await tab.sees("Hello from the mock model.");
    await tab.holds("document.querySelector('.line.person img')?.naturalWidth === 4");
    expect(JSON.stringify(world.fake.about("what is this?").at(-1)?.body)).toContain(
      "data:image/png;base64,",
    );
  });

  test("seed 228, 230: through a forwarded port, the conversation is read anew after a gap in the events", async () => {
    await using between = new Between(world.gateway);
    await using operator = await world.operator();
    await using tab = await signedIn({ ...world.gateway, httpUrl: between.httpUrl }, chatOf("gap"));
    await tab.sees("Nothing was said here yet");
    between.loses = () => true;
    const runId = crypto.randomUUID();
    await operator.call("chat.send", {
      sessionKey: "agent:main:gap",
      message: "unheard",
      idempotencyKey: runId,
    });
    await operator.call("agent.wait", { runId, timeoutMs: 10_000 });
    await until("the events to be lost", () => between.lost.includes("session.message"));
    expect(await tab.text()).not.toContain("Hello from the mock model.");
    between.loses = () => false;
    // The next event shows that some are missing.
    await operator.call("system-event", { text: "Node: somebody" });
    await tab.sees("Hello from the mock model.");
    await tab.sees("unheard");
  });

  test("seed 239: over a restart the page says so, comes back by itself, and keeps what was being written", async () => {
    await using tab = await signedIn(world.gateway, chatOf("restart"));
    await say(tab, "before");
    await tab.sees("Hello from the mock model.");
    await tab.type("textarea[aria-label=Message]", "half a thought");
    await tab.evaluate(`(() => {
      globalThis.said = [];
      new MutationObserver(() => said.push(document.querySelector(".lost-bar")?.innerText ?? "")).observe(document.body, { childList: true, subtree: true, characterData: true });
    })()`);
    world.gateway.signal("SIGUSR1");
    await tab.holds("said.some((text) => text.includes('restart'))");
    await tab.holds("document.querySelector('.lost-bar') === null");
    expect(await tab.evaluate<string>("document.querySelector('textarea[aria-label=Message]').value")).toBe(
      "half a thought",
    );
    await tab.key("Enter");
    await tab.holds("document.querySelectorAll('.line.answer:not([data-running])').length === 2");
  });

  test("C19: whatever people and models write, nothing of it is run, loaded or drawn as markup", async () => {
    await using operator = await world.operator();
    await using tab = await signedIn(world.gateway, chatOf("hostile"));
    await tab.sees("Nothing was said here yet");
    await tab.evaluate(`(() => {
      globalThis.broken = [];
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => broken.push(violatedDirective + " " + blockedURI));
    })()`);
    const corpus = HOSTILE.join("\n\n");
    world.fake.next(sayAs(corpus));
    await say(tab, `${HOSTILE.join(" ")} end`);
    await tab.holds("document.querySelectorAll('.line.answer:not([data-running])').length === 1");
    await operator.call("sessions.patch", { key: "agent:main:hostile", label: `${HOSTILE[0]} as a name` });
    await tab.sees("as a name");
    const found = await tab.evaluate<unknown>(`(() => {
      const all = [...document.querySelectorAll("#app *")];
      return {
        ran: globalThis.pwned ?? null,
        broken,
        elements: all.filter((one) => /^(script|iframe|object|embed|link|base|meta|style|form|animate|math)$/i.test(one.localName) && !one.matches("form.composer")).map((one) => one.outerHTML),
        images: all.filter((one) => one.localName === "img").map((one) => one.src),
        handlers: all.flatMap((one) => [...one.attributes]).filter(({ name }) => name.startsWith("on") || name === "style").map(({ name }) => name),
        links: all.filter((one) => one.matches(".lines a")).map((one) => one.protocol).filter((name) => !/^(https?|mailto|tel):$/.test(name)),
        opened: all.filter((one) => one.matches(".lines a") && !/noopener/.test(one.rel)).length,
      };
    })()`);
    expect(found).toEqual({
      ran: null,
      broken: [],
      elements: [],
      images: [],
      handlers: [],
      links: [],
      opened: 0,
    });
    expect(tab.complaints).toEqual([]);
    // It is there to be read all the same.
    await tab.sees("<script>");
  });
});
