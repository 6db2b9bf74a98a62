"""The data service's library: records, indexes, grants, lists and transactions. The only place that knows DynamoDB."""
