"""Template: an image that root volumes are cloned from. The image itself is in the image store's bucket."""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.contract.caller import Caller
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name

UPLOADS = "uploads/"  # where the bucket keeps what was uploaded


class ByShown(GlobalSecondaryIndex["Template"]):
    """Answers: which templates may everyone use ("public"), and which are featured? Sparse."""

    class Meta:
        index_name = "by_shown"
        projection = KeysOnlyProjection()

    shown = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class ByUpload(GlobalSecondaryIndex["Template"]):
    """Answers: which templates wait for somebody to upload their image, oldest first? Sparse."""

    class Meta:
        index_name = "by_upload"
        projection = KeysOnlyProjection()

    upload_shard = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Template(Owned):
    """`state` is Uploading, Registering, Ready, Failed or Deleting; `users` counts volumes that were cloned and still exist.

    Sizes are bytes: `size` is the guest's, `physical_size` the file's. `sha256` is of the re-encoded qcow2. Without a
    `zone_id` it is for all zones. `shown` is what others find it by, once it is ready: see Template.shown_as.
    """

    noun = "template"

    class Meta:
        table_name = table_name("Template")

    name = FoldedAttribute()
    display_text = FoldedAttribute()
    url = UnicodeAttribute(null=True)
    format = UnicodeAttribute(default="QCOW2")
    hypervisor = FoldedAttribute(default="KVM")
    os_type_id = UnicodeAttribute(null=True)
    os_type_name = UnicodeAttribute(null=True)  # of an operator's own operating system
    zone_id = UnicodeAttribute(null=True)
    zone_name = UnicodeAttribute(null=True)
    state = FoldedAttribute(default="Registering")
    status = UnicodeAttribute(default="")
    checksum = UnicodeAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    size = NumberAttribute(default=0)
    physical_size = NumberAttribute(default=0)
    public = BooleanAttribute(default=False)
    featured = BooleanAttribute(default=False)
    extractable = BooleanAttribute(default=False)
    password_enabled = BooleanAttribute(default=False)
    ssh_key_enabled = BooleanAttribute(default=False)
    dynamically_scalable = BooleanAttribute(default=False)
    requires_hvm = BooleanAttribute(default=True)
    bits = NumberAttribute(default=64)
    arch = FoldedAttribute(default="x86_64")
    template_type = FoldedAttribute(default="USER")
    template_tag = UnicodeAttribute(null=True)
    details = JSONAttribute(null=True)
    user_data_id = UnicodeAttribute(null=True)  # what its guests get, see records/user_data.py
    user_data_name = UnicodeAttribute(null=True)
    user_data_policy = UnicodeAttribute(null=True)
    user_data_variables = JSONAttribute(null=True)
    users = NumberAttribute(default=0)
    shown = UnicodeAttribute(null=True)
    shared_with = UnicodeSetAttribute(null=True)  # ids of accounts that may use it though it is not public
    upload_shard = UnicodeAttribute(null=True)
    import_host_id = UnicodeAttribute(null=True)  # the host that imports the image, from its choice to the import's end

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name", "display_text", "hypervisor", "state", "arch", "template_type", "zone_id")
    by_shown = ByShown()
    by_user_data = relation("user_data_id")
    by_upload = ByUpload()

    @property
    def object_key(self) -> str:
        """Where the image is in the bucket."""
        return f"templates/{self.id}.qcow2"

    @property
    def upload_key(self) -> str:
        """Where the bucket keeps what somebody uploaded, until it is re-encoded."""
        return f"{UPLOADS}{self.id}"

    @property
    def shown_as(self) -> str | None:
        """What everybody finds it by: "featured", "public", or None when it is not for everybody."""
        if not self.public:
            return None
        return "featured" if self.featured else "public"

    def usable_by(self, caller: Caller) -> bool:
        """Whether the caller may see it and make guests from it."""
        return bool(
            self.public
            or caller.sees(self.account_id, self.domain_path)
            or caller.account_id in (self.shared_with or set())
        )
