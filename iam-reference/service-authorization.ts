// Which actions exist, and on which kinds of resources: facts of AWS's Service Authorization Reference of 2026-09-26
// for what the stack uses or could use. https://docs.aws.amazon.com/service-authorization/latest/reference/

export interface AuthorizedService {
  /** Only the actions that are listed are known; the service has more. */
  isPartial?: true;
  /** The ARN of each kind: `*` stands for any text, `+` for text without `/` and `:`. */
  kinds: Record<string, string>;
  /** Kinds, separated by spaces, and the actions that are about them. Without kinds a policy can name only `*`. */
  actions: Record<string, string>;
}

export const SERVICE_AUTHORIZATION: Record<string, AuthorizedService> = {
  dynamodb: {
    kinds: {
      backup: 'arn:+:dynamodb:+:+:table/+/backup/+',
      export: 'arn:+:dynamodb:+:+:table/+/export/+',
      'global-table': 'arn:+:dynamodb::+:global-table/+',
      import: 'arn:+:dynamodb:+:+:table/+/import/+',
      index: 'arn:+:dynamodb:+:+:table/+/index/+',
      stream: 'arn:+:dynamodb:+:+:table/+/stream/+',
      table: 'arn:+:dynamodb:+:+:table/+',
    },
    actions: {
      '': `
        DescribeEndpoints DescribeLimits DescribeReservedCapacity DescribeReservedCapacityOfferings GetAbacStatus
        InjectError ListBackups ListContributorInsights ListGlobalTables ListStreams ListTables
        PurchaseReservedCapacityOfferings UpdateAbacStatus
      `,
      backup: 'DeleteBackup DescribeBackup',
      'backup table': 'RestoreTableFromBackup',
      export: 'DescribeExport',
      'global-table': 'DescribeGlobalTable DescribeGlobalTableSettings',
      'global-table table': 'CreateGlobalTable UpdateGlobalTable UpdateGlobalTableSettings UpdateGlobalTableVersion',
      import: 'DescribeImport',
      'index table': 'DescribeContributorInsights PartiQLSelect Query Scan SearchVectors UpdateContributorInsights',
      stream: 'DescribeStream GetRecords GetShardIterator',
      'stream table':
        'DeleteResourcePolicy GetResourcePolicy ListTagsOfResource PutResourcePolicy TagResource UntagResource',
      table: `
        AssociateTableReplica BatchGetItem BatchWriteItem ConditionCheckItem CreateBackup CreateGlobalTableWitness
        CreateTable CreateTableReplica DeleteGlobalTableWitness DeleteItem DeleteTable DeleteTableReplica
        DescribeContinuousBackups DescribeKinesisStreamingDestination DescribeTable DescribeTableReplicaAutoScaling
        DescribeTimeToLive DisableKinesisStreamingDestination EnableKinesisStreamingDestination
        ExportTableToPointInTime GetItem ImportTable ListExports ListImports PartiQLDelete PartiQLInsert
        PartiQLUpdate PutItem ReadDataForReplication ReplicateSettings RestoreTableFromAwsBackup
        RestoreTableToPointInTime StartAwsBackupJob UpdateContinuousBackups UpdateItem
        UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive
        WriteDataForReplication
      `,
    },
  },
  events: {
    kinds: {
      alias: 'arn:+:kms:+:+:alias/+',
      'api-destination': 'arn:+:events:+:+:api-destination/+',
      archive: 'arn:+:events:+:+:archive/+',
      connection: 'arn:+:events:+:+:connection/+',
      endpoint: 'arn:+:events:+:+:endpoint/+',
      'event-bus': 'arn:+:events:+:+:event-bus/*',
      'event-busv2': 'arn:+:events:+:+:event-busv2/*/+',
      'event-source': 'arn:+:events:+::event-source/*',
      'event-sourcev2': 'arn:+:events:+:+:event-sourcev2/+/*/+',
      key: 'arn:+:kms:+:+:key/+',
      replay: 'arn:+:events:+:+:replay/+',
      'rule-on-custom-event-bus': 'arn:+:events:+:+:rule/*/+',
      'rule-on-default-event-bus': 'arn:+:events:+:+:rule/+',
      subscriber: 'arn:+:events:+:+:subscriber/+/+',
    },
    actions: {
      '': `
        ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses ListEventSources
        ListPartnerEventSources ListReplays ListRuleNamesByTarget ListRules ListSubscribers PutPartnerEvents
        PutPermission RemovePermission TestEventPattern
      `,
      'alias archive event-bus key': 'CreateArchive',
      'alias archive key': 'UpdateArchive',
      'api-destination': 'DeleteApiDestination InvokeApiDestination UpdateApiDestination',
      'api-destination connection': 'CreateApiDestination DescribeApiDestination',
      archive: 'DeleteArchive DescribeArchive',
      'archive event-bus replay': 'StartReplay',
      connection: `
        CreateConnection DeauthorizeConnection DeleteConnection DescribeConnection RetrieveConnectionCredentials
        UpdateConnection
      `,
      endpoint: 'CreateEndpoint DeleteEndpoint DescribeEndpoint UpdateEndpoint',
      'event-bus event-busv2': 'CreateEventBus DeleteEventBus DescribeEventBus PutEvents UpdateEventBus',
      'event-bus event-busv2 event-sourcev2 rule-on-custom-event-bus rule-on-default-event-bus subscriber':
        'ListTagsForResource TagResource UntagResource',
      'event-bus subscriber': 'AllowVendedLogDeliveryForResource',
      'event-busv2':
        'DeleteResourcePolicy GetResourcePolicy ListResourcePolicies PutRawEvents PutResourcePolicy RevokeResource',
      'event-busv2 event-sourcev2': 'CreateEventSource UpdateEventSource',
      'event-busv2 subscriber': 'CreateSubscriber UpdateSubscriber',
      'event-source': `
        ActivateEventSource CreatePartnerEventSource DeactivateEventSource DeletePartnerEventSource
        DescribePartnerEventSource ListPartnerEventSourceAccounts
      `,
      'event-source event-sourcev2': 'DescribeEventSource',
      'event-sourcev2': 'DeleteEventSource',
      replay: 'CancelReplay DescribeReplay',
      'rule-on-custom-event-bus rule-on-default-event-bus':
        'DeleteRule DescribeRule DisableRule EnableRule ListTargetsByRule PutRule PutTargets RemoveTargets',
      subscriber: 'DeleteSubscriber DescribeSubscriber',
    },
  },
  'execute-api': {
    kinds: {
      'execute-api-domain': 'arn:+:execute-api:+:+:/domainnames/+++',
      'execute-api-general': 'arn:+:execute-api:+:+:+/+/+/*',
    },
    actions: {
      'execute-api-domain execute-api-general': 'Invoke',
      'execute-api-general': 'InvalidateCache ManageConnections',
    },
  },
  iam: {
    isPartial: true,
    kinds: {
      role: 'arn:+:iam::+:role/*',
    },
    actions: {
      role: 'PassRole',
    },
  },
  lambda: {
    isPartial: true,
    kinds: {
      function: 'arn:+:lambda:+:+:function:+',
    },
    actions: {
      function: 'InvokeFunction',
    },
  },
  logs: {
    isPartial: true,
    kinds: {
      'log-group': 'arn:+:logs:+:+:log-group:*',
      'log-stream': 'arn:+:logs:+:+:log-group:*:log-stream:*',
    },
    actions: {
      '': 'DescribeLogGroups',
      'log-group': 'CreateLogGroup DescribeLogStreams FilterLogEvents PutRetentionPolicy',
      'log-stream': 'CreateLogStream GetLogEvents PutLogEvents',
    },
  },
  scheduler: {
    kinds: {
      schedule: 'arn:+:scheduler:+:+:schedule/+/+',
      'schedule-group': 'arn:+:scheduler:+:+:schedule-group/+',
    },
    actions: {
      '': 'ListScheduleGroups ListSchedules ListSchedulesByTarget',
      schedule: 'CreateSchedule DeleteSchedule GetSchedule UpdateSchedule',
      'schedule-group':
        'CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup ListTagsForResource TagResource UntagResource',
    },
  },
  secretsmanager: {
    isPartial: true,
    kinds: { Secret: 'arn:+:secretsmanager:+:+:secret:+' },
    actions: { Secret: 'DescribeSecret GetSecretValue PutSecretValue RotateSecret UpdateSecret' },
  },
  sns: {
    kinds: {
      topic: 'arn:+:sns:+:+:+',
    },
    actions: {
      '': `
        CheckIfPhoneNumberIsOptedOut CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber
        DeleteEndpoint DeletePlatformApplication DeleteSMSSandboxPhoneNumber GetEndpointAttributes
        GetPlatformApplicationAttributes GetSMSAttributes GetSMSSandboxAccountStatus
        ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut ListPlatformApplications
        ListSMSSandboxPhoneNumbers ListSubscriptions ListTopics OptInPhoneNumber SetEndpointAttributes
        SetPlatformApplicationAttributes SetSMSAttributes VerifySMSSandboxPhoneNumber
      `,
      topic: `
        AddPermission ConfirmSubscription CreateTopic DeleteTopic GetDataProtectionPolicy GetSubscriptionAttributes
        GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource Publish PutDataProtectionPolicy
        RemovePermission SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe
        UntagResource
      `,
    },
  },
  sqs: {
    kinds: {
      queue: 'arn:+:sqs:+:+:+',
    },
    actions: {
      '': 'ListQueues',
      queue: `
        AddPermission CancelMessageMoveTask ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue
        GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks ListQueueTags PurgeQueue
        ReceiveMessage RemovePermission SendMessage SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue
      `,
    },
  },
  sts: {
    isPartial: true,
    kinds: {
      role: 'arn:+:iam::+:role/*',
    },
    actions: {
      role: 'AssumeRole',
    },
  },
  xray: {
    kinds: {
      group: 'arn:+:xray:+:+:group/+/+',
      'sampling-rule': 'arn:+:xray:+:+:sampling-rule/+',
    },
    actions: {
      '': `
        BatchGetTraceSummaryById BatchGetTraces CancelTraceRetrieval DeleteResourcePolicy GetDistinctTraceGraphs
        GetEncryptionConfig GetGroups GetIndexingRules GetInsight GetInsightEvents GetInsightImpactGraph
        GetInsightSummaries GetRetrievedTracesGraph GetSamplingRules GetSamplingStatisticSummaries
        GetSamplingTargets GetServiceGraph GetTimeSeriesServiceStatistics GetTraceGraph GetTraceSegmentDestination
        GetTraceSummaries Link ListResourcePolicies ListRetrievedTraces PutEncryptionConfig PutResourcePolicy
        PutSpans PutSpansForIndexing PutTelemetryRecords PutTraceSegments StartTraceRetrieval UpdateIndexingRule
        UpdateTraceSegmentDestination
      `,
      group: 'CreateGroup DeleteGroup GetGroup UpdateGroup',
      'group sampling-rule': 'ListTagsForResource TagResource UntagResource',
      'sampling-rule': 'CreateSamplingRule DeleteSamplingRule UpdateSamplingRule',
    },
  },
};
