/** How a person wants to be coached, as the service keeps it. */
import { isRecord } from "./insight";
import { type Locale, localeOf } from "./words";

export interface Preferences {
  readonly locale: Locale;
  readonly timezone: string;
  readonly focus: readonly string[];
  readonly email_opt_in: boolean;
  readonly llm_enabled: boolean;
  /** Tokens a day; null leaves it to the service. */
  readonly token_budget: number | null;
}

/** A topic that a thumbs-down has quietened. */
export interface QuietTopic {
  readonly topic: string;
  readonly title: string;
  readonly until: string | null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function parsePreferences(value: unknown): Preferences | null {
  if (!isRecord(value)) return null;
  return {
    locale: localeOf(text(value.locale)),
    timezone: text(value.timezone) || "Asia/Kolkata",
    focus: Array.isArray(value.focus) ? value.focus.map(text).filter(Boolean) : [],
    email_opt_in: value.email_opt_in === true,
    llm_enabled: value.llm_enabled !== false,
    token_budget: typeof value.token_budget === "number" ? value.token_budget : null,
  };
}

/** Null when the service says nothing about quiet topics. */
export function parseQuietTopics(value: unknown): QuietTopic[] | null {
  if (!isRecord(value) || !Array.isArray(value.quiet_topics)) return null;
  return value.quiet_topics.filter(isRecord).map((row) => {
    const topic = text(row.topic ?? row.topicKey ?? row.topic_key);
    return { topic, title: text(row.title ?? row.label) || topic, until: text(row.until) || null };
  });
}

/** The form's fields as preferences; a budget that is no whole number is left to the browser's own check. */
export function preferencesFrom(form: FormData): Preferences {
  const budget = text(form.get("token_budget")).trim();
  return {
    locale: localeOf(text(form.get("locale"))),
    timezone: text(form.get("timezone")).trim() || "Asia/Kolkata",
    focus: form.getAll("focus").map(text),
    email_opt_in: form.has("email_opt_in"),
    llm_enabled: form.has("llm_enabled"),
    token_budget: budget === "" ? null : Number(budget),
  };
}
