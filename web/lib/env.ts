/** Every setting the façade reads, by name, when it is needed: nothing is baked into the build. */
import "server-only";

export class MissingSetting extends Error {
  constructor(readonly setting: string) {
    super(`the setting ${setting} is not set`);
    this.name = "MissingSetting";
  }
}

export type SettingName =
  | "AICOACH_SERVICE_URL"
  | "AICOACH_JWT_PRIVATE_KEY"
  | "AICOACH_JWT_KID"
  | "AICOACH_SUPABASE_URL"
  | "AICOACH_SUPABASE_PUBLISHABLE_KEY";

/** The value of a required setting; throws MissingSetting rather than running half configured. */
export function setting(name: SettingName): string {
  const value = process.env[name];
  if (!value) throw new MissingSetting(name);
  return value;
}

/** Parts of the service that the host may run as functions of their own, and where it then says they are. */
const OWN_URL: Readonly<Record<string, string>> = {
  stream: "AICOACH_STREAM_URL",
  feedback: "AICOACH_FEEDBACK_URL",
  webhook: "AICOACH_WEBHOOK_URL",
};

/** Where the service answers calls to `path`, without a slash at the end; throws MissingSetting when nowhere. */
export function serviceUrlFor(path: string): string {
  const part = path.split(/[/?]/, 2)[1] ?? "";
  const own = OWN_URL[part];
  return ((own && process.env[own]) || setting("AICOACH_SERVICE_URL")).replace(/\/+$/, "");
}

/** Keys the hash of users in log lines: with the service's own key, a user has one name in both logs. */
export function logUserKey(): string | undefined {
  return process.env.AICOACH_LOG_USER_KEY || undefined;
}

export interface DemoUser {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The demo users of a local stack, or none: a deployment that does not set them offers no such door. */
export function demoUsers(): readonly DemoUser[] {
  const raw = process.env.AICOACH_DEMO_USERS;
  return raw ? (JSON.parse(raw) as DemoUser[]) : [];
}
