import type { Scene } from "./reply.ts";

/** How to give this gateway a real model; said whenever the guide reaches its limits. */
export const CONNECT = `To connect a real model, pick one line for your terminal:

- Anthropic: \`openclaw models auth paste-api-key --provider anthropic\`
- OpenAI: \`openclaw models auth paste-api-key --provider openai\`
- Google: \`openclaw models auth paste-api-key --provider google\`
- OpenRouter, for many models with one key: \`openclaw models auth paste-api-key --provider openrouter\`
- a model on your own machine (Ollama, LM Studio, llama.cpp, vLLM): \`openclaw models list --local --refresh\`, then \`openclaw models set ollama/NAME\`

A key in the environment works too (\`ANTHROPIC_API_KEY\`, \`OPENAI_API_KEY\`, \`GEMINI_API_KEY\` …); the gateway must be started with it. From the next message on, that model answers instead of me. \`openclaw models status\` shows who it is.`;

/** What the guide can do. */
export const ABILITIES = `Here is what I can do without a model:

- **status** – how this gateway is
- **what time is it** – date and time
- **config KEY** – explain a configuration key, for example \`config gateway.port\`
- **echo TEXT** – say it back, to see that messages come through
- **tools** – which tools an agent would have here
- **connect** – how to give this gateway a real model

Chat commands work as well: send \`/help\` for the list.`;

/** What the guide is, in one sentence. */
export const SELF = "I am the guide built into OpenClaw: a small fixed program, not a language model.";

export function greeting({ asked, facts }: Scene): string {
  if (!asked.isFirst) return "Hello again. Ask me for **status**, **config KEY** or **connect**.";
  return `Hello! ${SELF} Your gateway (version ${facts.version}) works: this message went in, through an agent's turn, and back to you.

${CONNECT}

Until then, say **help** to see what I can do.`;
}

export function statusText({ facts, now }: Scene): string {
  const address = facts.address();
  return [
    `OpenClaw ${facts.version} has been running for ${duration(now - facts.startedAt)}.`,
    ...(address === undefined ? [] : [`It listens on ${address}.`]),
    `Its configuration is ${facts.configPath}.`,
    "No language model is connected yet; say **connect** to change that.",
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

export function limitsText(asked: string): string {
  const quoted = asked.length > 80 ? `${asked.slice(0, 79)}…` : asked;
  return `${SELF} I cannot answer “${quoted}”: that takes a language model, and none is connected.

${CONNECT}

Say **help** for what I can do meanwhile.`;
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
