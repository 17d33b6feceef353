// What SNS reports of a platform endpoint, when the application's events are attached to our topic.
// https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html

/**
 * The ARN of the endpoint, or undefined when the message is no such event. The kind of event does not matter: the
 * caller looks up the state.
 */
export function reportedEndpoint(body: string): string | undefined {
  if (!body.includes('"EndpointArn"')) return undefined;
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return undefined; // Not from SNS: the event parser reports what is wrong with it.
  }
  if (typeof event !== 'object' || event === null) return undefined;
  const { EndpointArn: endpointArn, EventType: eventType, Service: service } = event as Record<string, unknown>;
  if (service !== 'SNS' || typeof eventType !== 'string' || typeof endpointArn !== 'string') return undefined;
  return endpointArn;
}
