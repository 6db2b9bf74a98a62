"""OauthProvider: who else may say who somebody is, by OpenID Connect."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from javelin.data.record import ByCloud, Shared, table_name
from javelin.data.secret_attribute import SecretAttribute


class OauthProvider(Shared):
    """`issuer` is where it tells of itself; `client_id` and `secret` are those that it gave this cloud.

    `authorities` are certificates, as PEM, by which it is known instead of the public authorities.
    """

    noun = "OAuth provider"

    class Meta:
        table_name = table_name("OauthProvider")

    name = UnicodeAttribute()
    description = UnicodeAttribute()
    issuer = UnicodeAttribute()
    client_id = UnicodeAttribute()
    secret = SecretAttribute()
    redirect_uri = UnicodeAttribute()
    authorities = UnicodeAttribute(null=True)
    enabled = BooleanAttribute(default=True)

    by_cloud = ByCloud()

    @staticmethod
    def claim_name(name: str) -> str:
        """What makes a provider's name unique, and finds it by it."""
        return f"oauthprovider/{name}"
