import { configHelp, howToSet, missingKey } from "./config-help.ts";
import { connectText } from "./connecting.ts";
import { callOf, type Reply, type Scene } from "./reply.ts";
import { abilities, greeting, selfText, statusText, timeText } from "./words.ts";

/** Something people ask, without the politeness around it; `answer` passes it on to the next row with undefined. */
interface Intent {
  readonly says: RegExp;
  readonly answer: (scene: Scene) => Reply | undefined;
}

const say = (text: string): Reply => ({ text });

/** A whole question that is `pattern`, in any case. */
const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, "i");

const KEY = "[`\"']?([a-z$][\\w$*-]*(?:\\.[\\w$*-]+)*)[`\"']?";
const A_KEY = `(?:the |a |an )?(?:config(?:uration)? )?(?:key |setting |option |value )?(?:of )?${KEY}(?: (?:key|setting|option|config))?`;

/** What should be said back is taken as it stands, before anything else is looked at. */
export const ECHO =
  /^(?:(?:hi|hey|hello|please|now|(?:can|could|would) you)[ ,]+){0,3}(?:echo|repeat(?: after me)?|say)(?:\s*:\s*|\s+)(?!something\b|that\b|again\b)([\s\S]+)$/i;

export function echo({ asked, groups }: Scene): Reply {
  const text = unquoted(groups[0] ?? "");
  return callOf(asked, ["echo"], "", { text, message: text }) ?? say(text);
}

/** The rows of the guide, the first that fits answers. */
export const INTENTS: readonly Intent[] = [
  {
    says: whole(
      "what(?:'s|s| is)? (?:the )?(?:current |local |exact )?(?:time|date|day)(?: is it| it is)?(?: and (?:the )?(?:date|day|time))?(?: of (?:the )?(?:week|month))?(?: is it| it is)?(?: here)?(?: today| now)?|what(?:'s|s| is) today(?:'s (?:date|day))?|(?:(?:do )?you )?(?:have|got|know) the time|(?:the )?(?:current )?(?:time|date|day)(?: and (?:date|time))?(?: now| today)?|today(?:'s date)?|(?:what|which) day is (?:it|today)(?: today)?|how late is it|wie spät ist es|wieviel uhr ist es|welcher tag ist heute|quelle heure est-il|qué hora es",
    ),
    answer: (scene) => callOf(scene.asked, ["time", "current_time", "get_time"], "") ?? say(timeText(scene)),
  },
  {
    says: whole(
      "(?:gateway|system|server) (?:status|health)(?: report)?|(?:status|health) of (?:the |this |my )?(?:gateway|system|server)|how is (?:the|this|my) (?:gateway|server)(?: doing)?|what(?:'s|s| is) (?:the |your )?(?:gateway|system|server) status|is (?:the |this |my )?(?:gateway|server) (?:up|ok|okay|running|healthy|alive|working)",
    ),
    answer: (scene) => status(scene, ["gateway", "gateway_status", "session_status"]),
  },
  {
    says: whole(
      "(?:(?:show|give|check)(?: me)? )?(?:the |your |my |this )?(?:session |current )?(?:status|health)(?: report)?(?: of (?:the |this |my )?session)?|are you (?:up|online|running|working|ok(?:ay)?|alive|healthy)|what(?:'s| is) (?:the |your |my )?(?:session |current )?(?:status|state)|(?:is )?(?:everything|all|it) (?:ok(?:ay)?|fine|working|up)|ping|wie ist der status|uptime|how long have you been (?:up|running)|which version (?:is this|are you|is running)|(?:what )?version(?: are you| is this)?",
    ),
    answer: (scene) => status(scene, ["gateway_status", "session_status", "gateway"]),
  },
  {
    says: new RegExp(
      `^(?:how (?:do|can|would|should) (?:i|we|you)|how to) (?:set|change|configure|edit|modify|update) ${A_KEY}(?: to [\`"']?([^\\s\`"']+)[\`"']?)?$`,
      "i",
    ),
    answer: ({ groups: [key = "", value] }) => keyAnswer(key, howToSet(key, value)),
  },
  {
    says: new RegExp(
      `^(?:what(?:'s| is) ${A_KEY} (?:set to|now|currently)|(?:what(?:'s| is)|read|get|show) (?:the )?(?:current )?(?:value|setting) of ${A_KEY}|config get ${KEY})$`,
      "i",
    ),
    answer: ({ asked, groups }) => {
      const path = groups.find((group) => group !== undefined) ?? "";
      const help = configHelp(path);
      if (help === undefined) return keyAnswer(path, undefined);
      const wanted = { action: "config.get", path };
      return callOf(asked, ["gateway"], "Let me ask the gateway.", wanted) ?? say(help);
    },
  },
  {
    says: new RegExp(
      `^(?:(?:what (?:does|do|is|are)|what's|whats|explain|describe|help(?: me)?(?: with| on| about)?|about|config(?:uration)?(?: help)?(?: key)?|show|how does) ${A_KEY}(?: (?:do|mean|work|for|good for|used for|in the config(?:uration)?))*|what is the meaning of ${A_KEY})$`,
      "i",
    ),
    answer: ({ groups }) => {
      const key = groups.find((group) => group !== undefined) ?? "";
      return keyAnswer(key, configHelp(key));
    },
  },
  {
    says: /^[`"']?([a-z$][\w$*-]*(?:\.[\w$*-]+)+)[`"']?$/i,
    answer: ({ groups: [key = ""] }) => keyAnswer(key, configHelp(key)),
  },
  {
    says: /^config (?:help )?[`"']?([^\s`"']+)[`"']?$/i,
    answer: ({ groups: [key = ""] }) => say(missingKey(key)),
  },
  {
    says: whole(
      "(?:the |your |my )?config(?:uration)?(?: help| file| keys?| options| settings)?|settings|(?:where|what) is (?:the |your |my )?config(?:uration)?(?: file)?|how (?:do|can) i configure (?:you|this|it|openclaw|the gateway)|which (?:keys|settings|options) are there",
    ),
    answer: ({ facts }) =>
      say(
        `The configuration is ${facts.configPath}; \`openclaw config set KEY VALUE\` changes it.\nSay \`config KEY\` to have a key explained, for example \`config gateway\`, \`config agents.defaults.model\` or \`config models.providers\`.`,
      ),
  },
  {
    says: whole(
      "(?:what|which) tools (?:do you have|are there|can you use|are available)(?: here)?|(?:list |show )?(?:the |your |all )?tools|do you have (?:any )?tools|(?:can you )?use tools",
    ),
    answer: ({ asked }) =>
      say(
        asked.tools.size === 0
          ? "No tools are offered in this conversation."
          : `An agent in this conversation may use: ${[...asked.tools.keys()].join(", ")}.\nI call only those that tell the status and the configuration; a real model can use all of them.`,
      ),
  },
  {
    says: whole(
      "(?:i )?(?:need )?(?:some )?help(?: me)?(?: out)?|what (?:all )?(?:can|do|could) (?:you|u|i|this|it|we) (?:all )?(?:actually )?do(?: here| with (?:you|this|it|openclaw))?|what (?:are|is) you(?:r)? (?:able to do|abilities|capabilities|features|skills|purpose|job)|what are you (?:able to do|capable of|good (?:at|for))|what (?:you|u|i) can (?:do|ask)(?: here)?|what do you (?:know|offer)|(?:list |show )?(?:your )?(?:abilities|capabilities|features|commands|skills)|how (?:do|can) (?:you|u) help(?: me)?|(?:how )?can you help(?: me)?|you help me|what can (?:you|u) help(?: me)?(?: with)?|what can i (?:ask|say|do)(?: to)?(?: you)?|how (?:do|does) (?:you|this|it) work|how (?:do|can) i (?:use|talk to) (?:you|this|it|openclaw)|what should i (?:do|ask|say)(?: now| next| first)?|what(?: do i do)? (?:now|next)|menu|/?start|examples?|get(?:ting)? started|how (?:do|can) i (?:start|begin|get started)|where (?:do|should) i (?:start|begin)|was kannst du(?: alles)?|hilfe|qu[eé] puedes hacer|aide|ayuda",
    ),
    answer: (scene) => say(abilities(scene)),
  },
  {
    says: /^(?:what is|what's) (?:openclaw|this(?: thing| place| program)?)$/i,
    answer: (scene) =>
      say(
        `OpenClaw is a personal agent gateway: it keeps your conversations, runs your agents with their tools, and serves them to chats, apps and programs over one port.\n${selfText(scene)}`,
      ),
  },
  {
    says: /\b(?:connect|set ?up|configure|add|use|using|switch(?: over)? to|install|change|choose|select|pick|enable|give you|log ?in|sign ?in|paste|enter|want|get|need|run|plug in|hook up|talk to)\b.{0,60}\b(?:models?|llms?|providers?|(?:api|access|open ?ai|anthropic) keys?|claude|anthropic|open ?ai|chat ?gpt|gpt|gemini|google|ollama|open ?router|mistral|groq|grok|deep ?seek|lm ?studio|llama|vllm|bedrock|real (?:ai|one))\b|^(?:(?:how (?:do|can) i )?connect(?: (?:you|it|this|one|me))?|(?:connect |how about )?(?:api keys?|models?|providers?|claude|anthropic|open ?ai|chat ?gpt|gemini|google|ollama|open ?router|mistral|groq|grok|deep ?seek|lm ?studio|vllm)|(?:first )?set ?up)$/i,
    answer: ({ words }) => say(connectText(words)),
  },
  {
    says: /\b(?:who|what) (?:are|r|is) (?:you|u|this)(?: (?:really|actually|anyway))?$|\b(?:who|what) am i (?:talking|speaking|chatting) (?:to|with)\b|^(?:are you|is this) (?:an? )?(?:real |actual |artificial )?(?:ai|bot|robot|human|person|real|llm|claude|gpt|chatgpt|model|language model|intelligence|program)\b|\b(?:which|what) (?:ai |language )?model (?:are you|is this|do you use|is answering|answers)\b|\byour name\b|^introduce yourself$|\b(?:who|which model) (?:is )?answer(?:s|ing)(?: me)?$|^(?:about you|tell me about yourself|about yourself|wer bist du|qui es-tu|quién eres)$|^who (?:made|built|wrote|created) you$/i,
    answer: (scene) => say(selfText(scene)),
  },
  {
    says: whole(
      "(?:many )?(?:thank(?:s| you)(?: (?:so|very) much| a lot| again)?|thx|ty|cheers|danke(?: schön| dir)?|merci|gracias|grazie)(?: (?:for (?:that|the help|your help|helping)))?|great|nice|cool|ok(?:ay)?|perfect|good(?: job)?|awesome|wonderful|excellent|well done|got it|understood|i see|alright|fine",
    ),
    answer: () => say("You're welcome. Say `connect` when you want a real model here."),
  },
  {
    says: whole("(?:good ?)?bye(?: bye)?|see you(?: later)?|tschüss|ciao|good night|later|exit|quit"),
    answer: () => say("Goodbye. The gateway keeps running; Ctrl-D leaves a conversation in the terminal."),
  },
  { says: /^$/, answer: (scene) => say(greeting(scene)) },
];

function status(scene: Scene, tools: readonly string[]): Reply {
  const call = callOf(scene.asked, tools, "", { action: "status" });
  if (call === undefined || !("tool" in call)) return say(statusText(scene));
  return { ...call, text: `Let me ask the tool \`${call.tool}\`.` };
}

/** What is said of a key; one that looks like a key and is none is told so, a mere word is passed on. */
function keyAnswer(key: string, text: string | undefined): Reply | undefined {
  if (text !== undefined) return say(text);
  return key.includes(".") ? say(missingKey(key)) : undefined;
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(["'`“„])([\s\S]*)(["'`”“])$/.exec(trimmed)?.[2] ?? trimmed;
}
