/** The page's head: whose page this is, and the way out. */
import { signOut } from "@/app/login/actions";
import { words } from "@/lib/words";
import { Icon } from "./icons";

export function Masthead({ email }: { email: string }) {
  return (
    <header className="masthead">
      <p className="brand">
        <Icon name="mark" />
        {words.brand}
      </p>
      <span className="who">{email}</span>
      <form action={signOut}>
        <button type="submit" className="button quiet-button">
          <Icon name="leave" />
          {words.signOut}
        </button>
      </form>
    </header>
  );
}
