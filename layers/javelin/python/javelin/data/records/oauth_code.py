"""OauthCode: whom a provider named for a code, between the look at it and the login with it."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError

from javelin.data.record import Table, table_name


class OauthCode(Table):
    """One item per code, by the digest of provider, code and browser; `expires` is epoch seconds."""

    class Meta:
        table_name = table_name("OauthCode")

    digest = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()
    expires = NumberAttribute()

    @classmethod
    def take(cls, digest: str) -> OauthCode | None:
        """The item, which is gone then: of all who take it at once, one gets it."""
        try:
            found = cls.get(digest, consistent_read=True)
            found.delete(condition=OauthCode.digest.exists())
        except cls.DoesNotExist:
            return None
        except DeleteError as error:
            if error.cause_response_code != "ConditionalCheckFailedException":
                raise
            return None
        return found
