"use client";
/** What the run reports, line by line; it follows the newest line until the reader scrolls up. */
import { useEffect, useRef } from "react";
import { lookup } from "@/lib/fill";
import type { Line } from "@/lib/run-state";
import { refusalText } from "@/lib/wording";
import type { Words } from "@/lib/words";
import { useWording } from "./Wording";

const AT_BOTTOM_PX = 24;

export function RunConsole({ lines, busy }: { lines: readonly Line[]; busy: boolean }) {
  const { words } = useWording();
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const lastTop = useRef(0);

  const stick = (): void => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  };

  useEffect(stick, [lines]);

  // Another width wraps the lines anew, which moves the newest one out of sight.
  useEffect(() => {
    const observer = new ResizeObserver(stick);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const onScroll = (): void => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    // Only a reader scrolls up; our own scrolling may be overtaken by the next line, but never goes back.
    if (scrollTop < lastTop.current) follows.current = false;
    if (scrollHeight - scrollTop - clientHeight < AT_BOTTOM_PX) follows.current = true;
    lastTop.current = scrollTop;
  };

  return (
    <div
      ref={box}
      className="console"
      role="log"
      aria-label={words.hub.run.console}
      tabIndex={0}
      onScroll={onScroll}
    >
      {lines.length === 0 && !busy && <p className="quiet">{words.hub.run.quiet}</p>}
      {lines.map((line) => (
        <p key={line.key} data-keyword={line.keyword} data-tone={line.tone}>
          <span className="keyword">{line.keyword}</span> <span>{explain(line, words)}</span>
        </p>
      ))}
    </div>
  );
}

/** The event in plain words; one this page has no words for is shown as it came. */
function explain({ keyword, detail }: Line, words: Words): string {
  const { console: told, done, tasks } = words.hub;
  if (keyword === "error") return refusalText(words, detail);
  if (keyword === "done") return lookup(done, detail) ?? detail;
  const sentence = lookup(told, keyword);
  // A task is called after its agent: `run_goals_agent`.
  const task = lookup(tasks, detail.replace(/^run_(\w+)_agent$/, "$1")) ?? detail;
  return sentence && task ? `${sentence} (${task})` : (sentence ?? task);
}
