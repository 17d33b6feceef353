// The mapping templates mock integrations may use.
import { describe, expect, it } from 'vitest';
import { mappingTemplate } from '../../../local/gateway/mapping-template.ts';

const scope = {
  context: { connectionId: 'abc=', n: 7, authorizer: { user_id: 'alice' } },
  body: '{"a":{"b":[1]},"s":"x"}',
};
const render = (text: string, body = scope.body) => mappingTemplate(text, 'Here')({ ...scope, body });

describe('a mapping template', () => {
  it.each([
    ['plain', 'plain'],
    ['{"id":"$context.connectionId","n":$context.n}', '{"id":"abc=","n":7}'],
    ['$context.authorizer.user_id.', 'alice.'],
    ['[$context.authorizer.other]', '[]'],
    ['$context.constructor', ''],
    ['$input.body', scope.body],
    ["$input.json('$')", scope.body],
    ["$input.json('$.a.b')", '[1]'],
    ["$input.json('$.s')", '"x"'],
    ["$input.json('$.none')", '""'],
    ['costs 5$ # not a directive', 'costs 5$ # not a directive'],
  ])('%s → %s', (text, result) => expect(render(text)).toBe(result));

  it('has no fields in a body that is not JSON', () => expect(render("$input.json('$.a')", 'nope')).toBe('""'));

  it.each([
    '$input.path("$.a")',
    '$util.urlEncode("x")',
    '#if(true)x#end',
    '$stageVariables.x',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VTL's own notation
    '${context.a}',
    '$!context.a',
    '$input.bodyx',
  ])('refuses %s and says where', (text) =>
    expect(() => mappingTemplate(text, 'Here')).toThrow(/^Here: .*doesn't emulate/),
  );
});
