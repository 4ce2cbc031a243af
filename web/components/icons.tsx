/** Inline icons, drawn in the current colour and silent to screen readers: the text beside them speaks. */
import type { ReactNode } from "react";

const SHAPES = {
  mark: <path d="M4 18 9.5 11l4 4L20 6m0 0h-5m5 0v5" />,
  play: <path d="M7 5v14l12-7Z" />,
  stop: <path d="M7 7h10v10H7Z" />,
  info: <path d="M12 11v6m0-10v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z" />,
  good: <path d="m8 12.5 2.8 2.8L16 9.5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z" />,
  notice: (
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm12 0a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z" />
  ),
  warning: (
    <path d="M12 9v5m0 3v.01M10.3 4.2 2.6 17.6A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-2.9L13.7 4.2a2 2 0 0 0-3.4 0Z" />
  ),
  chevron: <path d="m9 6 6 6-6 6" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  cross: <path d="M7 7l10 10M17 7 7 17" />,
  thumbUp: <path d="M7 10.5v9.5H4v-9.5h3Zm0 0 4-7.5c1.7 0 2.6 1.1 2.4 2.7L13 9h5.6c1.3 0 2.2 1.2 1.9 2.5l-1.6 6.7c-.3 1.1-1.1 1.8-2.2 1.8H7" />,
  thumbDown: <path d="M7 13.5V4H4v9.5h3Zm0 0 4 7.5c1.7 0 2.6-1.1 2.4-2.7L13 15h5.6c1.300 0 2.2-1.2 1.9-2.5l-1.6-6.7C18.6 4.7 17.800 4 16.7 4H7" />,
  download: <path d="M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 20h14" />,
  upload: <path d="M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M5 20h14" />,
  leave: <path d="M10 4H5v16h5m4-4 4-4-4-4m4 4H9" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

export function isIcon(name: string): name is IconName {
  return Object.hasOwn(SHAPES, name);
}

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[name]}
    </svg>
  );
}
