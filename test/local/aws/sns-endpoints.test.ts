import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  ListEndpointsByPlatformApplicationCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { ACCOUNT } from '../runtime-parts.ts';
import { APNS, FCM } from '../sns/push-parts.ts';
import { snsClient } from './sns-client.ts';

const { phones, parts, send, register, attributesOf, set, publish } = snsClient();

// https://docs.aws.amazon.com/sns/latest/api/API_CreatePlatformEndpoint.html
describe('platform endpoints', () => {
  it('registers a token once: the same again is the same endpoint', async () => {
    const arn = await register('device-1', 'alice');
    expect(arn).toMatch(new RegExp(`^arn:aws:sns:us-east-1:${ACCOUNT}:endpoint/GCM/carillon/[0-9a-f-]{36}$`));
    expect(await register('device-1', 'alice')).toBe(arn);
    expect(await attributesOf(arn)).toEqual({ Enabled: 'true', Token: 'device-1', CustomUserData: 'alice' });
    const listed = await send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: FCM }));
    expect(listed.Endpoints).toHaveLength(1);
  });

  it('refuses the token with other attributes in the words that name the endpoint', async () => {
    const arn = await register('device-1', 'alice');
    await expect(register('device-1', 'bob')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `Invalid parameter: Token Reason: Endpoint ${arn} already exists with the same Token, but different attributes.`,
    });
    await set(arn, { Token: 'device-1', Enabled: 'true', CustomUserData: 'bob' });
    expect(await register('device-1', 'bob')).toBe(arn);
  });

  it('gives back a disabled endpoint and leaves it disabled', async () => {
    const arn = await register();
    await set(arn, { Enabled: 'false' });
    expect(await register()).toBe(arn);
    expect(await attributesOf(arn)).toMatchObject({ Enabled: 'false' });
    await expect(publish({ TargetArn: arn, Message: 'hi' })).rejects.toMatchObject({
      name: 'EndpointDisabledException',
    });
    await set(arn, { Enabled: 'true' });
    await publish({ TargetArn: arn, Message: 'hi' });
    expect(phones.list()[0]?.messages).toHaveLength(1);
  });

  it('deletes, twice without complaint; what is gone is NotFound', async () => {
    const arn = await register();
    await send(new DeleteEndpointCommand({ EndpointArn: arn }));
    await send(new DeleteEndpointCommand({ EndpointArn: arn }));
    await expect(attributesOf(arn)).rejects.toMatchObject({
      name: 'NotFoundException',
      message: 'Endpoint does not exist',
    });
    await expect(set(arn, { Enabled: 'true' })).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(publish({ TargetArn: arn, Message: 'hi' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified',
    });
  });

  it('changes a token; another endpoint’s token can’t be taken', async () => {
    const one = await register('one');
    const two = await register('two');
    await expect(set(two, { Token: 'one' })).rejects.toThrow(`Endpoint ${one} already exists with the same Token`);
    await set(two, { Token: 'three' });
    const again = await register('two');
    expect(again).not.toBe(two);
    expect((await attributesOf(two))?.Token).toBe('three');
  });

  it.each([
    ['an application that is not there', { PlatformApplicationArn: `${FCM}-2`, Token: 't' }, 'NotFoundException'],
    ['no ARN at all', { PlatformApplicationArn: 'app', Token: 't' }, 'InvalidParameterException'],
    ['an empty token', { PlatformApplicationArn: FCM, Token: '' }, 'InvalidParameterException'],
    [
      'an Apple token that is not hexadecimal',
      { PlatformApplicationArn: APNS, Token: 'xyz' },
      'InvalidParameterException',
    ],
    [
      'too much user data',
      { PlatformApplicationArn: FCM, Token: 't', CustomUserData: 'u'.repeat(2049) },
      'InvalidParameterException',
    ],
    [
      'an unknown attribute',
      { PlatformApplicationArn: FCM, Token: 't', Attributes: { Colour: 'red' } },
      'InvalidParameterException',
    ],
    [
      'a bad Enabled',
      { PlatformApplicationArn: FCM, Token: 't', Attributes: { Enabled: 'yes' } },
      'InvalidParameterException',
    ],
  ])('refuses %s', async (_what, input, error) => {
    await expect(send(new CreatePlatformEndpointCommand(input))).rejects.toMatchObject({ name: error });
  });

  it('pages through more endpoints than fit', async () => {
    for (let number = 0; number < 120; number++)
      parts.sns.endpoints.create({ applicationArn: FCM, token: `t${number}` });
    const first = await send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: FCM }));
    expect(first.Endpoints).toHaveLength(100);
    const { NextToken } = first;
    const rest = await send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn: FCM, NextToken }));
    expect(rest.Endpoints).toHaveLength(20);
    expect(rest.NextToken).toBeUndefined();
  });
});
