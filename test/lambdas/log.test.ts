// What an error may say in the logs.
import { expect, describe as group, it } from 'vitest';
import { describe } from '../../lambdas/log.ts';

group('describe', () => {
  it('leaves out the text that could not be parsed, and keeps where that was', () => {
    let thrown: unknown;
    try {
      JSON.parse('my secret words');
    } catch (error) {
      thrown = error;
    }
    const described = describe(thrown) as Error;
    expect(String((thrown as Error).message)).toContain('my secret');
    expect(`${described.message} ${described.stack}`).not.toContain('secret');
    expect(described).toMatchObject({ name: 'SyntaxError' });
    expect(described.stack).toContain('log.test.ts');
  });

  it('keeps what an operator needs of any other', () => {
    const error = new Error('Connection rows were not all written: the table is throttled.');
    expect(describe(error)).toBe(error);
    expect(describe('words')).toBe('string');
  });
});
