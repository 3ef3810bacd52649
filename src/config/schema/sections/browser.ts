import { Type } from "@sinclair/typebox";
import { choice, flag, integer, lazy, map, section, text, texts } from "../field.ts";
import { ssrfPolicy } from "./cron.ts";

const profile = () =>
  Type.Object(
    {
      cdpPort: integer("Port", "DevTools port of this profile.", { minimum: 1, maximum: 65_535 }),
      cdpUrl: text("DevTools", "Address of a browser that runs elsewhere.", { sensitive: true }),
      userDataDir: text("Folder", "Folder of the profile."),
      driver: choice(["openclaw", "clawd", "existing-session", "extension"], "Driver", "How it is driven."),
      headless: flag("Headless", "Shows no window."),
      executablePath: text("Program", "Browser to start."),
      attachOnly: flag("Attach only", "Never starts a browser."),
      color: text("Colour", "Colour of the window."),
    },
    { title: "Profile", description: "One profile.", additionalProperties: false },
  );

/** `browser`: the browser agents use. */
export const browser = lazy(() =>
  section("Browser", "The browser agents use.", {
    enabled: flag("Enabled", "Offers the browser."),
    evaluateEnabled: flag("Scripts", "Lets agents run scripts in pages."),
    cdpUrl: text("DevTools", "Address of a browser that runs elsewhere.", { sensitive: true }),
    controlUrl: text("Control (older key)", "Port of browser control, as an address of this machine."),
    controlPort: integer(
      "Control port (older key)",
      "Port of browser control; without it, two above the gateway's.",
      {
        minimum: 1,
        maximum: 65_535,
      },
    ),
    executablePath: text("Program", "Browser to start."),
    headless: flag("Headless", "Shows no window."),
    noSandbox: flag("No sandbox", "Starts the browser without its sandbox."),
    attachOnly: flag("Attach only", "Never starts a browser."),
    defaultProfile: text("Default profile", "Profile used when none is named."),
    profiles: map(profile(), "Profiles", "Profiles, by name."),
    extraArgs: texts("Arguments", "Further arguments of the browser."),
    ssrfPolicy: ssrfPolicy("Addresses"),
  }),
);
