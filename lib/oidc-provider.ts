// Checks the OIDC provider that is named in place of the stack's own user pool.

export interface OidcProvider {
  issuer: string;
  audiences: string[];
}

/** AWS limit of one JWT authorizer: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const AUDIENCES_MAX = 50;

/** Undefined where neither is given; `audience` may separate several by commas. */
export function oidcProvider(
  issuer: string | undefined,
  audience: string | readonly string[] | undefined,
): OidcProvider | undefined {
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined) {
    throw new Error(
      'issuer and audience come together: give both to use your own OIDC provider, or neither for a Cognito user pool.',
    );
  }
  return { issuer: checkedIssuer(issuer.trim()), audiences: checkedAudiences([audience].flat()) };
}

/**
 * API Gateway fetches the discovery document while it creates the authorizer, and a failure rolls the whole stack back,
 * so whatever can be seen to be wrong is refused here. The text itself is kept: tokens must carry it to the letter.
 */
function checkedIssuer(issuer: string): string {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isPlain = url?.protocol === 'https:' && !/[?#\s]/.test(issuer) && url.username === '' && url.password === '';
  if (!isPlain) {
    throw new Error(
      `issuer: "${issuer}" must be an https URL without query or fragment, exactly as in the tokens' "iss", such as ` +
        'https://login.example.com/.',
    );
  }
  if (/\/\.well-known\//.test(url.pathname)) {
    throw new Error(`issuer: "${issuer}" is the URL of a document. Leave out /.well-known and what follows it.`);
  }
  return issuer;
}

function checkedAudiences(given: readonly string[]): string[] {
  const audiences = given.flatMap((one) => one.split(',')).map((one) => one.trim());
  if (audiences.length === 0 || audiences.includes('')) {
    throw new Error('audience: name at least one client id or audience, and leave none of them blank.');
  }
  const unique = [...new Set(audiences)];
  if (unique.length > AUDIENCES_MAX) {
    throw new Error(`audience: names ${unique.length} audiences; API Gateway takes ${AUDIENCES_MAX} (AWS limit).`);
  }
  return unique;
}
