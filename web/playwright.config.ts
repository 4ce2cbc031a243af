/** Browser tests against a stack that is already running: E2E_BASE_URL says where, E2E_USERS who may sign in. */
import { defineConfig } from "@playwright/test";
import { chromiumPath } from "./e2e/chromium";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // One run at a time: the tests measure, and two cores are soon busy.
  workers: 1,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL: process.env.E2E_BASE_URL ?? "http://127.0.0.1:3000",
    // Its flags switch web security off; a plain launch needs none of them.
    launchOptions: { executablePath: await chromiumPath(), args: [] },
    trace: "retain-on-failure",
  },
});
