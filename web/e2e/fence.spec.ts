/** What must not get through: strangers, other sites, and secrets into the browser. */
import { expect, person, signIn, test } from "./fixtures";

test("a stranger gets a problem from every call and the way in from every page", async ({ request }) => {
  const calls = ["insights", "prefs", "export", "digest", "goals/plan", "stream?sessionId=x"];
  for (const path of [...calls, `session/${crypto.randomUUID()}`]) {
    for (const prefix of ["", "/app"]) {
      const answer = await request.get(`${prefix}/api/ai/coach/${path}`);
      expect(answer.status()).toBe(401);
      expect(answer.headers()["content-type"]).toBe("application/problem+json");
      expect(await answer.json()).toMatchObject({
        code: "sign_in_required",
        requestId: answer.headers()["x-request-id"],
      });
    }
  }
  const page = await request.get("/", { maxRedirects: 0 });
  expect([page.status(), page.headers().location]).toEqual([307, "/login"]);
});

test("another site cannot start a run with this person's cookies", async ({ page }) => {
  await signIn(page, person(0));
  const answer = await page.request.post("/api/ai/coach/start", {
    data: {},
    headers: { origin: "https://evil.example" },
  });
  expect(answer.status()).toBe(403);
  expect(await answer.json()).toMatchObject({ code: "cross_origin" });
});

test("a body over 256 KB is refused", async ({ page, baseURL }) => {
  await signIn(page, person(0));
  const data = { comment: "x".repeat(256 * 1024) };
  const answer = await page.request.post("/api/ai/coach/feedback", {
    data,
    headers: { origin: baseURL ?? "" },
  });
  expect(answer.status()).toBe(413);
});

test("cron without the right secret is refused", async ({ request }) => {
  const refused = await request.get("/api/ai/coach/webhook?job=daily", {
    headers: { authorization: "Bearer wrong" },
  });
  expect(refused.status()).toBe(401);
});

test("every answer carries the security headers", async ({ page, request }) => {
  await page.goto("/login");
  const script = await page.locator("script[src]").first().getAttribute("src");
  for (const path of ["/login", "/api/ai/coach/insights", "/", script ?? ""]) {
    const headers = (await request.get(path, { maxRedirects: 0 })).headers();
    expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    expect(headers["permissions-policy"]).toContain("camera=()");
    expect(headers["x-frame-options"]).toBe("DENY");
    if (path !== "/") expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).not.toHaveProperty("x-powered-by");
  }
});

test("no script and no page carries a secret, and no script can read the session", async ({ page }) => {
  const { password } = person(0);
  const bodies: string[] = [];
  page.on("response", async (response) => {
    if (/javascript|html|x-component/.test(response.headers()["content-type"] ?? ""))
      bodies.push(await response.text().catch(() => ""));
  });
  await page.goto("/login");
  await page.getByRole("button", { name: `Continue as ${person(0).name}` }).click();
  await expect(page.getByRole("heading", { name: "Coach Hub" })).toBeVisible();
  await page.waitForLoadState("networkidle");
  const everything = bodies.join("\n");
  expect(everything.length).toBeGreaterThan(10_000);
  expect(everything).not.toContain(password);
  expect(everything).not.toMatch(/PRIVATE KEY|sb_secret_|sb_publishable_|AICOACH_/);
  expect(await page.evaluate(() => document.cookie)).toBe("");
});
