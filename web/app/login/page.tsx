/** The way in: a password, or in a local demo one click. */
import type { Metadata } from "next";
import { Icon } from "@/components/icons";
import { LoginForm } from "@/components/LoginForm";
import { demoUsers } from "@/lib/env";
import { pageWording } from "@/lib/language";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await pageWording()).words.login.title };
}

export default async function LoginPage() {
  const { words } = await pageWording();
  // Names and addresses only: the passwords stay on the server.
  const demos = demoUsers().map(({ name, email }) => ({ name, email }));
  return (
    <main id="main" className="narrow">
      <p className="brand">
        <Icon name="mark" />
        {words.brand}
      </p>
      <div className="card login">
        <h1>{words.login.title}</h1>
        <p className="muted">{words.login.lead}</p>
        <LoginForm demos={demos} />
      </div>
      <p className="muted tagline">{words.tagline}</p>
    </main>
  );
}
