/** Follows runs with the official AG-UI client, which checks the order of events; says what its application saw.
 *
 * Arguments: the folder that holds node_modules. Standard input: a list of {url, headers, cuts?, after?}, where
 * connection number n is cut after cuts[n] frames. Standard output: a list of {connections, messages, error}.
 */
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { HttpAgent } = createRequire(`${process.argv[2]}/`)("@ag-ui/client");
const FINAL = ["RUN_FINISHED", "RUN_ERROR"];
const MOST_CONNECTIONS = 50;

class Follower extends HttpAgent {
  cursor = 0;
  cut = Infinity;

  requestInit() {
    const cursor = this.cursor ? { "Last-Event-ID": String(this.cursor) } : {};
    return { method: "GET", headers: { ...this.headers, ...cursor }, signal: this.abortController.signal };
  }
}

/** `response` as far as the given number of frames with data, as if the network had then failed. */
function cutAfter(response, frames) {
  if (!response.ok || frames === Infinity) return response;
  let left = frames;
  let pending = "";
  const cut = new TransformStream({
    transform(chunk, controller) {
      pending += chunk;
      const blocks = pending.split("\n\n");
      pending = blocks.pop();
      for (const block of blocks) {
        controller.enqueue(`${block}\n\n`);
        if (/^data:/m.test(block) && --left === 0) return controller.terminate();
      }
    },
  });
  const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(cut);
  return new Response(body.pipeThrough(new TextEncoderStream()), { status: 200, headers: response.headers });
}

async function follow({ url, headers, cuts = [], after = 0 }) {
  const agent = new Follower({ url, headers, fetch: async (to, init) => cutAfter(await fetch(to, init), agent.cut) });
  agent.cursor = after;
  const connections = [];
  try {
    while (!FINAL.includes(connections.at(-1)?.at(-1)?.type)) {
      if (connections.length === MOST_CONNECTIONS) throw new Error("the run does not end");
      const events = [];
      agent.cut = cuts[connections.length] ?? Infinity;
      connections.push(events);
      await agent.runAgent({}, {
        onEvent: ({ event }) => {
          events.push(event);
          agent.cursor = event.metadata.cursor;
        },
      });
    }
    return { connections, messages: agent.messages, error: null };
  } catch (error) {
    return { connections, messages: agent.messages, error: String(error) };
  }
}

const jobs = JSON.parse(await text(process.stdin));
const seen = [];
for (const job of jobs) seen.push(await follow(job));
process.stdout.write(JSON.stringify(seen));
