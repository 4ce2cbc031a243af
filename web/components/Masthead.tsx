"use client";
/** The page's head: the way to every other page, whose page this is, and the way out. */
import Link from "next/link";
import { usePathname } from "next/navigation";
import { signOut } from "@/app/login/actions";
import { Icon } from "./icons";
import { useWording } from "./Wording";

const PAGES = [
  ["/", "hub"],
  ["/goals", "goals"],
  ["/history", "history"],
  ["/digest", "digest"],
  ["/import", "import"],
  ["/preferences", "preferences"],
] as const;

export function Masthead({ email }: { email: string }) {
  const { words } = useWording();
  const here = usePathname();
  return (
    <header className="masthead">
      <p className="brand">
        <Icon name="mark" />
        {words.brand}
      </p>
      <nav aria-label={words.nav.label}>
        {PAGES.map(([href, name]) => (
          <Link key={href} href={href} aria-current={here === href ? "page" : undefined}>
            {words.nav[name]}
          </Link>
        ))}
      </nav>
      <span className="who">{email}</span>
      <form action={signOut}>
        <button type="submit" className="button quiet-button" aria-label={words.signOut} title={words.signOut}>
          <Icon name="leave" />
          <span className="sign-out-word">{words.signOut}</span>
        </button>
      </form>
    </header>
  );
}
