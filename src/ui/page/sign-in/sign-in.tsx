import { useState } from "preact/hooks";
import type { Link } from "../link/link.ts";
import type { Refusal } from "../link/refusal.ts";
import { Claw } from "../parts/claw.tsx";
import { CommandLine } from "../parts/command-line.tsx";

/** What stands in place of the interface while this browser is not let in. */
export function SignIn({ refusal, link }: { readonly refusal: Refusal; readonly link: Link | undefined }) {
  const isTrouble = refusal.kind !== "sign-in" && refusal.kind !== "pairing";
  return (
    <main class="gate" data-refusal={refusal.kind}>
      <div class="gate-card">
        <Claw />
        <h1>{refusal.title}</h1>
        <p role={isTrouble ? "alert" : "status"}>{refusal.text}</p>
        {refusal.command !== undefined && <CommandLine command={refusal.command} />}
        {refusal.kind === "pairing" && <p class="waiting">Waiting</p>}
        {refusal.asksSecret && link !== undefined && <SecretForm link={link} />}
        <Remedy refusal={refusal} link={link} />
      </div>
    </main>
  );
}

function SecretForm({ link }: { readonly link: Link }) {
  const [secret, setSecret] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (secret.trim() !== "") link.signIn(secret.trim());
      }}
    >
      <label for="secret">Gateway token or password</label>
      <input
        id="secret"
        name="secret"
        type="password"
        autocomplete="current-password"
        autofocus
        value={secret}
        onInput={(event) => setSecret(event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={secret.trim() === ""}>
        Sign in
      </button>
    </form>
  );
}

function Remedy({ refusal, link }: { readonly refusal: Refusal; readonly link: Link | undefined }) {
  if (refusal.kind === "reload") {
    return (
      <button type="button" class="primary" onClick={() => location.reload()}>
        Load again
      </button>
    );
  }
  if (refusal.asksSecret || refusal.kind === "pairing" || link === undefined) return null;
  return (
    <button type="button" onClick={() => link.retryNow()}>
      Try again
    </button>
  );
}
