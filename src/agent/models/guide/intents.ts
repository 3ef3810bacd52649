import { configHelp } from "./config-help.ts";
import { callOf, type Reply, type Scene } from "./reply.ts";
import { ABILITIES, CONNECT, greeting, SELF, statusText, timeText } from "./words.ts";

/** Something people say, and what is answered; undefined passes it on to the next row. */
interface Intent {
  readonly says: RegExp;
  readonly answer: (scene: Scene) => Reply | undefined;
}

const say = (text: string): Reply => ({ text });

const BEFORE = "(?:please |pls |hey |hi |can you |could you |would you )*";

/** A whole message that is `pattern`, whatever its case and end marks. */
const whole = (pattern: string) =>
  new RegExp(`^${BEFORE}(?:${pattern})(?:[ ,]*(?:please|now))?[\\s.!?]*$`, "i");

/** The rows of the guide, the first that fits answers. */
export const INTENTS: readonly Intent[] = [
  {
    says: /^(?:please )?(?:echo|repeat(?: after me)?|say)(?:\s*:\s*|\s+)(?!something\b)([\s\S]+)$/i,
    answer: ({ asked, groups }) => {
      const text = unquoted(groups[0] ?? "");
      return callOf(asked, ["echo"], "", { text, message: text }) ?? say(text);
    },
  },
  {
    says: whole(
      "(?:what(?:'s| is| ?s)? (?:the )?(?:current )?(?:time|date|day)(?: is it)?(?: today| now)?|what (?:time|day|date) is it(?: today)?|time|date|today(?:'s date)?|how late is it|wie spät ist es|wieviel uhr ist es|quelle heure est-il|qué hora es)",
    ),
    answer: (scene) => callOf(scene.asked, ["time", "current_time", "get_time"], "") ?? say(timeText(scene)),
  },
  {
    says: whole(
      "(?:gateway |session |system |server )?(?:status|health)(?: report)?|how is the gateway(?: doing)?|are you (?:up|online|running|working)|(?:show|what is|what's) (?:the |your )?(?:gateway |session )?status|ping",
    ),
    answer: (scene) =>
      callOf(scene.asked, ["gateway_status", "session_status", "gateway"], "Let me look.", {
        action: "status",
      }) ?? say(statusText(scene)),
  },
  {
    says: /^(?:(?:what|how) (?:does|is|do i (?:set|change|use)|can i (?:set|change))|explain|describe|help(?: me)?(?: with| on| about)?|config(?: help)?(?: key)?|show)(?: the)?(?: config(?:uration)?)?(?: key| setting| option)?\s+[`"']?([a-z$][\w$*-]*(?:\.[\w$*-]+)*)[`"']?(?: (?:do|mean|for|setting|key|in the config(?:uration)?))*[\s.!?]*$/i,
    answer: ({ groups }) => {
      const help = configHelp(groups[0] ?? "");
      return help === undefined ? undefined : say(help);
    },
  },
  {
    says: /^config(?:uration)?(?: help)?[\s.!?]*$/i,
    answer: ({ facts }) =>
      say(
        `The configuration is ${facts.configPath}. Say **config KEY** to have a key explained, for example \`config gateway\`, \`config agents.defaults.model\` or \`config models.providers\`.`,
      ),
  },
  {
    says: /^config (?:help )?[`"']?(\S+?)[`"']?[.!?]*$/i,
    answer: ({ groups }) =>
      say(
        `There is no configuration key “${groups[0] ?? ""}”. Say **config gateway**, or look through all keys with \`openclaw config schema\`.`,
      ),
  },
  {
    says: whole(
      "(?:(?:what|which) tools (?:do you have|are there|can you use)|(?:list |show )?(?:the |your )?tools)",
    ),
    answer: ({ asked }) =>
      say(
        asked.tools.size === 0
          ? "No tools are offered in this conversation."
          : `An agent in this conversation may use: ${[...asked.tools.keys()].join(", ")}. I call only those that tell the time and the status; a real model can use all of them.`,
      ),
  },
  {
    says: /\b(?:connect|set ?up|configure|add|use|switch to|install|change|log ?in|sign ?in)\b.{0,60}\b(?:model|llm|provider|key|claude|anthropic|openai|gpt|chatgpt|gemini|google|ollama|openrouter|mistral|groq|grok|lm ?studio|llama|vllm|bedrock)\b|^(?:connect|api keys?|models?|providers?|setup|get(?:ting)? started)[\s.!?]*$/i,
    answer: () => say(CONNECT),
  },
  {
    says: whole(
      "(?:help(?: me)?|what (?:can|do) (?:you|i) do(?: here)?|what can i (?:ask|say)(?: you)?|commands|menu|\\?+|start|/start|examples?|was kannst du|hilfe|que puedes hacer|aide)",
    ),
    answer: ({ asked }) => say(asked.isFirst ? `${SELF}\n\n${ABILITIES}` : ABILITIES),
  },
  {
    says: /\b(?:who|what) (?:are|r) (?:you|u)\b|\bare you (?:an? )?(?:ai|bot|human|real|llm|claude|gpt|chatgpt|model|language model)\b|\b(?:which|what) (?:ai |language )?model (?:are you|is this|do you use)\b|\byour name\b/i,
    answer: () =>
      say(
        `${SELF} I know a handful of questions by heart, use no network and cost nothing. I answer because no language model is connected to this gateway.\n\n${CONNECT}`,
      ),
  },
  {
    says: whole(
      "(?:hi|hey|hello|hallo|servus|moin|hola|bonjour|ciao|salut|yo|greetings|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|grüß gott|test|testing)(?: there| everyone| openclaw| all)?|how are you(?: doing)?(?: today)?|what's up|wie geht'?s",
    ),
    answer: (scene) => say(greeting(scene)),
  },
  {
    says: whole(
      "(?:thank(?:s| you)(?: (?:so|very) much| a lot)?|thx|ty|danke(?: schön)?|merci|gracias|great|nice|cool|ok(?:ay)?|perfect|good)",
    ),
    answer: () => say("You're welcome. Say **connect** when you want a real model here."),
  },
  {
    says: whole("(?:bye|goodbye|see you|tschüss|ciao|good night|later)"),
    answer: () => say("Goodbye. The gateway keeps running."),
  },
];

function unquoted(text: string): string {
  const trimmed = text.trim();
  return /^(["'`“„])([\s\S]*)(["'`”“])$/.exec(trimmed)?.[2] ?? trimmed;
}
