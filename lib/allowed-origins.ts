// The origins whose pages may connect, and what follows from them: CORS, and where sign-in may send people back to.

const ORIGIN = /^https?:\/\/[^/,*\s?#@]+(:\*)?$/;

/** Trimmed, each once. `http://localhost:*` is any port. */
export function checkedOrigins(given: readonly string[]): string[] {
  const origins = given.map((origin) => origin.trim());
  for (const origin of origins) {
    if (!ORIGIN.test(origin))
      throw new Error(`allowedOrigins: "${origin}" is no origin. Write it as https://app.example.com, without a path.`);
  }
  return [...new Set(origins)];
}

/**
 * API Gateway knows no open ports. Any origin may then ask: it still needs a token, which no browser adds by itself.
 */
export function corsOrigins(origins: readonly string[]): string[] {
  const isAny = origins.length === 0 || origins.some(hasOpenPort);
  return isAny ? ['*'] : [...origins];
}

/**
 * The pages' own origins; while none is named, a page under development. Cognito takes https, and http for localhost:
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 */
export function callbackUrls(origins: readonly string[]): string[] {
  const pages = origins.filter((origin) => !hasOpenPort(origin));
  for (const origin of pages) {
    const { protocol, hostname } = new URL(origin);
    if (protocol === 'https:' || hostname === 'localhost') continue;
    throw new Error(
      `allowedOrigins: Cognito sends nobody back to "${origin}". Use https, or http://localhost while developing, or give ` +
        'issuer and audience to sign in elsewhere.',
    );
  }
  if (pages.length > CALLBACK_URLS_MAX) {
    throw new Error(
      `allowedOrigins: Cognito takes ${CALLBACK_URLS_MAX} callback URLs a client (AWS limit), and ${pages.length} origins ` +
        'are named. Give issuer and audience to sign in elsewhere.',
    );
  }
  return pages.length > 0 ? pages.map((origin) => `${origin}/`) : ['http://localhost:4280/'];
}

const CALLBACK_URLS_MAX = 100;
const hasOpenPort = (origin: string): boolean => origin.endsWith(':*');
