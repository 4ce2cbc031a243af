/** In which language this request is answered: the reader's own choice, or before sign-in the browser's. */
import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import { calendarFor } from "./calendar";
import { Refusal } from "./refusal";
import { currentUser, readingClient } from "./supabase/server";
import { type Wording } from "./wording";
import { type Locale, localeOf, wordsFor } from "./words";

/** The same object for every part of one page. */
export const pageWording = cache(async (): Promise<Wording> => {
  const { locale, timeZone } = (await chosen()) ?? { locale: await asked(), timeZone: undefined };
  return { words: wordsFor(locale), calendar: calendarFor(locale, timeZone) };
});

interface Choice {
  readonly locale: Locale;
  readonly timeZone: string | undefined;
}

/** What a signed-in reader chose; null when nobody is signed in or nothing was chosen. */
async function chosen(): Promise<Choice | null> {
  const user = await reader();
  if (!user) return null;
  const client = await readingClient();
  const { data } = await client.from("ai_user_prefs").select("locale, timezone").limit(1);
  const row = (data as { locale: string; timezone: string }[] | null)?.[0];
  return row ? { locale: localeOf(row.locale), timeZone: row.timezone } : null;
}

async function reader(): Promise<unknown> {
  try {
    return await currentUser();
  } catch (error) {
    // The page itself says that sign-in cannot be reached; it needs a language to say it in.
    if (error instanceof Refusal) return null;
    throw error;
  }
}

async function asked(): Promise<Locale> {
  return localeOf((await headers()).get("accept-language"));
}
