import { choice, flag, section, text, texts } from "../field.ts";
import { secret } from "../secret-ref.ts";

const COLOURS = ["teal", "amber", "purple", "coral", "pink", "blue", "green", "red", "gray"] as const;

/** `gateway.controlUi`: the browser interface on the gateway's own port. */
export const controlUi = () =>
  section(
    "Control UI",
    "The browser interface the gateway serves.",
    {
      enabled: flag("Serve the Control UI", "Serves the browser interface on the gateway's port.", {
        default: true,
      }),
      basePath: text("Base path", "Path the interface is served under, for a proxy that does not strip it.", {
        placeholder: "/openclaw",
      }),
      root: text("Files", "Folder to serve in place of the built-in interface.", { advanced: true }),
      allowedOrigins: texts(
        "Allowed origins",
        "Browser origins, besides the gateway's own, that may connect; scheme, host and port as the browser shows them.",
      ),
      environment: section("Environment badge", "A label that tells several gateways apart.", {
        label: text("Label", "Text of the badge.", { required: true, minLength: 1, maxLength: 24 }),
        color: choice(COLOURS, "Colour", "Colour of the badge.", { required: true }),
      }),
      embedSandbox: choice(
        ["strict", "scripts", "trusted"],
        "Embed sandbox",
        "How far embedded pages are locked in.",
        { advanced: true },
      ),
      allowExternalEmbedUrls: flag("External embeds", "Lets embeds load pages of other sites.", {
        advanced: true,
      }),
      automaticallyFetchFavicons: flag("Fetch icons", "Fetches the icons of linked sites.", {
        advanced: true,
      }),
      communityInvite: flag("Community invitation", "Shows the invitation to the community.", {
        advanced: true,
      }),
      sessionObserver: flag("Session observer", "Lets the interface watch running sessions.", {
        advanced: true,
      }),
      experimental: section(
        "Experiments",
        "Parts of the interface that may change.",
        { customPlugins: flag("Custom plugins", "Lets plugins add pages.") },
        { advanced: true },
      ),
      github: section("GitHub", "Access to GitHub for previews of links.", {
        token: secret("GitHub token", "Token the previews are fetched with."),
      }),
      dangerouslyAllowHostHeaderOriginFallback: flag(
        "Origin from the Host header",
        "Dangerous: accepts an origin that merely equals the Host header.",
        { default: false, advanced: true },
      ),
      dangerouslyDisableDeviceAuth: flag(
        "No device identity",
        "Dangerous: lets browsers connect without a device identity.",
        { advanced: true },
      ),
    },
    { default: {} },
  );
