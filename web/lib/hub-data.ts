/** What the Hub reads from the database; row level security decides whose rows these are. */
import "server-only";
import type { PostgrestError, SupabaseClient } from "@supabase/supabase-js";
import { type Insight, parseInsight } from "./insight";

const COLUMNS =
  "id, session_id, coach, kind, severity, topic_key, position, title, body_md, data, source, created_at, " +
  "ai_recommendations(id, title, body)";

/** The ten newest insights, newest first, or null when they cannot be read. */
export async function latestInsights(client: SupabaseClient): Promise<Insight[] | null> {
  const { data, error } = await client
    .from("ai_insights")
    .select(COLUMNS)
    .is("expired_at", null)
    .order("created_at", { ascending: false })
    .order("position")
    .order("id")
    .limit(10);
  if (error) return logged(error, "ai_insights");
  return (data as unknown[]).flatMap((row) => parseInsight(row) ?? []);
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
