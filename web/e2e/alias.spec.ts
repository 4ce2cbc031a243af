/** The calls below /app are the same calls: same answers, same ids, and a stream that is read while it is written. */
import { expect, person, signIn, test } from "./fixtures";

interface Told {
  readonly type: string;
  readonly sessionId: string;
  /** When this page had it, in milliseconds of the page's own clock. */
  readonly read: number;
}

/** The stack of the slow tests waits so long, in milliseconds, before it tells each card. */
const WAIT_BEFORE_CARD = 300;

test("a run below /app is started and streamed as it happens @slow", async ({ page }) => {
  await signIn(page, person(20));
  const { status, sessionId, named, told } = await page.evaluate(run, "/app/api/ai/coach/");
  expect([status, named]).toEqual([201, sessionId]);
  expect(new Set(told.map((event) => event.sessionId))).toEqual(new Set([sessionId]));
  expect(told.at(-1)?.type).toBe("done");
  const cards = told.filter(({ type }) => type === "insight");
  expect(cards.length).toBeGreaterThan(2);
  // Held back anywhere on the way, they would all arrive at once.
  const took = (cards.at(-1)?.read ?? NaN) - (cards[0]?.read ?? NaN);
  expect(took).toBeGreaterThan(((cards.length - 1) * WAIT_BEFORE_CARD) / 2);

  const answers = ["", "/app"].map(async (prefix) => {
    const answer = await page.request.get(`${prefix}/api/ai/coach/session/${sessionId}`);
    return [answer.status(), answer.headers()["x-session-id"], await answer.json()];
  });
  const [plain, below] = await Promise.all(answers);
  expect(below).toEqual(plain);
  expect(below?.slice(0, 2)).toEqual([200, sessionId]);
});

test("a call that does not exist is refused below /app as it is above", async ({ page }) => {
  await signIn(page, person(20));
  for (const prefix of ["", "/app"]) {
    const answer = await page.request.get(`${prefix}/api/ai/coach/nowhere`);
    expect([answer.status(), answer.headers()["content-type"]]).toEqual([404, "application/problem+json"]);
    expect(await answer.json()).toMatchObject({
      code: "not_found",
      requestId: answer.headers()["x-request-id"],
    });
  }
});

/** In the page: starts a run and notes when each of its events arrives. */
async function run(
  calls: string,
): Promise<{ status: number; sessionId: string; named: string | null; told: Told[] }> {
  const headers = { "content-type": "application/json" };
  const start = await fetch(`${calls}start`, { method: "POST", headers, body: "{}" });
  const { sessionId } = (await start.json()) as { sessionId: string };
  const told: Told[] = [];
  const stream = new EventSource(`${calls}stream?sessionId=${sessionId}`);
  await new Promise<void>((finished) => {
    stream.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as { type: string; sessionId: string };
      told.push({ type: event.type, sessionId: event.sessionId, read: performance.now() });
      if (event.type !== "done") return;
      stream.close();
      finished();
    };
  });
  return { status: start.status, sessionId, named: start.headers.get("x-session-id"), told };
}
