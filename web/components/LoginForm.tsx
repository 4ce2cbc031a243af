"use client";
/** The sign-in forms; they post to server actions and work before scripts have loaded. */
import { useActionState } from "react";
import { signIn, signInAsDemo, type SignInError } from "@/app/login/actions";
import { fill } from "@/lib/fill";
import { useWording } from "./Wording";

interface Demo {
  readonly name: string;
  readonly email: string;
}

export function LoginForm({ demos }: { demos: readonly Demo[] }) {
  const { words } = useWording();
  return (
    <>
      {demos.length > 0 && <DemoForm demos={demos} />}
      {demos.length > 0 && <p className="or">{words.login.or}</p>}
      <PasswordForm primary={demos.length === 0} />
    </>
  );
}

function DemoForm({ demos }: { demos: readonly Demo[] }) {
  const { words } = useWording();
  const [error, action, pending] = useActionState(signInAsDemo, null);
  return (
    <form action={action} className="stack" aria-labelledby="demo-title">
      <h2 id="demo-title">{words.login.demoTitle}</h2>
      <p className="muted">{words.login.demoLead}</p>
      {demos.map(({ name, email }) => (
        <button key={email} className="button primary" name="demo" value={email} disabled={pending}>
          {fill(words.login.demoButton, { name })}
        </button>
      ))}
      <Failure error={error} />
    </form>
  );
}

function PasswordForm({ primary }: { primary: boolean }) {
  const { words } = useWording();
  const [error, action, pending] = useActionState(signIn, null);
  return (
    <form action={action} className="stack">
      <label htmlFor="email">{words.login.email}</label>
      <input id="email" name="email" type="email" autoComplete="username" required />
      <label htmlFor="password">{words.login.password}</label>
      <input id="password" name="password" type="password" autoComplete="current-password" required />
      <Failure error={error} />
      <button className={`button${primary ? " primary" : ""}`} disabled={pending}>
        {words.login.submit}
      </button>
    </form>
  );
}

function Failure({ error }: { error: SignInError | null }) {
  const { words } = useWording();
  // Always mounted: a live region that appears together with its text is not read out.
  return (
    <p className="form-error" role="alert">
      {error && words.login.errors[error]}
    </p>
  );
}
