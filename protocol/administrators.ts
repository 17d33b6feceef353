// Who counts as an administrator. Apart from the schemas, because the construct takes no schema library into an app.

/** Of the stack's own user pool; in another Cognito pool a group of the same name counts too. */
export const ADMIN_GROUP = 'carillon-admin';
/** As the resource server of the stack's own user pool names it, and as other providers may. */
export const ADMIN_SCOPES = ['carillon/admin', 'admin'];
