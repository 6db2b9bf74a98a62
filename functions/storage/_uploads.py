"""What the uploads of images have in common."""

SHARD = "waiting"  # the partition of Template.by_upload; few wait at a time
