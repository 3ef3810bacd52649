import type { Scene } from "./reply.ts";
import { SELF } from "./self.ts";

/** What the guide can do. */
export const ABILITIES = `Ask me one of these:
- \`connect\` – how to give this gateway a real model
- \`status\` – how this gateway is, and \`what time is it\`
- \`config KEY\` – what a configuration key does, for example \`config gateway.port\`
- \`tools\` – what an agent could use here
- \`echo TEXT\` – say it back
Chat commands work as well: \`/help\` lists them.`;

export function greeting({ asked, facts }: Scene): string {
  if (asked.introduced) return "Hello again. Say `help` for what I know, or `connect` for a real model.";
  return `Hello! ${SELF}
Your gateway (version ${facts.version}) works: this message went through an agent's turn and back.
Say \`connect\` to give it a real model, or \`help\` for what I can do until then.`;
}

export function abilities({ asked }: Scene): string {
  return asked.introduced ? ABILITIES : `${SELF}\n${ABILITIES}`;
}

export function selfText({ facts }: Scene): string {
  return `${SELF}
I know a handful of questions by heart, use no network, cost nothing, and learn nothing.
I answer because no language model is connected to this gateway (OpenClaw ${facts.version}) yet.
Say \`connect\` to change that, or \`help\` for what I can do.`;
}

export function statusText({ facts, now }: Scene): string {
  const address = facts.address();
  return [
    `OpenClaw ${facts.version} has been running for ${duration(now - facts.startedAt)}.`,
    ...(address === undefined ? [] : [`It listens on ${address}.`]),
    `Its configuration is ${facts.configPath}.`,
    "No language model is connected yet; say `connect` to change that.",
  ].join("\n");
}

export function timeText({ facts, now }: Scene): string {
  const zone = facts.timeZone();
  const at = new Date(now);
  const day = at.toLocaleDateString("en-GB", {
    timeZone: zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const time = at.toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return `It is ${time} on ${day} (${zone}).`;
}

/** What the guide cannot do, and the way out of it; in full once, then in a line. */
export function limitsText({ asked }: Scene): string {
  const what = asked.hasImage ? "look at images" : "answer that";
  if (asked.introduced) {
    return `I cannot ${what}: it takes a language model, and none is connected. Say \`connect\` for how, \`help\` for what I know.`;
  }
  return `${SELF} So I cannot ${what}.
Connect a real model, and it answers from the next message on. In a terminal:
- \`openclaw models auth paste-api-key --provider anthropic\` (or openai, google, openrouter …)
- \`openclaw models list --local --refresh\` for one on your own machine
Say \`help\` for what I can do until then.`;
}

/** A span of time in its two largest units. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const units = [
    [Math.floor(seconds / 86_400), "day"],
    [Math.floor(seconds / 3_600) % 24, "hour"],
    [Math.floor(seconds / 60) % 60, "minute"],
    [seconds % 60, "second"],
  ] as const;
  const parts = units.filter(([amount]) => amount > 0).slice(0, 2);
  if (parts.length === 0) return "less than a second";
  return parts.map(([amount, unit]) => `${amount} ${unit}${amount === 1 ? "" : "s"}`).join(" and ");
}
