"""The agent beside each hypervisor: it dials out, obeys the commands of one queue and reports what it sees."""
