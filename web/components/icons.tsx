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
