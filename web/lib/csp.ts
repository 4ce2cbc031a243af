/** The pages' Content-Security-Policy: our own files, and inline scripts only with this answer's nonce. */

export function contentSecurityPolicy(nonce: string, development: boolean): string {
  // The development server evaluates code and injects styles; a built page needs neither.
  const dev = development ? " 'unsafe-eval'" : "";
  const style = development ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev}`,
    `style-src ${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? " ws:" : ""}`,
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
