"""What an operation is: errors, parameters, responses, callers, and the declaration that ties them together."""
