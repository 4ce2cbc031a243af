"use client";
/** Hands the reader's words to every component of a page. */
import { createContext, type ReactNode, useContext } from "react";
import type { Wording } from "@/lib/wording";

const Spoken = createContext<Wording | null>(null);

export function WordingProvider({ wording, children }: { wording: Wording; children: ReactNode }) {
  return <Spoken value={wording}>{children}</Spoken>;
}

export function useWording(): Wording {
  const wording = useContext(Spoken);
  if (!wording) throw new Error("no WordingProvider above this component");
  return wording;
}
