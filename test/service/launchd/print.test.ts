import { expect, test } from "bun:test";
import { isDisabledIn, parseJob } from "../../../src/service/launchd/print.ts";

const RUNNING = `gui/501/ai.openclaw.gateway = {
	active count = 1
	path = /Users/u/Library/LaunchAgents/ai.openclaw.gateway.plist
	type = LaunchAgent
	state = running

	program = /usr/local/bin/openclaw
	arguments = {
		/usr/local/bin/openclaw
		gateway
		--port
		18789
	}

	default environment = {
		PATH => /usr/bin:/bin
	}

	environment = {
		OPENCLAW_GATEWAY_PORT => 18789
		XPC_SERVICE_NAME => ai.openclaw.gateway
	}

	domain = gui/501 [100005]
	runs = 3
	pid = 4242
	last exit code = 78: EX_CONFIG

	event triggers = {
		com.example => {
			state = 9
			pid = 1
		}
	}

	resource coalition = {
		state = active
		name = {
			pid = 7
		}
	}
}
`;

test("the state, process and last exit of a job are read from its own lines, not from those of its parts", () => {
  expect(parseJob(RUNNING)).toEqual({
    state: "running",
    pid: 4242,
    lastExitStatus: 78,
    lastExitReason: "EX_CONFIG",
    runs: 3,
    programArguments: ["/usr/local/bin/openclaw", "gateway", "--port", "18789"],
    environment: { OPENCLAW_GATEWAY_PORT: "18789", XPC_SERVICE_NAME: "ai.openclaw.gateway" },
    path: "/Users/u/Library/LaunchAgents/ai.openclaw.gateway.plist",
  });
});

test("a job that has never run has no exit, one that was killed has a reason", () => {
  const never = parseJob("x = {\n\tstate = waiting\n\tlast exit code = (never exited)\n}\n");
  expect(never).toMatchObject({ state: "waiting", pid: undefined, lastExitStatus: undefined });
  const killed = parseJob("x = {\n\tstate = spawn scheduled\n\tlast terminating signal = Killed: 9\n}\n");
  expect(killed.lastExitReason).toBe("Killed: 9");
});

test.each(["", "nonsense", "a = {", "}\n}\n}", "a = {\n\tb = {\n"])(
  "an answer like %j says nothing",
  (text) => {
    expect(parseJob(text)).toMatchObject({ state: undefined, pid: undefined });
  },
);

test("the list of disabled jobs is read in the words of older and newer systems", () => {
  const rows =
    'disabled services = {\n\t\t"a.b" => disabled\n\t\t"a.b.c" => enabled\n\t\t"d" => true\n\t\t"e" => false\n\t}\n';
  expect(["a.b", "a.b.c", "d", "e", "f"].map((label) => isDisabledIn(rows, label))).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
});
