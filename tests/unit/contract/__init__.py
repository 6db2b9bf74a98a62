"""The contract: parameters, answers and what they never show."""
