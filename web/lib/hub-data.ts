/** What the Hub reads from the database; row level security decides whose rows these are. */
import "server-only";
import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import { type Feedback, type Insight, parseFeedback, parseInsight } from "./insight";

const COLUMNS =
  "id, session_id, coach, kind, severity, topic_key, position, title, body_md, data, source, reason, created_at, " +
  "ai_recommendations(id, title, body, status)";

/** Enough for the newest run over a large portfolio; the history has the rest. */
const NEWEST = 60;

/** The newest insights that still hold, newest first, with what was said of them; null when they cannot be read. */
export async function latestInsights(client: SupabaseClient): Promise<Insight[] | null> {
  const { data, error } = await client
    .from("ai_insights")
    .select(COLUMNS)
    .is("expired_at", null)
    .is("expired_at", null)
    .order("created_at", { ascending: false })
    .order("position")
    .order("id")
    .limit(NEWEST);
  if (error) return logged(error, "ai_insights");
  const insights = (data as unknown[]).flatMap((row) => parseInsight(row) ?? []);
  const opinions = await feedbackOn(client, insights);
  return insights.map((insight) => ({ ...insight, feedback: opinions.get(insight.id) ?? null }));
}

async function feedbackOn(client: SupabaseClient, insights: readonly Insight[]): Promise<Map<string, Feedback>> {
  const ids = insights.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const { data, error } = await client
    .from("ai_events")
    .select("insight_id, payload")
    .eq("kind", "feedback")
    .in("insight_id", ids);
  if (error) logged(error, "ai_events");
  const rows = (data ?? []) as { insight_id: string; payload: unknown }[];
  return new Map(
    rows.flatMap(({ insight_id, payload }) => {
      const feedback = parseFeedback(payload);
      return feedback ? [[insight_id, feedback]] : [];
    }),
  );
}

/** Whether there is anything to compute from; true when that cannot be found out, so that nobody is sent to import. */
export async function hasPortfolio(client: SupabaseClient): Promise<boolean> {
  const { data, error } = await client.from("folios").select("id").limit(1);
  if (error) logged(error, "folios");
  return error !== null || data.length > 0;
}

/** The user's run that is still under way, so that a reloaded page goes on showing it. */
export async function activeSession(client: SupabaseClient): Promise<string | null> {
  const { data, error } = await client
    .from("ai_sessions")
    .select("id")
    .in("status", ["queued", "running"])
    .order("created_at", { ascending: false })
    .limit(1);
  if (error) return logged(error, "ai_sessions");
  return (data as { id: string }[])[0]?.id ?? null;
}

function logged(error: PostgrestError, table: string): null {
  const { code, message } = error;
  console.error(
    JSON.stringify({ logger: "web", level: "error", event: "read_failed", table, code, message }),
  );
  return null;
}
