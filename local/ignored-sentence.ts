// What of the template does not run here, in words for the banner.
import type { Ignored } from './template/supported.ts';

/** Types by what a person calls them; the rest is counted. */
const NAMES: [type: RegExp, name: string][] = [
  [/^AWS::CloudWatch::.*Alarm$/, 'alarms'],
  [/^AWS::CloudWatch::Dashboard$/, 'the dashboard'],
  [/^AWS::Cognito::/, 'the user pool (the runtime signs tokens itself)'],
  [/^AWS::Logs::/, 'log groups'],
];

/** e.g. `log groups, and 12 settings that change nothing on localhost. They are deployed to AWS all the same:` */
export function ignoredSentence(ignored: Ignored[]): string {
  const whole = ignored.filter(({ property }) => property === undefined);
  const known = NAMES.filter(([type]) => whole.some((one) => type.test(one.type))).map(([, name]) => name);
  const others = whole.filter(({ type }) => !NAMES.some(([pattern]) => pattern.test(type))).length;
  const settings = ignored.length - whole.length;
  const parts = [
    ...known,
    ...(others > 0 ? [`${others} other ${others === 1 ? 'resource' : 'resources'}`] : []),
    ...(settings > 0 ? [`${settings} settings such as encryption and backups`] : []),
  ];
  if (parts.length === 0) return 'nothing: everything in the template runs here';
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  const list = last === undefined ? first : `${[first, ...rest].join(', ')} and ${last}`;
  return `${list}. On AWS they work; here nothing needs them. With reasons:`;
}
